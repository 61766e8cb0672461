/**
 * What the router holds beside what was declared, told apart: gone, changed, foreign. Pure; each line carries the command
 * that repairs it.
 */

import { type Command, printCommand } from "./commands.ts";
import { diffAt } from "./diff.ts";
import { type ConfigPath, type ConfigTree, pathsOf, subtree, treeOf, withSubtree } from "./tree.ts";

/** `gone`: ours, and not there. `changed`: there with another value. `foreign`: not ours, on a path that is ours. */
export type DriftKind = "gone" | "changed" | "foreign";

export interface Drift {
  readonly kind: DriftKind;
  readonly command: Command;
}

interface Node {
  readonly path: ConfigPath;
  readonly tree: ConfigTree;
  readonly opaque?: boolean;
}

/** The commands that make a node what it shall be, for people: what may be somebody's secret is in none of them. */
export function repairsOf(node: Node, running: ConfigTree): Command[] {
  return diffAt(withoutTheirs(running, [node], "***"), node.tree, node.path);
}

/** With a word in place of the end of each branch below an opaque node that the node itself does not say. */
export function withoutTheirs(tree: ConfigTree, nodes: readonly Node[], instead: string): ConfigTree {
  return nodes.reduce((shown, { path, tree: ours, opaque }) => {
    const held = opaque ? subtree(shown, path) : undefined;
    if (held === undefined || held.size === 0) return shown;
    const hidden = pathsOf(held).map((one) =>
      subtree(ours, one) === undefined ? [...one.slice(0, -1), instead] : one,
    );
    return withSubtree(shown, path, treeOf(hidden));
  }, tree);
}

/** From the commands that would repair a node: a delete and a set of one leaf are one changed value. */
export function classifyDrift(repairs: readonly Command[]): Drift[] {
  const parents = (verb: Command["verb"]): Set<string> =>
    new Set(repairs.filter((command) => command.verb === verb).map(parentOf));
  const [deleted, set] = [parents("delete"), parents("set")];
  return repairs.map((command) => {
    const parent = parentOf(command);
    const both = deleted.has(parent) && set.has(parent);
    return { kind: both ? "changed" : command.verb === "set" ? "gone" : "foreign", command };
  });
}

/** `changed: set interfaces tunnel tun0 mtu 1460` */
export function printDrift({ kind, command }: Drift): string {
  return `${kind}: ${printCommand(command)}`;
}

function parentOf({ path }: Command): string {
  return path.slice(0, -1).join(" ");
}
