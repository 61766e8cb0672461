/**
 * The fields of a resource as rows: from a row come the type of the argument, its parser, the lines and the reference in
 * docs/resources.md. State may have been written by older code, so it goes through the same rows. Pure.
 */

import { InvalidValue } from "../../errors.ts";
import type { Kind } from "./kinds.ts";
import { wrong } from "./kinds.ts";

export type Inputs = Readonly<Record<string, unknown>>;

/** A value that the engine does not know yet during preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

interface Told {
  readonly meaning: string;
  readonly unit?: string;
  /**
   * Where it stands below the resource's node; none: in the path of the node, or nowhere. `{nextHop}` is the value of that
   * field; of several places it is the first whose fields are all given.
   */
  readonly at?: string | readonly string[];
}

type Need = "required" | "optional";

export interface Row<Given, Value, N extends Need> extends Told {
  readonly kind: Pick<Kind<Given, Value>, "form" | "given">;
  readonly need: N;
  readonly standard?: Given;
  parse(field: string, given: unknown): Value;
  words(value: Value): string[][];
}

export function required<Given, Value>(kind: Kind<Given, Value>, told: Told): Row<Given, Value, "required"> {
  const parse = (field: string, given: unknown): Value => {
    if (!isLeftOut(given)) return kind.parse(field, given);
    throw new InvalidValue(field, "", "is missing", `give ${field} a value`);
  };
  return { ...told, kind, need: "required", parse, words: (value) => wordsOf(kind, value) };
}

export function optional<Given, Value>(
  kind: Kind<Given, Value>,
  told: Told,
): Row<Given, Value | undefined, "optional"> {
  return {
    ...told,
    kind,
    need: "optional",
    parse: (field, given) => (isLeftOut(given) ? undefined : kind.parse(field, given)),
    words: (value) => (value === undefined ? [] : wordsOf(kind, value)),
  };
}

/** Optional with a value for the case that it is left out. */
export function preset<Given, Value>(
  standard: NoInfer<Given>,
  kind: Kind<Given, Value>,
  told: Told,
): Row<Given, Value, "optional"> {
  const parse = (field: string, given: unknown): Value =>
    kind.parse(field, isLeftOut(given) ? standard : given);
  return { ...told, kind, need: "optional", standard, parse, words: (value) => wordsOf(kind, value) };
}

/** "" counts as left out, as an empty value of the stack's configuration does. */
function isLeftOut(given: unknown): boolean {
  return given === undefined || given === null || given === "";
}

function wordsOf<Value>(kind: Kind<unknown, Value>, value: Value): string[][] {
  if (kind.words) return kind.words(value);
  return Array.isArray(value) ? value.map((item) => [String(item)]) : [[String(value)]];
}

export type Rows = Readonly<Record<string, Row<unknown, unknown, Need>>>;

type Needed<R extends Rows> = { [F in keyof R]: R[F]["need"] extends "required" ? F : never }[keyof R];
type GivenTo<R> = R extends Row<infer G, unknown, Need> ? G : never;

/** What a program writes. */
export type Given<R extends Rows> = {
  readonly [F in Needed<R>]: GivenTo<R[F]>;
} & { readonly [F in Exclude<keyof R, Needed<R>>]?: GivenTo<R[F]> };

/** What it is once parsed. */
export type Parsed<R extends Rows> = { readonly [F in keyof R]: ReturnType<R[F]["parse"]> };

/** Throws InvalidValue for the first field that is wrong. */
export function parseRows<R extends Rows>(rows: R, inputs: Inputs): Parsed<R> {
  const parsed = Object.entries(rows).map(([field, row]) => [field, row.parse(field, inputs[field])]);
  return Object.fromEntries(parsed) as Parsed<R>;
}

/** A map of fields as the value of one field. */
export function object<R extends Rows>(form: string, rows: R): Kind<Given<R>, Parsed<R>> {
  return { form, parse: (field, given) => parseRows(rows, readObject(field, given)) };
}

export function readObject(field: string, given: unknown): Inputs {
  if (isObject(given)) return given;
  throw wrong(field, given, "is not an object", "write a map of fields");
}

export function isObject(value: unknown): value is Inputs {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The lines below the resource's node, word by word. */
export function linesOf<R extends Rows>(rows: R, value: Parsed<R>): string[][] {
  const given: Inputs = value;
  return Object.entries(rows).flatMap(([field, row]) => {
    const place = placeOf(row, given);
    if (place === undefined) return [];
    return row.words(value[field]).map((words) => [...place, ...words]);
  });
}

function placeOf({ at }: Told, given: Inputs): string[] | undefined {
  if (at === undefined) return undefined;
  const places = (typeof at === "string" ? [at] : at).map((place) => place.split(" ").filter(Boolean));
  const wordFor = (word: string): unknown => {
    const field = /^\{(\w+)\}$/.exec(word)?.[1];
    return field === undefined ? word : given[field];
  };
  return places
    .map((place) => place.map(wordFor))
    .find((place) => !place.includes(undefined))
    ?.map(String);
}
