/**
 * Reads the untyped inputs and stored outputs of a resource, field by field. State may have been written by older code,
 * so it goes through the same reader. Pure; must never guess a value that is wrong.
 */

import { InvalidValue } from "../../errors.ts";

export type Inputs = Readonly<Record<string, unknown>>;

/** A field whose value the engine does not know yet during preview. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

export function readObject(field: string, value: unknown): Inputs {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Inputs;
  throw new InvalidValue(
    field,
    JSON.stringify(value) ?? "nothing",
    "is not an object",
    "write a map of fields",
  );
}

/** The text of a field, or undefined when it is left out; "" counts as left out. */
export function optionalText(inputs: Inputs, field: string): string | undefined {
  const value = inputs[field];
  if (value === undefined || value === null || value === "") return undefined;
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw new InvalidValue(field, JSON.stringify(value), "is not text", "write one word or text");
}

export function requiredText(inputs: Inputs, field: string): string {
  const text = optionalText(inputs, field);
  if (text === undefined) throw new InvalidValue(field, "", "is missing", `give ${field} a value`);
  return text;
}

export function readList(inputs: Inputs, field: string): readonly unknown[] {
  const value = inputs[field];
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) return value;
  throw new InvalidValue(field, JSON.stringify(value), "is not a list", "write a list");
}

export function textList(inputs: Inputs, field: string): string[] {
  return readList(inputs, field).map((item) => {
    if (typeof item === "string") return item;
    throw new InvalidValue(field, JSON.stringify(item), "is not text", "write a list of texts");
  });
}

/** Maps an optional text through its parser. */
export function optional<Value>(
  inputs: Inputs,
  field: string,
  parse: (field: string, text: string) => Value,
): Value | undefined {
  const text = optionalText(inputs, field);
  return text === undefined ? undefined : parse(field, text);
}
