/**
 * A MAP-E line by whichever way it is told: the service's published rule, a rule by hand, an HB46PP answer or DHCPv6 option 94.
 * It must never choose a border relay or a form that its source does not say, but for the form of a rule by hand.
 */
import { type CeAddressForm, parseCeAddressForm } from "./ce-address.ts";
import { type Derivation, derive, lookup } from "./derive.ts";
import { parseHb46pp } from "./hb46pp.ts";
import { MapRefused } from "./refusal.ts";
import { asObject, type MapRule, readRule } from "./rule.ts";
import type { Confidence } from "./rule-table.ts";
import { parseS46 } from "./s46.ts";
import { findServiceLine, parseServiceName } from "./services.ts";

/** How the line is told; each text as the user gave it. `form` overrides what the source says. */
export type LineSource = { readonly form?: string } & (
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "rule"; readonly text: string }
  | { readonly kind: "hb46pp"; readonly json: string }
  | { readonly kind: "option94"; readonly hex: string }
);

export interface Line {
  /** Who says the rule, for people: "BIGLOBE IPv6 option, east". */
  source: string;
  /** null where no table names the line. */
  service: string | null;
  region: string | null;
  /** As --service takes it. */
  id: string | null;
  rule: MapRule;
  /** null: a rule by hand says none. */
  borderRelay: string | null;
  ceAddressForm: CeAddressForm;
  confidence: Confidence | null;
  warnings: string[];
}

export interface DerivedLine {
  line: Line;
  result: Derivation;
}

export function deriveLine(endUserPrefix: string, source: LineSource): DerivedLine {
  const line = lineOf(endUserPrefix, source);
  if (source.form !== undefined) line.ceAddressForm = parseCeAddressForm(source.form);
  return { line, result: derive(line.rule, endUserPrefix) };
}

function lineOf(prefix: string, source: LineSource): Line {
  switch (source.kind) {
    case "service":
      return serviceLine(prefix, source.name);
    case "rule":
      return {
        ...unnamed,
        source: "the rule given",
        rule: parseRuleText(source.text),
        borderRelay: null,
        ceAddressForm: "draft03",
        warnings: source.form === undefined ? [formAssumed] : [],
      };
    case "hb46pp":
      return hb46ppLine(prefix, source.json);
    case "option94":
      return option94Line(prefix, source.hex);
    default:
      return source satisfies never;
  }
}

const unnamed = { service: null, region: null, id: null, confidence: null };
const formAssumed =
  "a rule does not say the form of the CE address: draft03 is what every Japanese service uses";

function serviceLine(prefix: string, name: string): Line {
  const found = findServiceLine(prefix, parseServiceName(name));
  return { source: `${found.service}, ${found.region}`, ...found };
}

function hb46ppLine(prefix: string, json: string): Line {
  const { service, rules, borderRelay, ceAddressForm, topology } = parseHb46pp(json);
  return {
    ...unnamed,
    source: `the HB46PP answer${service === "" ? "" : ` of ${service}`}`,
    rule: ruleFor(prefix, rules),
    borderRelay,
    ceAddressForm,
    warnings:
      topology === "mesh" ? ["the answer asks for a mesh; this router sends everything to the BR"] : [],
  };
}

/** RFC 7598 provisions CEs of RFC 7597, and has no field for another form. */
function option94Line(prefix: string, hex: string): Line {
  const { rules, br } = parseS46(hex);
  const { fmr: _forwarding, ...rule } = ruleFor(prefix, rules);
  return {
    ...unnamed,
    source: "DHCPv6 option 94",
    rule,
    borderRelay: br[0] ?? null,
    ceAddressForm: "rfc7597",
    warnings: br.length > 1 ? [`the option names ${br.length} border relays; the first is shown`] : [],
  };
}

function ruleFor<Rule extends MapRule>(prefix: string, rules: readonly Rule[]): Rule {
  const rule = rules[lookup(rules, prefix).ruleIndex];
  if (rule !== undefined) return rule;
  throw new MapRefused("no-matching-rule", `${prefix} is in no rule`, "check the delegated prefix");
}

/** `ipv6,ipv4,EA bits,offset[,PSID length,PSID]`, or the rule as a JSON object with the fields of the batch. */
export function parseRuleText(text: string): MapRule {
  if (text.trim().startsWith("{")) return readRule(asObject(parseJson(text), "rule"));
  const [ipv6Prefix = "", ipv4Prefix = "", ...numbers] = text.split(",").map((part) => part.trim());
  const whole = numbers.map((part) => (/^[0-9]+$/.test(part) ? Number(part) : Number.NaN));
  const [eaBitsLength, psidOffset, psidLength, psid] = whole;
  const complete = whole.length === 2 || whole.length === 4;
  if (!complete || whole.some(Number.isNaN) || eaBitsLength === undefined || psidOffset === undefined) {
    throw new MapRefused(
      "malformed-input",
      `${JSON.stringify(text)} is not a rule`,
      "write IPv6 prefix,IPv4 prefix,EA bits,PSID offset: 2404:7a82:4c00::/38,133.209.12.0/22,18,4",
    );
  }
  const rule = { ipv6Prefix, ipv4Prefix, eaBitsLength, psidOffset };
  return psidLength === undefined || psid === undefined ? rule : { ...rule, psidLength, psid };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MapRefused("malformed-input", "the rule is not JSON", "check the quotes and brackets");
  }
}
