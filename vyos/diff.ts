/**
 * From one tree to another in the fewest commands. Pure. Without a schema a changed value is a delete of the old and a set
 * of the new one, which is right for single and multiple values alike, and shows both.
 */

import type { Command } from "./commands.ts";
import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree } from "./tree.ts";

interface GrowingTree extends Map<string, GrowingTree> {}

/** Deletes first, each at the highest node that goes whole; then one set for each new end of a branch. */
export function diffTrees(from: ConfigTree, to: ConfigTree, at: ConfigPath = []): Command[] {
  const deletes: Command[] = [];
  const sets: Command[] = [];
  compare(from, to, at, deletes, sets);
  return [...deletes, ...sets];
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
    if (verb === "set") addBranch(root, path);
    else removeBranch(root, path);
  }
  return root;
}

function compare(
  from: ConfigTree,
  to: ConfigTree,
  at: ConfigPath,
  deletes: Command[],
  sets: Command[],
): void {
  const gone = sortedWords(from).filter((word) => !to.has(word));
  const emptied = gone.length > 0 && gone.length === from.size && at.length > 0;
  if (emptied && gone.includes("")) {
    // No command can name an empty value: the leaf goes whole.
    deletes.push({ verb: "delete", path: at });
    setsFor(to, at, sets);
    return;
  }
  for (const word of gone) deletes.push({ verb: "delete", path: [...at, word] });
  if (emptied && to.size === 0) sets.push({ verb: "set", path: at });
  for (const word of sortedWords(to)) {
    const is = from.get(word);
    const wanted = to.get(word) ?? emptyTree;
    if (is === undefined) setsFor(wanted, [...at, word], sets);
    else compare(is, wanted, [...at, word], deletes, sets);
  }
}

/** One set for each end of a branch, added to `sets`. */
function setsFor(tree: ConfigTree, at: ConfigPath, sets: Command[] = []): Command[] {
  if (tree.size === 0) sets.push({ verb: "set", path: at });
  for (const word of sortedWords(tree)) setsFor(tree.get(word) ?? emptyTree, [...at, word], sets);
  return sets;
}

function copyOf(tree: ConfigTree): GrowingTree {
  const copy: GrowingTree = new Map();
  for (const [word, below] of tree) copy.set(word, copyOf(below));
  return copy;
}

function addBranch(root: GrowingTree, path: ConfigPath): void {
  let node = root;
  for (const word of path) {
    const below: GrowingTree = node.get(word) ?? new Map();
    node.set(word, below);
    node = below;
  }
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
