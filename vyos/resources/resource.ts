/**
 * What every resource type is: rows of fields, the paths that it owns, and a named verdict on a change. Pure; a resource never
 * speaks of a node beside its own.
 */

import { InvalidValue } from "../../errors.ts";
import { type ConfigPath, type ConfigTree, treeOf } from "../tree.ts";
import { flag, list, plain } from "./kinds.ts";
import type { OwnedFile } from "./owned-file.ts";
import { type RouteProbe, routeProbe } from "./route-probe.ts";
import {
  type Given,
  type Inputs,
  linesOf,
  optional,
  type Parsed,
  parseRows,
  preset,
  type Rows,
  unknownValue,
} from "./row.ts";

/** One configuration node and all that shall stand below it. */
export interface OwnedNode {
  readonly path: ConfigPath;
  readonly tree: ConfigTree;
  /** What somebody else has put there may be a secret: it is told of by its path. */
  readonly opaque?: true;
}

/** What a change of a resource means for the router. */
export type Verdict =
  | { readonly kind: "same" }
  | { readonly kind: "update"; readonly changed: readonly string[] }
  | { readonly kind: "replace"; readonly because: readonly string[] };

/** The fields that any resource may have. */
const compared = {
  requires: preset([], list(plain), {
    meaning: "paths, and files by their absolute path, that must be there, or come with it, before it may",
  }),
  probe: optional(routeProbe, {
    meaning: "how to see, from the router, that IPv4 goes out with it: only then is it kept and saved",
  }),
  probeGone: optional(routeProbe, { meaning: "the same, once it was taken away" }),
};
const manners = {
  takeOver: preset(false, flag, { meaning: "change what stands there already, instead of refusing" }),
  releases: preset(false, flag, {
    meaning:
      "what it required before, and requires no more, goes in the same commit; its own deletion then finds nothing",
  }),
};
export const sharedRows = { ...compared, ...manners };

interface Alone<Value> {
  readonly of: (value: Value) => readonly unknown[];
  /** Reads "which has the same ...". */
  readonly word: string;
  readonly remedy: string;
}

interface Definition<K extends Rows, F extends Rows> {
  /** The class's name, and the engine's: pulumi-nodejs:dynamic/vyos:Tunnel. */
  readonly label: string;
  readonly meaning: string;
  readonly owns: string;
  /** From these alone come the paths. A change of one is a replacement, but where `replaced` is `never`. */
  readonly keys: K;
  readonly fields: F;
  /** The fields of each item, when a key is a list: for the reference. */
  readonly parts?: Rows;
  readonly replaced?: "never";
  /** What no two resources may have: configuration paths, and files as paths of one word. */
  paths(keys: Parsed<K>): readonly ConfigPath[];
  /** Left out: the one path as text. */
  id?(keys: Parsed<K>): string;
  /** What fields say of each other. Throws InvalidValue. */
  check?(value: Parsed<K> & Parsed<F>): void;
  /** Left out: the one path, with the lines of the rows below it. */
  nodes?(value: Parsed<K> & Parsed<F>): readonly OwnedNode[];
  /** What it keeps on the router beside the configuration; left out: nothing. */
  files?(value: Parsed<K> & Parsed<F>): readonly OwnedFile[];
  /** The engine makes the new one before it takes the old one away: what the two cannot both have, and how to go on. */
  readonly alone?: Alone<Parsed<K> & Parsed<F>>;
  /** True when running holds it in another form that serves as well, so that nothing is to be set. */
  heldOtherwise?(value: Parsed<K> & Parsed<F>, running: ConfigTree, nodes: readonly OwnedNode[]): boolean;
}

/** A resource type, with the types of its fields closed over, so that all can stand in one table. */
export interface ResourceModel<Args, Value> {
  readonly args?: Args;
  readonly label: string;
  readonly meaning: string;
  readonly owns: string;
  readonly replacedBy: readonly string[];
  readonly keys: readonly string[];
  /** The keys first. */
  readonly own: Rows;
  /** With those that any resource has. */
  readonly rows: Rows;
  readonly parts: Rows;
  /** Its own fields. Throws InvalidValue naming the field, the value, the reason and the remedy. */
  value(inputs: Inputs): Value;
  parse(inputs: Inputs): Resource;
  /** From the keys alone. Throws InvalidValue. */
  claims(inputs: Inputs): readonly ConfigPath[];
  /** What is wrong with those fields that are known. */
  wrong(inputs: Inputs): readonly InvalidValue[];
  /** Throws InvalidValue for one that would have to stand beside the one it takes the place of, and cannot. */
  checkReplacing(before: Inputs, after: Inputs): void;
  /** `after` may hold what is not known yet, `before` what older code has stored. */
  compare(before: Inputs, after: Inputs): Verdict;
}

