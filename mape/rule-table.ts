/**
 * rules.json as typed values: rules, BRs and address spaces of the Japanese services, with where they come from. It
 * must never add a rule of its own: what no source says is not here.
 */
import { type CeAddressForm, parseCeAddressForm } from "./ce-address.ts";
import { type Prefix6, parsePrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import data from "./rules.json" with { type: "json" };

export type MapServiceName = "biglobe" | "v6plus" | "ocn" | "nuro";
export type Confidence = "high" | "medium" | "low";

export interface TableRule {
  readonly id: MapServiceName;
  readonly region: string;
  readonly rule: MapRule;
  readonly prefix: Prefix6;
  readonly borderRelay: string;
  readonly ceAddressForm: CeAddressForm;
  readonly confidence: Confidence;
}

/** Addresses that a service hands to its customers. `id` is undefined where the service has no MAP-E. */
export interface Space {
  readonly prefix: Prefix6;
  readonly id: MapServiceName | undefined;
  readonly service: string;
  readonly region: string;
  readonly mechanism: string;
  /** How the line is reached instead, where it is known: the name of its AFTR. */
  readonly aftr: string | undefined;
}

const ids: Record<string, MapServiceName> = {
  "biglobe-ipv6-option": "biglobe",
  v6plus: "v6plus",
  "ocn-virtual-connect": "ocn",
  "nuro-map-e": "nuro",
};

const verified = new Set(data.verifiedOnRealLines.map(({ rule }) => rule[0]));

export const tableRules: readonly TableRule[] = data.ruleGroups.flatMap((group) =>
  group.rules.map(([ipv6Prefix = "", ipv4Prefix = ""]) => ({
    id: idOf(group.service),
    region: group.region ?? "all",
    rule: {
      ipv6Prefix,
      ipv4Prefix,
      eaBitsLength: group.eaBitsLength,
      psidOffset: group.psidOffset,
    },
    prefix: parsePrefix6(ipv6Prefix),
    borderRelay: group.br,
    ceAddressForm: parseCeAddressForm(group.ceAddressForm),
    confidence: verified.has(ipv6Prefix) ? "high" : confidenceOf(group.confidence),
  })),
);

export const spaces: readonly Space[] = data.services.flatMap((entry) => {
  const common = {
    id: ids[entry.id],
    service: shortName(entry.name),
    mechanism: entry.mechanism,
    aftr: entry.aftr?.fqdn,
  };
  const regional = Object.entries(entry.regions ?? {}).flatMap(([region, at]) =>
    at === undefined ? [] : [{ ...common, region, prefix: parsePrefix6(at.endUserSpace) }],
  );
  const whole = (entry.endUserSpace?.split(", ") ?? []).map((space) => ({
    ...common,
    region: "all",
    prefix: parsePrefix6(space),
  }));
  return [...regional, ...whole];
});

export function nameOf(id: MapServiceName): string {
  return shortName(data.services.find((entry) => ids[entry.id] === id)?.name ?? id);
}

/** The name without who sells it. */
function shortName(name: string): string {
  return name.split(/ \(|;/)[0] ?? name;
}

function idOf(service: string): MapServiceName {
  const id = ids[service];
  if (id !== undefined) return id;
  throw new MapRefused("malformed-input", `rules.json names an unknown service ${service}`, "correct it");
}

function confidenceOf(text: string): Confidence {
  if (text === "high" || text === "medium" || text === "low") return text;
  throw new MapRefused("malformed-input", `rules.json has an unknown confidence ${text}`, "correct it");
}
