/**
 * A configuration as a tree of words, without a schema: each word of a `set` line is one level, a value is a word with
 * nothing below it. Pure, and no tree is ever changed in place once it is handed out.
 */

export type ConfigPath = readonly string[];
export interface ConfigTree extends ReadonlyMap<string, ConfigTree> {}
interface GrowingTree extends Map<string, GrowingTree> {}

export const emptyTree: ConfigTree = new Map();

/** Every path as a branch of one tree. */
export function treeOf(paths: Iterable<ConfigPath>): ConfigTree {
  const root: GrowingTree = new Map();
  for (const path of paths) {
    let node = root;
    for (const word of path) {
      let below = node.get(word);
      if (below === undefined) {
        below = new Map();
        node.set(word, below);
      }
      node = below;
    }
  }
  return root;
}

/** The path of every end of a branch: numbers first, in numeric order, then the rest by text. */
export function pathsOf(tree: ConfigTree): string[][] {
  const paths: string[][] = [];
  const walk = (node: ConfigTree, path: string[]): void => {
    if (node.size === 0 && path.length > 0) paths.push(path);
    for (const word of sortedWords(node)) walk(node.get(word) ?? emptyTree, [...path, word]);
  };
  walk(tree, []);
  return paths;
}

export function sortedWords(tree: ConfigTree): string[] {
  return [...tree.keys()].sort(compareWords);
}

/** Numbers first, 20 before 100, then plain code unit order: one total order, the same on every machine. */
function compareWords(a: string, b: string): number {
  const digits = /^[0-9]+$/;
  const numbers = digits.test(a);
  if (numbers !== digits.test(b)) return numbers ? -1 : 1;
  const byNumber = numbers ? Number(a) - Number(b) : 0;
  if (byNumber) return byNumber;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What stands below a path: undefined when it is not there, an empty tree when it is there with nothing below. */
export function subtree(tree: ConfigTree, path: ConfigPath): ConfigTree | undefined {
  let node: ConfigTree | undefined = tree;
  for (const word of path) {
    node = node.get(word);
    if (node === undefined) return undefined;
  }
  return node;
}

/**
 * The tree with another branch at a path; undefined takes the branch away, and the parents that held nothing else. What is
 * not there cannot be taken away: an empty parent stays then. Copies every level on the way, so it is not for long loops.
 */
export function withSubtree(tree: ConfigTree, path: ConfigPath, branch: ConfigTree | undefined): ConfigTree {
  if (branch === undefined && subtree(tree, path) === undefined) return tree;
  const [word, ...rest] = path;
  if (word === undefined) return branch ?? emptyTree;
  const changed = withSubtree(tree.get(word) ?? emptyTree, rest, branch);
  const copy = new Map(tree);
  if (branch === undefined && changed.size === 0) copy.delete(word);
  else copy.set(word, changed);
  return copy;
}

/** Equal whatever the order of the words. */
export function sameTree(a: ConfigTree | undefined, b: ConfigTree | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (a.size !== b.size) return false;
  for (const [word, below] of a) {
    if (!b.has(word) || !sameTree(below, b.get(word))) return false;
  }
  return true;
}
