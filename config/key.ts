/** What one key of a stack's configuration is: a row of the table in keys.ts, and the kinds of rows. Pure. */

import { InvalidValue } from "../errors.ts";
import { parseChoice, parseWhole } from "../vyos/values.ts";

/** Takes the text, the standard's when nothing is written. Throws InvalidValue. */
export type Parse<Value> = (field: string, text: string) => Value;

export interface Key<Value> {
  /** As Pulumi.yaml names it. */
  readonly type: "string" | "integer" | "boolean" | "object";
  /** Undefined: a stack must say it. "": it may be left out. */
  readonly standard: string | number | boolean | undefined;
  /** What may be written, for people. */
  readonly accepts: string;
  /** Of a number that has one. */
  readonly unit: string;
  readonly meaning: string;
  readonly parse: Parse<Value>;
}

/** The one spelling of a boolean, whatever key it stands in. */
function parseFlag(field: string, text: string): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw new InvalidValue(field, text, "is neither true nor false", `pulumi config set ${field} true`);
}

export function flag(standard: boolean, meaning: string): Key<boolean> {
  return { type: "boolean", standard, accepts: "true, false", unit: "", meaning, parse: parseFlag };
}

export function whole(
  standard: number,
  [from, to]: readonly [number, number],
  meaning: string,
  unit = "",
): Key<number> {
  const parse = bounded(from, to);
  return { type: "integer", standard, accepts: `${from} to ${to}`, unit, meaning, parse };
}

export function choice<Choice extends string>(
  standard: NoInfer<Choice>,
  choices: readonly Choice[],
  meaning: string,
): Key<Choice> {
  return text(standard, oneOf(choices), choices.join(", "), meaning);
}

/** A stack must say which. */
export function decision<Choice extends string>(choices: readonly Choice[], meaning: string): Key<Choice> {
  return { ...text("", oneOf(choices), choices.join(", "), meaning), standard: undefined };
}

export function text<Value>(
  standard: string,
  parse: Parse<Value>,
  accepts: string,
  meaning: string,
): Key<Value> {
  return { type: "string", standard, accepts, unit: "", meaning, parse };
}

/** May be left out: the value is then undefined. */
export function optional<Value>(
  parse: Parse<Value>,
  accepts: string,
  meaning: string,
): Key<Value | undefined> {
  return text("", (field, word) => (word === "" ? undefined : parse(field, word)), accepts, meaning);
}

/** A map, which Pulumi hands over as JSON. */
export function map<Value>(parse: Parse<Value>, accepts: string, meaning: string): Key<Value> {
  return { ...text("{}", parse, accepts, meaning), type: "object" };
}

export function oneOf<Choice extends string>(choices: readonly Choice[]): Parse<Choice> {
  return (field, word) => parseChoice(field, word, choices);
}

export function bounded(from: number, to: number): Parse<number> {
  return (field, word) => parseWhole(field, word, from, to);
}
