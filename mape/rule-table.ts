/**
 * rules.json as typed values: who serves which addresses how, by which relay or AFTR, and the published MAP rules, each with its source.
 * What no source says is not here.
 */
import { type CeAddressForm, parseCeAddressForm } from "./ce-address.ts";
import { type Prefix6, parsePrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import data from "./rules.json" with { type: "json" };

export const mapServiceNames = ["biglobe", "v6plus", "ocn", "nuro"] as const;
export type MapServiceName = (typeof mapServiceNames)[number];
const confidences = ["high", "medium", "low", "predicted"] as const;
/** `predicted`: somebody went on with a series, and no line was seen to use it. */
export type Confidence = (typeof confidences)[number];

export interface Place {
  readonly region: string;
  readonly address: string;
}

export interface Service {
  readonly id: string;
  readonly who: string;
  /** "map-e", "ds-lite", "closed" (no internet at all), or what else it is. */
  readonly kind: string;
  /** Of the tunnel, bytes: what the IPv6 path carries less the 40 of the outer header. */
  readonly mtu: number;
  readonly aftr: { readonly name: string; readonly addresses: readonly Place[] } | undefined;
  readonly fixedIpRelays: readonly string[];
  /** How a fixed-IP contract forms the local address; undefined where the contract's sheet gives it. */
  readonly fixedIpForm: CeAddressForm | undefined;
}

export interface TableRule {
  readonly id: MapServiceName;
  readonly service: Service;
  readonly region: string;
  readonly rule: MapRule;
  readonly prefix: Prefix6;
  readonly borderRelay: string;
  readonly ceAddressForm: CeAddressForm;
  readonly confidence: Confidence;
}

/** Addresses that a service hands to its customers. */
export interface Space {
  readonly prefix: Prefix6;
  readonly region: string;
  readonly service: Service;
}

export const services: readonly Service[] = data.services.map((row) => ({
  id: row.id,
  who: row.who,
  kind: row.kind,
  mtu: row.mtu,
  aftr: row.aftr,
  fixedIpRelays: row.fixedIp?.relays ?? [],
  fixedIpForm: row.fixedIp && parseCeAddressForm(row.fixedIp.form),
}));

export const spaces: readonly Space[] = data.services.flatMap(({ id, spaces: rows }) =>
  rows.map(({ region, prefix }) => ({ region, prefix: parsePrefix6(prefix), service: serviceOf(id) })),
);

const verified = new Set(data.verifiedOnRealLines.map(({ rule }) => rule[0]));

export const tableRules: readonly TableRule[] = data.ruleGroups.flatMap((group) =>
  group.rules.map(([ipv6Prefix = "", ipv4Prefix = ""]) => ({
    id: oneOf(mapServiceNames, group.service),
    service: serviceOf(group.service),
    region: group.region,
    rule: { ipv6Prefix, ipv4Prefix, eaBitsLength: group.eaBitsLength, psidOffset: group.psidOffset },
    prefix: parsePrefix6(ipv6Prefix),
    borderRelay: group.br,
    ceAddressForm: parseCeAddressForm(group.ceAddressForm),
    confidence: verified.has(ipv6Prefix) ? "high" : oneOf(confidences, group.confidence),
  })),
);

function serviceOf(id: string): Service {
  const service = services.find((one) => one.id === id);
  if (service !== undefined) return service;
  throw new MapRefused("malformed-input", `rules.json names an unknown service ${id}`);
}

function oneOf<Word extends string>(words: readonly Word[], text: string): Word {
  const word = words.find((one) => one === text);
  if (word !== undefined) return word;
  throw new MapRefused("malformed-input", `rules.json says ${text}, which is not one of ${words.join(", ")}`);
}
