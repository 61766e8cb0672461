/**
 * Whose an IPv6 address or prefix is: a border relay, the CE of a line, or an address of a service's customers. It must never
 * call an address a CE unless every bit of it is that of the MAP address.
 */
import type { CeAddressForm } from "./ce-address.ts";
import { type Prefix6, parseAddress6, parsePrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { type ParsedCeAddress, parseCeAddress } from "./relay.ts";
import { nameOf } from "./rule-table.ts";
import { findSpace, findTableRule, whoseBorderRelay } from "./services.ts";

export type Identity =
  | { kind: "border-relay"; service: string; region: string }
  | ({
      kind: "ce";
      service: string;
      region: string;
      form: CeAddressForm;
      borderRelay: string;
    } & ParsedCeAddress)
  | { kind: "line"; service: string; region: string; mechanism: string };

export function identify(text: string): Identity {
  if (text.includes("/")) return lineAt(text, parsePrefix6(text));
  const relay = whoseBorderRelay(text);
  if (relay !== undefined) return { kind: "border-relay", ...relay };
  const prefix = { bits: parseAddress6(text), length: 128 };
  return ceAt(text, prefix) ?? lineAt(text, prefix);
}

export function printIdentity(text: string, identity: Identity): string {
  const { kind, service, region } = identity;
  switch (kind) {
    case "border-relay":
      return `${text} is the border relay of ${service}, ${region}`;
    case "line":
      return `${text} is a line of ${service}, ${region} (${identity.mechanism})`;
    case "ce":
      return [
        `${text} is the CE of a line of ${service}, ${region}`,
        `IPv4          ${identity.ipv4}/${identity.ipv4PrefixLength}`,
        `PSID          ${identity.psid ?? "none"}`,
        `form          ${identity.form}`,
        `prefix        ${identity.endUserPrefix}`,
        `border relay  ${identity.borderRelay}`,
      ].join("\n");
    default:
      return kind satisfies never;
  }
}

function ceAt(text: string, prefix: Prefix6): Identity | undefined {
  const found = findTableRule(prefix);
  if (found === undefined) return undefined;
  const { id, region, rule, borderRelay } = found;
  for (const form of ["draft03", "rfc7597"] as const) {
    const said = whenRight(() => parseCeAddress(rule, text, form));
    if (said !== undefined) return { kind: "ce", service: nameOf(id), region, form, borderRelay, ...said };
  }
  return undefined;
}

function whenRight<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MapRefused) return undefined;
    throw error;
  }
}

function lineAt(text: string, prefix: Prefix6): Identity {
  const space = findSpace(prefix);
  if (space !== undefined) {
    const { service, region, mechanism } = space;
    return { kind: "line", service, region, mechanism };
  }
  throw new MapRefused(
    "unknown-prefix",
    `${text} is neither a known border relay nor in a known service's address space`,
    "check the address; the table holds the Japanese services of mape/rules.json only",
  );
}
