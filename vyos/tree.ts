/**
 * A configuration as a tree of words, without a schema: each word of a `set` line is one level, a value is a word with
 * nothing below it. Pure, and no tree is ever changed in place once it is handed out.
 */

export type ConfigPath = readonly string[];
export interface ConfigTree extends ReadonlyMap<string, ConfigTree> {}
/** A tree while it is made, by whoever makes it and before it is handed out. */
export interface GrowingTree extends Map<string, GrowingTree> {}

/** One for all ends of branches, and more than half of a configuration are ends: a map of its own is 190 octets. */
const end: GrowingTree = new Map();
export const emptyTree: ConfigTree = end;

/** Every path as a branch of one tree. */
export function treeOf(paths: Iterable<ConfigPath>): ConfigTree {
  const root: GrowingTree = new Map();
  for (const path of paths) growBranch(root, path);
  return root;
}

export function growBranch(root: GrowingTree, path: ConfigPath): void {
  let node = root;
  const last = path.length - 1;
  for (let depth = 0; depth < last; depth += 1) node = growNode(node, path[depth] ?? "");
  const word = path[last];
  if (word !== undefined && !node.has(word)) node.set(word, end);
}

/** The node below, ready to grow. */
export function growNode(node: GrowingTree, word: string): GrowingTree {
  const known = node.get(word);
  if (known !== undefined && known !== end) return known;
  const below: GrowingTree = new Map();
  node.set(word, below);
  return below;
}

/** The path of every end of a branch: numbers first, in numeric order, then the rest by text. */
export function pathsOf(tree: ConfigTree): string[][] {
  const paths: string[][] = [];
  const path: string[] = [];
  const walk = (node: ConfigTree): void => {
    if (node.size === 0 && path.length > 0) paths.push(path.slice());
    for (const [word, below] of sortedEntries(node)) {
      path.push(word);
      walk(below);
      path.pop();
    }
  };
  walk(tree);
  return paths;
}

export function sortedEntries(tree: ConfigTree): [string, ConfigTree][] {
  if (tree.size < 2) return [...tree];
  return sortedWords(tree).map((word) => [word, tree.get(word) ?? end]);
}

export function sortedWords(tree: ConfigTree): string[] {
  return sortWords([...tree.keys()]);
}

/** Numbers first, 20 before 100, then plain code unit order: one total order, the same on every machine. */
export function sortWords(words: string[]): string[] {
  const numbers = words.filter(isNumber);
  if (numbers.length === 0) return words.sort();
  const names = words.filter((word) => !isNumber(word)).sort();
  // Equal numbers of unequal text, such as 1 and 01, go by text.
  numbers.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1));
  return numbers.concat(names);
}

function isNumber(word: string): boolean {
  return /^[0-9]+$/.test(word);
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
