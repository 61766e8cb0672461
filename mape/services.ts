/**
 * Which service a prefix is of, with its rule, relay and form; and whose relay an address is. No answer for a line without MAP-E, nor with
 * a rule of another service than the one named: such a tunnel would come up and carry nothing.
 */
import type { CeAddressForm } from "./ce-address.ts";
import { contains, mask, type Prefix6, parseAddress6, printAddress6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import {
  type Confidence,
  type MapServiceName,
  mapServiceNames,
  type Space,
  services,
  spaces,
  type TableRule,
  tableRules,
} from "./rule-table.ts";
import { checkLength, readTyped6 } from "./typed.ts";

/** `auto`: whatever the prefix says. A name: that service, or a refusal. */
export const serviceNames = ["auto", ...mapServiceNames] as const;
export type ServiceName = (typeof serviceNames)[number];

export interface ServiceLine {
  service: string;
  id: MapServiceName;
  region: string;
  rule: MapRule;
  borderRelay: string;
  ceAddressForm: CeAddressForm;
  confidence: Confidence;
  /** Of the tunnel, bytes. */
  mtu: number;
  warnings: string[];
}

export interface RelayOwner {
  kind: "border-relay" | "fixed-ip-relay" | "aftr";
  service: string;
  region: string;
}

/** @example findServiceLine("2404:7a82:4d02:4100::/56", "auto").borderRelay // "2001:260:700:1::1:275" */
export function findServiceLine(endUserPrefix: string, service: ServiceName): ServiceLine {
  const typed = readTyped6(endUserPrefix);
  const prefix = { bits: typed.bits, length: 128 };
  const space = findSpace(prefix);
  if (space === undefined) {
    throw new MapRefused("unknown-prefix", `${endUserPrefix} is in no known service's address space`);
  }
  if (space.service.kind !== "map-e") throw notMapE(endUserPrefix, space);
  const { who, id: right } = space.service;
  if (service !== "auto" && service !== right) {
    throw new MapRefused(
      "wrong-service",
      `${endUserPrefix} is of ${who}, not of ${service}`,
      `say ${right} or auto; or check that the prefix is this line's`,
    );
  }
  const found = findTableRule(prefix);
  if (found === undefined) {
    throw noRule(endUserPrefix, { ...typed, bits: mask(typed.bits, typed.length, 128) }, space);
  }
  checkLength(endUserPrefix, typed, found.prefix.length + found.rule.eaBitsLength);
  const { id, region, borderRelay, ceAddressForm, confidence } = found;
  const rule = { ...found.rule };
  const { mtu } = found.service;
  const warnings = warningsOf(found);
  return { service: who, id, region, rule, borderRelay, ceAddressForm, confidence, mtu, warnings };
}

export function parseServiceName(text: string): ServiceName {
  const name = serviceNames.find((known) => known === text);
  if (name !== undefined) return name;
  const remedy = `use one of ${serviceNames.join(", ")}`;
  throw new MapRefused("unknown-service", `${JSON.stringify(text)} is not a known service`, remedy);
}

interface Relay extends RelayOwner {
  readonly bits: bigint;
}

const relays: readonly Relay[] = [
  ...tableRules.map(({ borderRelay, service, region }) =>
    relay("border-relay", service, region, borderRelay),
  ),
  ...services.flatMap((service) => [
    ...service.fixedIpRelays.map((address) => relay("fixed-ip-relay", service, "all", address)),
    ...(service.aftr?.addresses ?? []).map((at) => relay("aftr", service, at.region, at.address)),
  ]),
];

/** Whose relay or AFTR an address is, in any IPv6 spelling; undefined when it is none of the table. */
export function whoseRelay(address: string): RelayOwner | undefined {
  const { bits } = readTyped6(address);
  const own = relays.filter((one) => one.bits === bits);
  const first = own[0];
  if (first === undefined) return undefined;
  const regions = new Set(own.map(({ region }) => region));
  return { kind: first.kind, service: first.service, region: [...regions].join(" and ") };
}

/** The relay that an address misses by one digit: a slip of the pen, as 2404:9200:255:100::64. */
export function nearRelay(address: string): (RelayOwner & { address: string }) | undefined {
  const digits = hex(readTyped6(address).bits);
  const near = relays.find(
    ({ bits }) => [...hex(bits)].filter((digit, at) => digit !== digits[at]).length === 1,
  );
  if (near === undefined) return undefined;
  const { bits, ...owner } = near;
  return { ...owner, address: printAddress6(bits) };
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

function relay(kind: RelayOwner["kind"], { who }: { who: string }, region: string, address: string): Relay {
  return { kind, service: who, region, bits: parseAddress6(address) };
}

function hex(bits: bigint): string {
  return bits.toString(16).padStart(32, "0");
}

function noRule(text: string, prefix: Prefix6, { service, region }: Space): MapRefused {
  const inside = tableRules.find((entry) => contains(prefix, entry.prefix));
  if (inside !== undefined) checkLength(text, prefix, inside.prefix.length + inside.rule.eaBitsLength);
  return new MapRefused(
    "no-matching-rule",
    `${text} is of ${service.who} (${region}), but no published rule covers it`,
    "give the rule and the border relay by hand; the provider or the old router's status page tells them",
  );
}

function notMapE(text: string, { service: { who, kind, aftr } }: Space): MapRefused {
  if (kind === "closed") {
    const reason = `${text} is an address of ${who}: IPoE is not in service on this line, so no rule or relay can help`;
    return new MapRefused("not-map-e", reason, "ask the provider to put IPoE (IPv6) in service on the line");
  }
  if (aftr === undefined)
    return new MapRefused("not-map-e", `${text} is a line of ${who}: ${kind}, not MAP-E`);
  return new MapRefused(
    "not-map-e",
    `${text} is a line of ${who}: DS-Lite to ${aftr.name}, not MAP-E; its NAT is at the provider`,
    "npm run pulumi -- config set uplink dslite",
  );
}

function warningsOf({ id, region, confidence }: TableRule): string[] {
  const warnings: string[] = [];
  if (confidence === "medium") {
    warnings.push("the rule is in several public tables, but they share one origin");
  }
  if (confidence === "low") warnings.push("the rule is in one public table only, or tables contradict it");
  if (confidence === "predicted")
    warnings.push("the rule goes on with a series, and no line was seen to use it");
  if (id === "biglobe" && region === "west") {
    warnings.push("the border relay of NTT west is less sure than that of NTT east");
  }
  if (id === "nuro") warnings.push("the form of the CE address (draft03) is assumed, nobody measured it");
  return warnings;
}
