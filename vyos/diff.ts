/**
 * From one tree to another in the fewest commands. Pure. Without a schema a changed value is a delete of the old and a set
 * of the new one, which is right for single and multiple values alike, and shows both.
 */

import type { Command } from "./commands.ts";
import {
  type ConfigPath,
  type ConfigTree,
  emptyTree,
  type GrowingTree,
  growBranch,
  pathsOf,
  sortedEntries,
  sortWords,
  subtree,
} from "./tree.ts";

/** Deletes first, each at the highest node that goes whole; then one set for each new end of a branch. */
export function diffTrees(from: ConfigTree, to: ConfigTree, at: ConfigPath = []): Command[] {
  const deletes: Command[] = [];
  const sets: Command[] = [];
  compare(from, to, [...at], deletes, sets);
  return deletes.concat(sets);
}

/** The commands that make one path what it shall be; undefined: it shall not be there. */
export function diffAt(from: ConfigTree, to: ConfigTree | undefined, path: ConfigPath): Command[] {
  const is = subtree(from, path);
  if (path.length === 0) return diffTrees(from, to ?? emptyTree);
  if (to === undefined) return is === undefined ? [] : [{ verb: "delete", path }];
  if (is === undefined) return setsFor(to, path);
  return diffTrees(is, to, path);
}

/**
 * What a router does with the commands: a set adds the branch, a delete takes it and the parents that it leaves empty.
 * A set of what is there and a delete of what is not are no change. diffTrees() leans on none of it: it sets again every
 * node that shall stay empty, so a router that keeps emptied parents comes to the same.
 */
export function applyCommands(tree: ConfigTree, commands: readonly Command[]): ConfigTree {
  const root = copyOf(tree);
  for (const { verb, path } of commands) {
    if (verb === "set") growBranch(root, path);
    else removeBranch(root, path);
  }
  return root;
}

/** `at` is one list for the whole walk: a copy at each node would cost more than the comparison. */
function compare(from: ConfigTree, to: ConfigTree, at: string[], deletes: Command[], sets: Command[]): void {
  const gone = sortWords([...from.keys()].filter((word) => !to.has(word)));
  const emptied = gone.length > 0 && gone.length === from.size && at.length > 0;
  if (emptied && gone.includes("")) {
    // No command can name an empty value: the leaf goes whole.
    deletes.push({ verb: "delete", path: at.slice() });
    for (const command of setsFor(to, at)) sets.push(command);
    return;
  }
  for (const word of gone) deletes.push({ verb: "delete", path: [...at, word] });
  if (emptied && to.size === 0) sets.push({ verb: "set", path: at.slice() });
  for (const [word, wanted] of sortedEntries(to)) {
    const is = from.get(word);
    if (is?.size === 0 && wanted.size === 0) continue;
    at.push(word);
    if (is !== undefined) compare(is, wanted, at, deletes, sets);
    else for (const command of setsFor(wanted, at)) sets.push(command);
    at.pop();
  }
}

/** One set for each new end of a branch. */
function setsFor(tree: ConfigTree, at: ConfigPath): Command[] {
  if (tree.size === 0) return [{ verb: "set", path: at.slice() }];
  return pathsOf(tree).map((path) => ({ verb: "set", path: at.concat(path) }));
}

function copyOf(tree: ConfigTree): GrowingTree {
  const copy: GrowingTree = new Map();
  for (const [word, below] of tree) copy.set(word, copyOf(below));
  return copy;
}

/** Says whether it found the branch: only then may the parents that are empty now go too. */
function removeBranch(node: GrowingTree, path: ConfigPath, depth = 0): boolean {
  const word = path[depth];
  if (word === undefined) {
    node.clear();
    return true;
  }
  const below = node.get(word);
  if (below === undefined || !removeBranch(below, path, depth + 1)) return false;
  if (below.size === 0) node.delete(word);
  return true;
}
