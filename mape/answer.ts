/**
 * One question as JSON (a kind and its input) to its answer: the shape of the vectors, and of a batch line. It must
 * never repair an input: fields of a wrong type are refused.
 */
import { parseCeAddressForm } from "./ce-address.ts";
import { type Derivation, derive, type Lookup, lookup } from "./derive.ts";
import { ownerOfPort, type PortOwner } from "./ports.ts";
import { MapRefused } from "./refusal.ts";
import { type Forward, forward, type ParsedCeAddress, parseCeAddress } from "./relay.ts";
import { asObject, readNumber, readRule, readString } from "./rule.ts";
import { parseS46, type S46Container } from "./s46.ts";

export type Answer = Derivation | Lookup | ParsedCeAddress | Forward | PortOwner | S46Container;

export function answer(kind: string, value: unknown): Answer {
  const input = asObject(value, "input");
  switch (kind) {
    case "derive":
      return derive(readRule(input.rule), readString(input, "endUserPrefix"));
    case "lookup":
      return lookup(readRules(input.rules), readString(input, "endUserPrefix"));
    case "parse":
      return parseCeAddress(
        readRule(input.rule),
        readString(input, "ceAddress"),
        parseCeAddressForm(readString(input, "form")),
      );
    case "forward":
      return forward(readRule(input.rule), readString(input, "ipv4"), optionalNumber(input, "port"));
    case "port":
      return answerPort(input);
    case "s46":
      return parseS46(readString(input, "optionHex"));
    default:
      throw new MapRefused(
        "malformed-input",
        `${JSON.stringify(kind)} is not a kind of question`,
        "use derive, lookup, parse, forward, port or s46",
      );
  }
}

function answerPort(input: Record<string, unknown>): PortOwner {
  const layout = {
    psidOffset: readNumber(input, "psidOffset"),
    psidLength: readNumber(input, "psidLength"),
  };
  return ownerOfPort(layout, optionalNumber(input, "psid") ?? null, readNumber(input, "port"));
}

function readRules(value: unknown) {
  if (Array.isArray(value)) return value.map(readRule);
  throw new MapRefused("malformed-input", "rules is not a list", "give rules as a JSON list");
}

function optionalNumber(input: Record<string, unknown>, name: string): number | undefined {
  return input[name] === undefined || input[name] === null ? undefined : readNumber(input, name);
}
