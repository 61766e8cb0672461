/**
 * What every resource type is: inputs parsed into a value, the value as configuration nodes it owns, and a named verdict
 * on a change. Pure; a resource never speaks of a node beside its own.
 */

import type { ConfigPath, ConfigTree } from "../tree.ts";
import type { Inputs } from "./inputs.ts";
import type { OwnedFile } from "./owned-file.ts";

/** One configuration node and all that shall stand below it. */
export interface OwnedNode {
  readonly path: ConfigPath;
  readonly tree: ConfigTree;
}

/** What a change of a resource means for the router. */
export type Verdict =
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly changed: readonly string[] }
  | { readonly kind: "replace"; readonly because: readonly string[] };

export interface ResourceModel<Value> {
  /** Throws InvalidValue naming the field, the value, the reason and the remedy. */
  parse(inputs: Inputs): Value;
  /** The id: the configuration path that the resource owns, as text. */
  id(value: Value): string;
  nodes(value: Value): readonly OwnedNode[];
  /** What it keeps on the router beside the configuration; left out: nothing. */
  files?(value: Value): readonly OwnedFile[];
  /** The fields that make the identity: a change of one is a replacement. */
  readonly identity: readonly string[];
  /** True when running holds it in another form that serves as well, so that nothing is to be set. */
  heldOtherwise?(value: Value, running: ConfigTree): boolean;
}

/** Compares field by field; order in a list counts only where the model keeps it. */
export function verdict<Value extends object>(
  model: ResourceModel<Value>,
  before: Value,
  after: Value,
): Verdict {
  const was = new Map(Object.entries(before));
  const is = new Map(Object.entries(after));
  const changed = [...new Set([...was.keys(), ...is.keys()])].filter(
    (field) => JSON.stringify(was.get(field)) !== JSON.stringify(is.get(field)),
  );
  if (changed.length === 0) return { kind: "same" };
  const because = changed.filter((field) => model.identity.includes(field));
  return because.length > 0 ? { kind: "replace", because } : { kind: "update", changed };
}
