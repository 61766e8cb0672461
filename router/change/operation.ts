/**
 * What a resource asks of the router: to have something, or to give up what it had. Pure data, and what follows from it
 * without a router. Must never name a path that the resource does not own.
 */

import { declaredPath } from "../../vyos/declared-path.ts";
import type { OwnedFile } from "../../vyos/resources/owned-file.ts";
import type { OwnedNode } from "../../vyos/resources/resource.ts";
import type { RouteProbe } from "../../vyos/resources/route-probe.ts";
import { type ConfigPath, type ConfigTree, emptyTree, subtree, withSubtree } from "../../vyos/tree.ts";

export interface Operation {
  /** The resource's id: a configuration path as text. */
  readonly id: string;
  readonly verb: "declare" | "withdraw";
  /** Project and stack, as the journal names who claims a path; "": a state that does not say. */
  readonly stack: string;
  /** What shall stand there; of a withdrawal: what we had there. */
  readonly nodes: readonly OwnedNode[];
  readonly files: readonly OwnedFile[];
  /** What an update gives up: nodes that the resource owned until now. */
  readonly left: readonly OwnedNode[];
  /** The paths that the state already holds as this resource's. */
  readonly owned: ReadonlySet<string>;
  /** What 0.1.0 kept in the state of what stood there before; undefined: a state that keeps nothing of it. */
  readonly remembered: Remembered | undefined;
  /** Change what somebody else has there, instead of refusing. */
  readonly takeOver: boolean;
  /** What it required before, by the journal, and requires no more goes with it. */
  readonly releases: boolean;
  /** Configuration paths, and files by their absolute path, that must be there, or come in the same change. */
  readonly requires: readonly string[];
  /** How to see, once this is committed, that IPv4 still goes out; undefined: it does not move the uplink. */
  readonly probe: RouteProbe | undefined;
  /** The same for one that takes a route away: asked when another default route is left, else nothing could answer. */
  readonly probeGone: RouteProbe | undefined;
  /** True when the running configuration serves in another form, so that nothing is to be set. */
  fulfilledBy(running: ConfigTree): boolean;
}

export interface Remembered {
  readonly tree: ConfigTree;
  /** The text of each file of somebody else's, by its path. */
  readonly files: ReadonlyMap<string, string>;
}

/** The operation with its paths as they stand on the router whose configuration it is. */
export function writtenFor(operation: Operation, running: ConfigTree): Operation {
  const { nodes, left, owned, requires } = operation;
  const key = (text: string): string =>
    text.startsWith("/") ? text : declaredPath(text.split(" "), running).join(" ");
  const node = (one: OwnedNode): OwnedNode => ({ ...one, path: declaredPath(one.path, running) });
  return {
    ...operation,
    ...{ nodes: nodes.map(node), left: left.map(node) },
    ...{ owned: new Set([...owned].map(key)), requires: requires.map(key) },
  };
}

/** What an operation that was done came to. */
export interface Done {
  /** ISO 8601; undefined: nothing of it had to change. */
  readonly committedAt: string | undefined;
  /** Of a change of the uplink: who had an answer by it before it was kept. */
  readonly verifiedFrom: VerifiedFrom | undefined;
}

export type VerifiedFrom = "router" | "lan";

/** An operation that failed; `applied` when the router holds its change all the same, not saved. */
export class OperationFailed extends Error {
  readonly applied: boolean;
  readonly reason: Error;

  constructor(reason: Error, applied: boolean) {
    super(reason.message, { cause: reason });
    this.reason = reason;
    this.applied = applied;
  }
}

/** The files that the operations speak of, and those that they require. */
export function filesOf(operations: readonly Operation[]): string[] {
  const named = operations.flatMap(({ files, requires }) => [
    ...files.map(({ path }) => path),
    ...requires.filter((required) => required.startsWith("/")),
  ]);
  return [...new Set(named)];
}

/** The required paths that neither stand on the router nor come with the other operations. `files`: those that are there. */
export function missingFor(
  operation: Operation,
  running: ConfigTree,
  others: readonly Operation[],
  files: ReadonlySet<string>,
): string[] {
  // Most require nothing, and the tree with all others' nodes is the dearest thing here.
  if (operation.verb === "withdraw" || operation.requires.length === 0) return [];
  const after = others.reduce(withNodesOf, running);
  const coming = others.filter(({ verb }) => verb === "declare").flatMap((other) => other.files);
  return operation.requires.filter((required) =>
    required.startsWith("/")
      ? !files.has(required) && !coming.some(({ path }) => path === required)
      : !stands(after, required.split(" ")),
  );
}

function withNodesOf(tree: ConfigTree, { verb, nodes }: Operation): ConfigTree {
  return nodes.reduce(
    (all, node) => withSubtree(all, node.path, verb === "declare" ? node.tree : undefined),
    tree,
  );
}

/**
 * Those that make sense only together with one that cannot be done: what the same operation requires beside it. Half of a
 * switch would neither carry anything nor be the old configuration.
 */
export function companionsOf(undone: Operation, all: readonly Operation[]): Operation[] {
  const bound = all.filter((needing) => needing === undone || brings(undone, needing));
  return all.filter((one) => one !== undone && bound.some((needing) => brings(one, needing)));
}

/** Whether an operation sets something that another requires. */
function brings(one: Operation, needing: Operation): boolean {
  if (one.verb === "withdraw") return false;
  const brought = withNodesOf(emptyTree, one);
  const files = one.files.map(({ path }) => path);
  return needing.requires.some(
    (required) => files.includes(required) || stands(brought, required.split(" ")),
  );
}

/** How to see that IPv4 goes out after the operations; undefined: none of them moves it. */
export function probeOf(operations: readonly Operation[], after: ConfigTree): RouteProbe | undefined {
  const moves = operations.findLast(({ verb, probe }) => verb === "declare" && probe !== undefined)?.probe;
  if (moves !== undefined) return moves;
  const gone = operations.findLast(({ verb, probeGone }) => verb === "withdraw" && probeGone)?.probeGone;
  return hasDefaultRoute(after) ? gone : undefined;
}

/** By VyOS's own static or failover route: whether IPv4 is meant to go anywhere. */
function hasDefaultRoute(running: ConfigTree): boolean {
  return ["static", "failover"].some((kind) => subtree(running, ["protocols", kind, "route", "0.0.0.0/0"]));
}

/** An interface's address stands there with any length. */
function stands(running: ConfigTree, path: ConfigPath): boolean {
  if (subtree(running, path) !== undefined) return true;
  if (path.at(-2) !== "address") return false;
  const bare = path.at(-1)?.split("/")[0];
  const held = subtree(running, path.slice(0, -1)) ?? new Map<string, ConfigTree>();
  return [...held.keys()].some((address) => address.split("/")[0] === bare);
}
