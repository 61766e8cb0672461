/**
 * The simulated router's configuration as a tree, and the changes a session may make to it.
 * It knows no schema, no text and no session, and must never share code with the client's own tree.
 */
export type Kind = "node" | "tag" | "leaf";

export interface TreeNode {
  readonly kind: Kind;
  readonly children: Map<string, TreeNode>;
  /** Values of a leaf, in the order they were set; empty for a valueless leaf and for what is no leaf. */
  values: string[];
}

export interface Step {
  readonly word: string;
  readonly kind: Kind;
}

/** A path that the schema understood: the nodes to walk, and the value of the leaf at its end. */
export interface Path {
  readonly steps: readonly Step[];
  readonly value?: string;
  readonly multi: boolean;
}

export interface Change {
  readonly verb: "set" | "delete";
  readonly path: Path;
}

export function emptyTree(): TreeNode {
  return newNode("node");
}

export function newNode(kind: Kind): TreeNode {
  return { kind, children: new Map(), values: [] };
}

export function copyTree(node: TreeNode): TreeNode {
  const children = new Map([...node.children].map(([word, child]) => [word, copyTree(child)] as const));
  return { kind: node.kind, children, values: [...node.values] };
}

export function find(root: TreeNode, words: readonly string[]): TreeNode | undefined {
  let node: TreeNode | undefined = root;
  for (const word of words) node = node?.children.get(word);
  return node;
}

export function wordsOf(path: Path): string[] {
  return path.steps.map((step) => step.word);
}

export function exists(root: TreeNode, path: Path): boolean {
  const node = find(root, wordsOf(path));
  return node !== undefined && (path.value === undefined || node.values.includes(path.value));
}

/** What becomes of a node that a deletion leaves empty: VyOS keeps it (vyatta-cfg: cstore.cpp, deleteCfgPath). */
type Emptied = "stays" | "goes";

export function applyChange(root: TreeNode, change: Change): void {
  if (change.verb === "set") setPath(root, change.path);
  else deletePath(root, wordsOf(change.path), change.path.value, "stays");
}

function setPath(root: TreeNode, path: Path): void {
  let node = root;
  for (const step of path.steps) {
    let child = node.children.get(step.word);
    if (child === undefined) {
      child = newNode(step.kind);
      node.children.set(step.word, child);
    }
    node = child;
  }
  if (path.value === undefined) return;
  if (!path.multi) node.values = [path.value];
  else if (!node.values.includes(path.value)) node.values.push(path.value);
}

/** Removes the node (or one value of it), and the tag whose last name it was. */
function deletePath(
  root: TreeNode,
  words: readonly string[],
  value: string | undefined,
  emptied: Emptied,
): void {
  const node = find(root, words);
  if (node === undefined) return;
  if (value !== undefined) {
    node.values = node.values.filter((one) => one !== value);
    if (node.values.length > 0) return;
  }
  for (let depth = words.length; depth > 0; depth--) {
    const parent = find(root, words.slice(0, depth - 1));
    parent?.children.delete(words[depth - 1] as string);
    if (parent === undefined || parent.children.size > 0) return;
    if (parent.kind !== "tag" && (emptied === "stays" || words[depth - 2] === "lo")) return;
  }
}

/** Makes the subtree at `words` in `to` what it is in `from`, be it absent; its parents come and go with it. */
export function graft(to: TreeNode, from: TreeNode, words: readonly string[]): void {
  const wanted = find(from, words);
  if (wanted === undefined) {
    deletePath(to, words, undefined, find(from, words.slice(0, 1)) === undefined ? "goes" : "stays");
    return;
  }
  let source = from;
  let target = to;
  for (const word of words.slice(0, -1)) {
    source = source.children.get(word) as TreeNode;
    let child = target.children.get(word);
    if (child === undefined) {
      child = newNode(source.kind);
      target.children.set(word, child);
    }
    target = child;
  }
  target.children.set(words.at(-1) as string, copyTree(wanted));
}
