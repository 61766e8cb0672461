/**
 * What a resource asks of the router, and which commands that means against a running configuration. Pure: no socket, no
 * clock. Must never name a path that the operation does not target.
 */

import { Occupied } from "../../errors.ts";
import { type Command, printCommand } from "../../vyos/commands.ts";
import { diffAt } from "../../vyos/diff.ts";
import { nextFreeRuleBase } from "../../vyos/resources/nat-rule.ts";
import type { OwnedFile } from "../../vyos/resources/owned-file.ts";
import {
  type ConfigPath,
  type ConfigTree,
  emptyTree,
  sameTree,
  subtree,
  withSubtree,
} from "../../vyos/tree.ts";
import type { Probe } from "./probe.ts";
import type { FoundFiles } from "./scripts.ts";

/** What shall stand at a path; undefined: nothing. */
export interface Target {
  readonly path: ConfigPath;
  readonly tree: ConfigTree | undefined;
}

/** A file that shall, or shall not, be on the router as its resource says. */
export interface ScriptTarget {
  readonly file: OwnedFile;
  readonly wanted: "there" | "gone";
}

export interface Operation {
  /** The resource's id: a configuration path as text. */
  readonly id: string;
  readonly targets: readonly Target[];
  /** Beside the configuration: router/scripts.ts. */
  readonly scripts?: readonly ScriptTarget[];
  /**
   * `free`: a path that holds something else already is refused (a create on a router that somebody configured by hand).
   * `any`: what stands there is ours to change.
   */
  readonly expects: "free" | "any";
  /** Configuration paths, and files by their absolute path, that must be there, or come in the same batch, before this may. */
  readonly requires: readonly string[];
  /** How to see, once this is committed, that IPv4 still goes out; undefined: it does not move the uplink. */
  readonly probe?: Probe;
  /** The same for one that takes a route away: asked when another default route is left, else nothing could answer. */
  readonly probeGone?: Probe;
  /** True when the running configuration fulfils the operation in another form, so that nothing is to be set. */
  readonly fulfilledBy?: (running: ConfigTree) => boolean;
}

/** What an operation that was done found before it, and when it was committed. */
export interface Done {
  readonly before: ConfigTree;
  readonly files: FoundFiles;
  readonly committedAt: string | undefined;
}

/** An operation that failed; `applied` when the router holds its change all the same. */
export class OperationFailed extends Error {
  readonly applied: boolean;
  readonly before: ConfigTree;
  readonly files: FoundFiles;
  readonly reason: Error;

  constructor(reason: Error, applied: boolean, before: ConfigTree, files: FoundFiles) {
    super(reason.message, { cause: reason });
    this.reason = reason;
    this.applied = applied;
    this.before = before;
    this.files = files;
  }
}

/** The commands of one operation. Throws Occupied with the difference when it may not change what it finds. */
export function commandsFor(operation: Operation, running: ConfigTree): Command[] {
  if (operation.fulfilledBy?.(running)) return [];
  const commands = operation.targets.flatMap(({ path, tree }) => diffAt(running, tree, path));
  if (operation.expects === "any") return commands;
  const occupied = operation.targets.find(({ path, tree }) => {
    const found = subtree(running, path);
    return found !== undefined && !sameTree(found, tree);
  });
  if (occupied)
    throw new Occupied(operation.id, commands.map(printCommand), otherNumbers(operation, running));
  return commands;
}

/** NAT rules that meet other rules may have other numbers. */
function otherNumbers({ targets }: Operation, running: ConfigTree): string | undefined {
  for (const direction of ["source", "destination"] as const) {
    const wanted = targets.filter(
      ({ path }) => path[0] === "nat" && path[1] === direction && path.length === 4,
    );
    if (wanted.length === 0) continue;
    const base = nextFreeRuleBase(
      running,
      wanted.map(({ path }) => Number(path[3])),
      direction,
    );
    return `number the rules from the next free base (pulumi config set natRuleBase ${base})`;
  }
  return undefined;
}

/** Whether the running configuration is what the operation asked for. */
export function isDone(operation: Operation, running: ConfigTree): boolean {
  if (operation.fulfilledBy?.(running)) return true;
  return operation.targets.every(({ path, tree }) => sameTree(subtree(running, path), tree));
}

/** Whether what the operation targets is as it was. */
export function isUntouched(operation: Operation, before: ConfigTree, now: ConfigTree): boolean {
  return operation.targets.every(({ path }) => sameTree(subtree(before, path), subtree(now, path)));
}

/** The required paths that neither stand on the router nor come with the other operations. `files`: those that are there. */
export function missingFor(
  operation: Operation,
  running: ConfigTree,
  others: readonly Operation[],
  files: ReadonlySet<string>,
): string[] {
  // Most require nothing, and the tree with all others' targets is the dearest thing here.
  if (operation.requires.length === 0) return [];
  const wanted = others.flatMap(({ targets }) => targets);
  const after = wanted.reduce((tree, target) => withSubtree(tree, target.path, target.tree), running);
  const scripts = others.flatMap((other) => other.scripts ?? []);
  const coming = scripts.filter((target) => target.wanted === "there").map(({ file }) => file.path);
  return operation.requires.filter((required) =>
    required.startsWith("/")
      ? !files.has(required) && !coming.includes(required)
      : !stands(after, required.split(" ")),
  );
}

/** The files that the operations speak of, and those that they require. */
export function filesOf(operations: readonly Operation[]): string[] {
  const named = operations.flatMap(({ scripts, requires }) => [
    ...(scripts ?? []).map(({ file }) => file.path),
    ...requires.filter((required) => required.startsWith("/")),
  ]);
  return [...new Set(named)];
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
  const brought = one.targets.reduce(
    (tree, { path, tree: below }) => withSubtree(tree, path, below),
    emptyTree,
  );
  const files = (one.scripts ?? []).filter(({ wanted }) => wanted === "there").map(({ file }) => file.path);
  return needing.requires.some(
    (required) => files.includes(required) || stands(brought, required.split(" ")),
  );
}

/** The paths at which two configurations differ, but for those that the operations target. */
export function differencesBeside(
  operations: readonly Operation[],
  from: ConfigTree,
  to: ConfigTree,
): Command[] {
  const ours = operations.flatMap(({ targets }) => targets.map(({ path }) => path));
  const without = (tree: ConfigTree): ConfigTree =>
    ours.reduce((rest, path) => withSubtree(rest, path, undefined), tree);
  return diffAt(without(from), without(to), []);
}

/** The commands that put back what stood at the operations' paths. */
export function undoCommands(
  operations: readonly Operation[],
  before: ConfigTree,
  now: ConfigTree,
): Command[] {
  return operations.flatMap(({ targets }) =>
    targets.flatMap(({ path }) => diffAt(now, subtree(before, path), path)),
  );
}

/** How to see that IPv4 goes out after the operations; undefined: none of them moves it. */
export function probeOf(operations: readonly Operation[], running: ConfigTree): Probe | undefined {
  const moves = operations.findLast(({ probe }) => probe !== undefined)?.probe;
  return (
    moves ??
    (hasDefaultRoute(running) ? operations.findLast(({ probeGone }) => probeGone)?.probeGone : undefined)
  );
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