export type ArgsOf<Model> = Model extends ResourceModel<infer Args, unknown> ? Args : never;

/** Parsed, and true for the router. */
export interface Resource {
  readonly id: string;
  readonly nodes: readonly OwnedNode[];
  readonly files: readonly OwnedFile[];
  readonly requires: readonly string[];
  readonly probe: RouteProbe | undefined;
  readonly probeGone: RouteProbe | undefined;
  readonly takeOver: boolean;
  readonly releases: boolean;
  heldOtherwise(running: ConfigTree): boolean;
}

export function resource<K extends Rows, F extends Rows>(
  type: Definition<K, F>,
): ResourceModel<Given<K> & Given<F> & Given<typeof sharedRows>, Parsed<K> & Parsed<F>> {
  const keys = Object.keys(type.keys);
  const identity = type.replaced === "never" ? [] : keys;
  const value = (inputs: Inputs): Parsed<K> & Parsed<F> => {
    const all = { ...parseRows(type.keys, inputs), ...parseRows(type.fields, inputs) };
    type.check?.(all);
    return all;
  };
  const nodeOf = (all: Parsed<K> & Parsed<F>): OwnedNode[] =>
    type.paths(all).map((path) => ({ path, tree: treeOf(linesOf(type.fields, all)) }));
  return {
    ...{ label: type.label, meaning: type.meaning, owns: type.owns, replacedBy: identity, keys, value },
    own: { ...type.keys, ...type.fields },
    parts: type.parts ?? {},
    rows: { ...type.keys, ...type.fields, ...sharedRows },
    parse: (inputs) => {
      const all = value(inputs);
      const nodes = type.nodes?.(all) ?? nodeOf(all);
      return {
        ...parseRows(sharedRows, inputs),
        id: type.id?.(all) ?? type.paths(all).map((path) => path.join(" "))[0] ?? "",
        nodes,
        files: type.files?.(all) ?? [],
        heldOtherwise: (running) => type.heldOtherwise?.(all, running, nodes) ?? false,
      };
    },
    claims: (inputs) => type.paths(parseRows(type.keys, inputs)),
    checkReplacing: (before, after) => {
      const { alone } = type;
      const [field] = identity.filter((key) => before[key] !== after[key]);
      if (alone === undefined || field === undefined) return;
      const was = stored(() => JSON.stringify(alone.of(value(before))));
      if (was !== JSON.stringify(alone.of(value(after)))) return;
      const reason = `cannot stand beside ${String(before[field])}, which has the same ${alone.word}`;
      throw new InvalidValue(field, String(after[field]), reason, alone.remedy);
    },
    wrong: (inputs) => wrongFields({ ...type.keys, ...type.fields, ...sharedRows }, inputs),
    compare: (before, after) =>
      verdict({ ...type.keys, ...type.fields, ...compared }, identity, before, after),
  };
}

export function isUnknown(given: unknown): boolean {
  return JSON.stringify(given)?.includes(unknownValue) ?? false;
}

function wrongFields(rows: Rows, inputs: Inputs): InvalidValue[] {
  return Object.entries(rows).flatMap(([field, row]) => {
    if (isUnknown(inputs[field])) return [];
    try {
      row.parse(field, inputs[field]);
      return [];
    } catch (error) {
      if (error instanceof InvalidValue) return [error];
      throw error;
    }
  });
}

/** Field by field, by what each means: another spelling of an address is no change. */
function verdict(rows: Rows, identity: readonly string[], before: Inputs, after: Inputs): Verdict {
  const changed = Object.entries(rows).flatMap(([field, row]) => {
    if (isUnknown(after[field])) return [field];
    const is = JSON.stringify(row.parse(field, after[field]));
    return is === stored(() => JSON.stringify(row.parse(field, before[field]))) ? [] : [field];
  });
  if (changed.length === 0) return { kind: "same" };
  const because = changed.filter((field) => identity.includes(field));
  return because.length > 0 ? { kind: "replace", because } : { kind: "update", changed };
}

/** Undefined for what today's code cannot read. */
function stored<Value>(read: () => Value): Value | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof InvalidValue) return undefined;
    throw error;
  }
}
