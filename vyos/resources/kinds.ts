/** What a field's value may be: how it is read from untyped inputs, what it is then, and the words it is in a line. Pure. */

import { InvalidValue } from "../../errors.ts";
import {
  parseAddress,
  parseChoice,
  parseFirewallName,
  parseFreeText,
  parseInterfaceName,
  parseInterfacePrefix,
  parseIpv4,
  parseIpv6,
  parsePortList,
  parsePortRange,
  parsePrefix,
  parseTunnelName,
  parseWhole,
} from "../values.ts";

/** `Given` is what a program writes, and stands in no value. */
export interface Kind<Given, Value> {
  readonly given?: Given;
  /** What may be written, for the reference. */
  readonly form: string;
  /** Is never handed what counts as left out. Throws InvalidValue. */
  parse(field: string, given: unknown): Value;
  /** The words behind the row's path, one list a line; left out: the value as one word, a list's items as one line each. */
  words?(value: Value): string[][];
}

/** A kind that is written as one word; a number counts as its text. */
export function text<Value>(
  form: string,
  parse: (field: string, text: string) => Value,
): Kind<string, Value> {
  return { form, parse: (field, given) => parse(field, readText(field, given)) };
}

export function whole(from: number, to: number): Kind<number, number> {
  return { form: `${from}-${to}`, parse: (field, given) => parseWhole(field, given, from, to) };
}

export function choice<Choice extends string>(choices: readonly Choice[]): Kind<Choice, Choice> {
  const parse = (field: string, given: unknown): Choice =>
    parseChoice(field, readText(field, given), choices);
  return { form: choices.join(", "), parse };
}

/** In the order of their text where `sorted`: VyOS keeps such values so, and another order is no change. */
export function list<Given, Value>(
  item: Kind<Given, Value>,
  order: "sorted" | "kept" = "kept",
): Kind<readonly Given[], readonly Value[]> {
  return {
    form: `list: ${item.form}`,
    parse: (field, given) => {
      if (!Array.isArray(given)) throw wrong(field, given, "is not a list", "write a list");
      const values = given.map((one: unknown) => item.parse(field, one));
      return order === "sorted" ? values.sort() : values;
    },
  };
}

/** A valueless node: there, or not. */
export const flag: Kind<boolean, boolean> = {
  form: "true, false",
  parse: (field, given) => {
    if (typeof given === "boolean") return given;
    throw wrong(field, given, "is neither true nor false", "write true or false");
  },
  words: (value) => (value ? [[]] : []),
};

export const tunnelName = text("tunN", parseTunnelName);
export const interfaceName = text("interface", parseInterfaceName);
export const ipv4 = text("IPv4 address", parseIpv4);
export const ipv6 = text("IPv6 address", parseIpv6);
export const address = text("address", parseAddress);
export const addressWithLength = text("address/length", parseInterfacePrefix);
export const prefix = text("prefix", parsePrefix);
export const addressOrPrefix = text("address or prefix", (field, given) =>
  given.includes("/") ? parsePrefix(field, given) : parseAddress(field, given),
);
export const firewallName = text("name", parseFirewallName);
export const portRange = text("port or range", parsePortRange);
export const portList = text("ports and ranges with commas", parsePortList);
export const freeText = text("1-255 letters, digits, space, . _ : , + = / @ % -", parseFreeText);
/** The id of another resource: a path, or a file by its absolute name. */
export const plain = text("text", (_field, given) => given);

export function readText(field: string, given: unknown): string {
  if (typeof given === "string") return given;
  if (typeof given === "number") return String(given);
  throw wrong(field, given, "is not text", "write one word or text");
}

export function wrong(field: string, given: unknown, reason: string, remedy: string): InvalidValue {
  return new InvalidValue(field, JSON.stringify(given) ?? "nothing", reason, remedy);
}
