/**
 * What all configuration sessions of one router share: the active configuration (a folder of the router's file system, as
 * the real one keeps it), and who commits. It applies nothing to the machine.
 */
import { type FileNode, textOf } from "../system/file-node.ts";
import type { Files } from "../system/files.ts";
import { readText } from "./read-text.ts";
import { schemaOf, understand, type Version } from "./schema.ts";
import type { SchemaNode } from "./schema-node.ts";
import { applyChange, copyTree, emptyTree, newNode, type TreeNode } from "./tree.ts";

const folder = "/opt/vyatta/config/active";
/** The values of a leaf, one a line (vyatta-cfg: cstore-unionfs.hpp). */
const valueFile = "node.val";

export class Store {
  readonly version: Version;
  readonly schema: SchemaNode;
  /** The commit that holds the lock. */
  locked: { readonly pid: number; readonly user: string } | undefined;
  /** Counts the changes of the active tree, so a session knows when its working copy is stale. */
  generation = 0;
  #active: TreeNode = emptyTree();
  readonly #folder: FileNode;

  constructor(version: Version, files: Files) {
    this.version = version;
    this.schema = schemaOf(version);
    this.#folder = files.shared(folder);
    files.watch(folder, () => {
      this.#active = this.#read(this.#folder, emptyTree(), this.schema);
      this.generation++;
    });
  }

  /** Read only. */
  get active(): TreeNode {
    return this.#active;
  }

  replace(active: TreeNode): void {
    this.#active = copyTree(active);
    this.generation++;
    this.#folder.entries.clear();
    this.#write(this.#active, this.#folder);
  }

  /** What a router makes of words of lines at boot; a line that it does not know is left out. */
  treeOf(lines: readonly (readonly string[])[]): TreeNode {
    const root = emptyTree();
    for (const words of lines) {
      const understood = understand(this.schema, words);
      if (understood.kind === "complete") applyChange(root, { verb: "set", path: understood.path });
    }
    return root;
  }

  /** What is in a saved file; as much of it as can be read, which of half a file is nothing. */
  treeOfSaved(text: string): TreeNode {
    try {
      return this.treeOf(readText(text));
    } catch {
      return emptyTree();
    }
  }

  #write(node: TreeNode, into: FileNode): void {
    for (const [word, child] of node.children) {
      const directory = nodeLike(into, "directory", "");
      into.entries.set(encodeURIComponent(word), directory);
      if (child.values.length > 0)
        directory.entries.set(valueFile, nodeLike(into, "file", `${child.values.join("\n")}\n`));
      this.#write(child, directory);
    }
  }

  #read(from: FileNode, node: TreeNode, schema: SchemaNode | undefined): TreeNode {
    for (const [name, entry] of from.entries) {
      if (entry.kind === "file") {
        if (name === valueFile) node.values = textOf(entry).split("\n").slice(0, -1);
        continue;
      }
      const word = decodeURIComponent(name);
      const own = node.kind === "tag" ? schema : schema?.children.get(word);
      const leaf = entry.entries.size === 0 || entry.entries.has(valueFile);
      const kind = node.kind === "tag" ? "node" : (own?.kind ?? (leaf ? "leaf" : "node"));
      node.children.set(word, this.#read(entry, newNode(kind), own));
    }
    return node;
  }
}

function nodeLike(parent: FileNode, kind: FileNode["kind"], text: string): FileNode {
  const { owner, group, mode, changed } = parent;
  return { kind, entries: new Map(), owner, group, mode, text, changed };
}
