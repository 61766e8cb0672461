/**
 * The answer of a provisioning server, read for what it offers: HB46PP (IPv6 Promotion Council of Japan, spec.md section 3.4), JPNE's own
 * form (JSONP with dmr and fmr) and OCN's (basicMapRules). Nothing is fetched here.
 */
import type { CeAddressForm } from "./ce-address.ts";
import { printAddress6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { asObject, type MapRule, parseRule, readString } from "./rule.ts";
import { readTyped6 } from "./typed.ts";

export interface MapOffer {
  readonly uplink: "mape";
  readonly borderRelay: string;
  readonly ceAddressForm: CeAddressForm;
  /** mesh: CEs also send to each other; hub-and-spoke: everything goes by the BR. */
  readonly topology: "hub-and-spoke" | "mesh";
  readonly rules: readonly MapRule[];
}

export type Offer =
  | MapOffer
  | { readonly uplink: "dslite"; readonly aftr: string }
  | { readonly uplink: "ipip"; readonly local: string; readonly relay: string; readonly ipv4: string }
  /** What this program has no uplink for: lw4o6, map_t, 464xlat. */
  | { readonly uplink: undefined; readonly name: string };

export interface Provisioning {
  readonly format: "HB46PP" | "JPNE's own form" | "OCN's own form";
  /** The provider's own names, for messages; empty when it gives none. */
  readonly service: string;
  /** In the server's order: the first is what it wants used. */
  readonly offers: readonly Offer[];
}

type Fields = Record<string, unknown>;

/** `text`: the body of the answer. */
export function readProvisioning(text: string): Provisioning {
  const [, inside = text] = /^\s*[\w$.?]*\(([\s\S]*)\)\s*;?\s*$/.exec(text) ?? [];
  const answer = asObject(parseAnswer(inside), "the answer of the provisioning server");
  const service = [answer.enabler_name, answer.service_name]
    .filter((name) => typeof name === "string")
    .join(" ");
  if (Array.isArray(answer.basicMapRules)) {
    return { format: "OCN's own form", service, offers: [ocnOffer(answer.basicMapRules)] };
  }
  if (answer.dmr !== undefined || answer.fmr !== undefined) {
    const offer = mapOffer(readString(answer, "dmr"), answer.fmr, undefined, undefined);
    return { format: "JPNE's own form", service, offers: [offer] };
  }
  const named = ["map_e", "dslite", "ipip"].filter((name) => answer[name] !== undefined);
  const order = Array.isArray(answer.order) ? answer.order.map(String) : named;
  return { format: "HB46PP", service, offers: order.flatMap((name) => offersOf(name, answer[name])) };
}

/** What the answer says of MAP-E, or a refusal that says what it offers instead. */
export function mapOfferIn({ offers, format }: Provisioning): MapOffer {
  const found = offers.find((offer) => offer.uplink === "mape");
  if (found !== undefined) return found;
  const others = offers.map(printOffer).join(", ");
  const [known] = offers.flatMap(({ uplink }) => (uplink === undefined ? [] : [uplink]));
  throw new MapRefused(
    "hb46pp-no-map-e",
    `the server does not offer MAP-E to this line${others === "" ? "" : `; it offers ${others}`} (${format})`,
    known && `npm run pulumi -- config set uplink ${known}`,
  );
}

export function printOffer(offer: Offer): string {
  switch (offer.uplink) {
    case "mape":
      return `MAP-E by ${offer.borderRelay} (uplink mape)`;
    case "dslite":
      return `DS-Lite to ${offer.aftr} (uplink dslite)`;
    case "ipip":
      return `fixed IP ${offer.ipv4} from ${offer.local} by ${offer.relay} (uplink ipip)`;
    default:
      return `${offer.name}, for which there is no uplink here`;
  }
}

/** What `order` names and the answer does not hold must not be used. */
function offersOf(name: string, value: unknown): Offer[] {
  if (value === undefined) return [];
  switch (name) {
    case "map_e": {
      const { br, rules, version, mesh } = asObject(value, name);
      return [mapOffer(readString({ br }, "br"), rules, version, mesh)];
    }
    case "dslite":
      return [{ uplink: "dslite", aftr: readString(asObject(value, name), "aftr") }];
    case "ipip":
      return (Array.isArray(value) ? value : [value]).map((one: unknown): Offer => {
        const fields = asObject(one, name);
        const [local, relay] = [readString(fields, "ipv6_local"), readString(fields, "ipv6_remote")];
        return { uplink: "ipip", local, relay, ipv4: readString(fields, "ipv4") };
      });
    default:
      return [{ uplink: undefined, name }];
  }
}

function mapOffer(br: string, rules: unknown, version: unknown, mesh: unknown): MapOffer {
  return {
    uplink: "mape",
    borderRelay: printAddress6(readTyped6(br).bits),
    ceAddressForm: formOf(version),
    topology: mesh === true || mesh === 1 ? "mesh" : "hub-and-spoke",
    rules: listOf(rules).map((fields) =>
      ruleOf(readString(fields, "ipv6"), readString(fields, "ipv4"), fields),
    ),
  };
}

function ocnOffer(rows: readonly unknown[]): MapOffer {
  const rules = listOf(rows);
  const prefix = (fields: Fields, family: string): string =>
    `${readString(fields, `${family}Prefix`)}/${countOf(fields, [`${family}PrefixLength`])}`;
  return {
    uplink: "mape",
    borderRelay: printAddress6(readTyped6(readString(rules[0] ?? {}, "brIpv6Address")).bits),
    ceAddressForm: "draft03",
    topology: "hub-and-spoke",
    rules: rules.map((fields) => ruleOf(prefix(fields, "ipv6"), prefix(fields, "ipv4"), fields)),
  };
}

function ruleOf(ipv6Prefix: string, ipv4Prefix: string, fields: Fields): MapRule {
  const eaBitsLength = countOf(fields, ["ea_length", "ealen", "eaBitLength"]);
  const rule = {
    ipv6Prefix,
    ipv4Prefix,
    eaBitsLength,
    psidOffset: countOf(fields, ["psid_offset", "offset", "psIdOffset"]),
  };
  parseRule(rule);
  return rule;
}

/** A number, or one written as a text, under whichever of its names the form uses. */
function countOf(fields: Fields, names: readonly string[]): number {
  const [value] = names.flatMap((name) => (fields[name] === undefined ? [] : [fields[name]]));
  if (/^[0-9]+$/.test(String(value))) return Number(value);
  throw new MapRefused("hb46pp-malformed", `${names.join(" or ")} of a rule is not a number`);
}

function listOf(value: unknown): Fields[] {
  if (Array.isArray(value) && value.length > 0) return value.map((one) => asObject(one, "a rule"));
  throw new MapRefused("hb46pp-malformed", "the answer's rules are not a list with at least one rule");
}

/** 0 or absent = draft-ietf-softwire-map-03, 1 = RFC 7597. */
function formOf(version: unknown): CeAddressForm {
  if (version === undefined || version === 0) return "draft03";
  if (version === 1) return "rfc7597";
  throw new MapRefused("hb46pp-malformed", `map_e.version ${JSON.stringify(version)} is neither 0 nor 1`);
}

function parseAnswer(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new MapRefused("hb46pp-malformed", `the answer is not JSON: ${String(cause)}`);
  }
}
