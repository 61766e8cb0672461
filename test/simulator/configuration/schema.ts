/**
 * What paths a VyOS version knows, from schema.json (generated from upstream's definitions). Subtrees that the
 * product does not touch accept anything. It must never look at a configuration: a path's shape only.
 */
import { readFileSync } from "node:fs";
import { looseSubtrees } from "./loose-subtrees.ts";
import type { SchemaNode, SchemaRow } from "./schema-node.ts";
import type { Path, Step } from "./tree.ts";

export type Version = "1.4" | "rolling";

export interface Check {
  readonly schema: SchemaNode;
  readonly value: string;
}

export type Understood =
  | { readonly kind: "invalid"; readonly checks: readonly Check[] }
  | { readonly kind: "incomplete" | "complete"; readonly path: Path; readonly checks: readonly Check[] };

const cache = new Map<Version, SchemaNode>();

export function schemaOf(version: Version): SchemaNode {
  const known = cache.get(version);
  if (known !== undefined) return known;
  const rows: Record<Version, SchemaRow[]> = JSON.parse(
    readFileSync(new URL("./schema.json", import.meta.url), "utf8"),
  );
  const root = create({ path: "", kind: "node" });
  const depth = ({ path }: SchemaRow): number =>
    path
      .replace(/<[^>]*>/g, "")
      .trim()
      .split(/ +/).length;
  for (const row of [...looseSubtrees, ...rows[version]].sort((a, b) => depth(a) - depth(b)))
    insert(root, row);
  cache.set(version, root);
  return root;
}

function create(row: SchemaRow): SchemaNode {
  return { multi: false, valueless: false, loose: false, ...row, children: new Map() };
}

function insert(root: SchemaNode, row: SchemaRow): void {
  const words = row.path.split(" ").filter((word) => !/^<.*>$/.test(word));
  let node = root;
  for (const [index, word] of words.entries()) {
    const last = index === words.length - 1;
    let child = node.children.get(word);
    if (child === undefined) {
      child = create(
        last ? row : { path: words.slice(0, index + 1).join(" "), kind: "node", loose: node.loose },
      );
      node.children.set(word, child);
    }
    node = child;
  }
}

/** Walks the words down the schema; the checks are the values met, in order, up to the first unknown word. */
export function understand(root: SchemaNode, words: readonly string[]): Understood {
  const steps: Step[] = [];
  const checks: Check[] = [];
  let node = root;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] as string;
    const child = node.children.get(word);
    if (child === undefined) {
      if (!node.loose) return { kind: "invalid", checks };
      return { kind: "complete", path: loosePath(steps, words.slice(index)), checks };
    }
    steps.push({ word, kind: child.kind });
    node = child;
    if (child.kind === "leaf") return leafEnd(child, steps, words.slice(index + 1), checks);
    if (child.kind === "tag") {
      const name = words[++index];
      if (name === undefined) return { kind: "incomplete", path: { steps, multi: false }, checks };
      checks.push({ schema: child, value: name });
      steps.push({ word: name, kind: "node" });
    }
  }
  return {
    kind: words.length === 0 ? "invalid" : "complete",
    path: { steps, multi: false },
    checks,
  } as Understood;
}

function leafEnd(leaf: SchemaNode, steps: Step[], rest: readonly string[], checks: Check[]): Understood {
  if (leaf.valueless) {
    if (rest.length > 0) return { kind: "invalid", checks };
    return { kind: "complete", path: { steps, multi: false }, checks };
  }
  const [value, ...more] = rest;
  if (value === undefined) return { kind: "incomplete", path: { steps, multi: leaf.multi }, checks };
  if (more.length > 0) return { kind: "invalid", checks };
  return {
    kind: "complete",
    path: { steps, value, multi: leaf.multi },
    checks: [...checks, { schema: leaf, value }],
  };
}

function loosePath(steps: readonly Step[], rest: readonly string[]): Path {
  if (rest.length === 1)
    return { steps: [...steps, { word: rest[0] as string, kind: "leaf" }], multi: false };
  const nodes = rest.slice(0, -2).map((word): Step => ({ word, kind: "node" }));
  const leaf: Step = { word: rest.at(-2) as string, kind: "leaf" };
  return { steps: [...steps, ...nodes, leaf], value: rest.at(-1) as string, multi: false };
}
