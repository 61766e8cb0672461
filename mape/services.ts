/**
 * Which service a delegated prefix belongs to, and its rule, BR and form. It must never answer for a line without
 * MAP-E, nor with a rule of another service than the one named: such a tunnel would come up and carry nothing.
 */
import type { CeAddressForm } from "./ce-address.ts";
import { contains, mask, type Prefix6, parseAddress6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import { nameOf, type Space, spaces, type TableRule, tableRules } from "./rule-table.ts";
import { checkLength, readTyped6 } from "./typed.ts";

/** `auto`: whatever the prefix says. A name: that service, or a refusal. */
export type ServiceName = "auto" | "biglobe" | "v6plus" | "ocn" | "nuro";
export const serviceNames = ["auto", "biglobe", "v6plus", "ocn", "nuro"] as const;

export interface ServiceLine {
  service: string;
  id: ServiceName;
  region: string;
  rule: MapRule;
  borderRelay: string;
  ceAddressForm: CeAddressForm;
  confidence: "high" | "medium" | "low";
  warnings: string[];
}

export interface BorderRelayOwner {
  service: string;
  region: string;
}

/** @example findServiceLine("2404:7a82:4d02:4100::/56", "auto").borderRelay // "2001:260:700:1::1:275" */
export function findServiceLine(endUserPrefix: string, service: ServiceName): ServiceLine {
  const typed = readTyped6(endUserPrefix);
  const prefix = { bits: typed.bits, length: 128 };
  const space = findSpace(prefix);
  if (space === undefined) throw unknownPrefix(endUserPrefix);
  if (space.id === undefined) throw notMapE(endUserPrefix, space);
  if (service !== "auto" && service !== space.id) throw wrongService(endUserPrefix, service, space);
  const found = findTableRule(prefix);
  if (found === undefined)
    throw noRule(endUserPrefix, { ...typed, bits: mask(typed.bits, typed.length, 128) }, space);
  checkLength(endUserPrefix, typed, found.prefix.length + found.rule.eaBitsLength);
  return {
    service: nameOf(found.id),
    id: found.id,
    region: found.region,
    rule: { ...found.rule },
    borderRelay: found.borderRelay,
    ceAddressForm: found.ceAddressForm,
    confidence: found.confidence,
    warnings: warningsOf(found),
  };
}

export function parseServiceName(text: string): ServiceName {
  const name = serviceNames.find((known) => known === text);
  if (name !== undefined) return name;
  throw new MapRefused(
    "unknown-service",
    `${JSON.stringify(text)} is not a known service`,
    `use one of ${serviceNames.join(", ")}`,
  );
}

/** Whose BR an address is, in any IPv6 spelling; undefined when it is no BR of the table. */
export function whoseBorderRelay(address: string): BorderRelayOwner | undefined {
  const wanted = parseAddress6(address);
  const rules = tableRules.filter(({ borderRelay }) => parseAddress6(borderRelay) === wanted);
  const first = rules[0];
  if (first === undefined) return undefined;
  const regions = new Set(rules.map(({ region }) => region));
  return { service: nameOf(first.id), region: [...regions].join(" and ") };
}

/** The address space that holds the prefix, MAP-E or not. */
export function findSpace(prefix: Prefix6): Space | undefined {
  return spaces.find((space) => contains(space.prefix, prefix));
}

/** The published rule with the longest prefix that holds this one. */
export function findTableRule(prefix: Prefix6): TableRule | undefined {
  const matching = tableRules.filter((entry) => contains(entry.prefix, prefix));
  return matching.sort((a, b) => b.prefix.length - a.prefix.length)[0];
}

function noRule(text: string, prefix: Prefix6, space: Space): MapRefused {
  const inside = tableRules.find((entry) => contains(prefix, entry.prefix));
  if (inside !== undefined) checkLength(text, prefix, inside.prefix.length + inside.rule.eaBitsLength);
  return new MapRefused(
    "no-matching-rule",
    `${text} is of ${space.service} (${space.region}), but no published rule covers it`,
    "give the rule and the border relay by hand; the provider or the old router's status page tells them",
  );
}

function notMapE(text: string, space: Space): MapRefused {
  const mechanism = space.mechanism === "ds-lite" ? "DS-Lite" : space.mechanism.replace(", not MAP-E", "");
  const aftr = space.aftr === undefined ? "" : ` to ${space.aftr}`;
  return new MapRefused(
    "not-map-e",
    `${text} is a line of ${space.service}: ${mechanism}${aftr}, not MAP-E`,
    space.aftr === undefined
      ? "use the provider's own router for IPv4; there is no MAP rule"
      : "use a DS-Lite tunnel; its NAT is at the provider, and there is no MAP rule",
  );
}

function wrongService(text: string, named: ServiceName, space: Space): MapRefused {
  return new MapRefused(
    "wrong-service",
    `${text} is of ${space.service}, not of ${named}`,
    `say ${space.id} or auto; or check that the prefix is this line's`,
  );
}

function unknownPrefix(text: string): MapRefused {
  return new MapRefused(
    "unknown-prefix",
    `${text} is in no known service's address space`,
    "check the delegated prefix, or give the provider's rule and border relay by hand",
  );
}

function warningsOf({ id, region, confidence }: TableRule): string[] {
  const warnings: string[] = [];
  if (confidence === "medium") {
    warnings.push("the rule is in several public tables, but they share one origin");
  }
  if (confidence === "low") warnings.push("the rule is in one public table only, or tables contradict it");
  if (id === "biglobe" && region === "west") {
    warnings.push("the border relay of NTT west is less sure than that of NTT east");
  }
  if (id === "nuro") warnings.push("the form of the CE address (draft03) is assumed, nobody measured it");
  return warnings;
}
