/**
 * A MAP rule as configuration gives it, and the same rule parsed: prefixes as numbers, PSID length settled. It must
 * never look at an End-user prefix: what depends on one is in derive.ts.
 */
import { checkLayout, checkPsid } from "./ports.ts";
import { type Prefix4, type Prefix6, parsePrefix4, parsePrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";

export interface MapRule {
  ipv6Prefix: string;
  ipv4Prefix: string;
  eaBitsLength: number;
  psidOffset: number;
  /** Only needed where eaBitsLength is 0 and the address is shared; otherwise it follows, and must agree. */
  psidLength?: number;
  psid?: number;
}

export interface ParsedRule {
  readonly ipv6: Prefix6;
  readonly ipv4: Prefix4;
  readonly eaBitsLength: number;
  readonly psidOffset: number;
  readonly psidLength: number;
  /** The PSID by configuration; undefined when the EA bits alone tell it, or there is none. */
  readonly psid: number | undefined;
}

export function parseRule(rule: MapRule): ParsedRule {
  const ipv6 = parsePrefix6(rule.ipv6Prefix);
  const ipv4 = parsePrefix4(rule.ipv4Prefix);
  checkEaBits(rule.eaBitsLength, ipv6);
  const psidLength = settlePsidLength(rule, ipv4);
  const layout = { psidOffset: rule.psidOffset, psidLength };
  checkLayout(layout);
  if (rule.psid !== undefined) checkPsid(layout, rule.psid);
  return {
    ipv6,
    ipv4,
    eaBitsLength: rule.eaBitsLength,
    psidOffset: rule.psidOffset,
    psidLength,
    psid: psidLength === 0 ? undefined : rule.psid,
  };
}

/** `ipv6,ipv4,EA bits,offset[,PSID length,PSID]`, or the rule as a JSON object with the fields of the batch. */
export function parseRuleText(text: string): MapRule {
  if (text.trim().startsWith("{")) return readRule(parseJson(text, "the rule"));
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

export function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new MapRefused("malformed-input", `${what} is not JSON`, "check the quotes and brackets");
  }
}

/** A rule from JSON: the right fields with the right types. Ranges are parseRule's. */
export function readRule(value: unknown): MapRule {
  const fields = asObject(value, "rule");
  const rule: MapRule = {
    ipv6Prefix: readString(fields, "ipv6Prefix"),
    ipv4Prefix: readString(fields, "ipv4Prefix"),
    eaBitsLength: readNumber(fields, "eaBitsLength"),
    psidOffset: readNumber(fields, "psidOffset"),
  };
  if (isGiven(fields.psidLength)) rule.psidLength = readNumber(fields, "psidLength");
  if (isGiven(fields.psid)) rule.psid = readNumber(fields, "psid");
  return rule;
}

export function asObject(value: unknown, what: string): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return { ...value };
  throw new MapRefused("malformed-input", `${what} is not an object`, `give ${what} as a JSON object`);
}

export function readString(fields: Record<string, unknown>, name: string): string {
  const value = fields[name];
  if (typeof value === "string") return value;
  throw new MapRefused("malformed-input", `${name} is not a text`, `give ${name} in quotes`);
}

export function readNumber(fields: Record<string, unknown>, name: string): number {
  const value = fields[name];
  if (typeof value === "number") return value;
  throw new MapRefused("malformed-input", `${name} is not a number`, `give ${name} as a number`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function checkEaBits(eaBitsLength: number, ipv6: Prefix6): void {
  if (!Number.isInteger(eaBitsLength) || eaBitsLength < 0 || eaBitsLength > 48) {
    throw new MapRefused("ea-bits-out-of-range", `EA-bits length ${eaBitsLength} is not in 0..48`);
  }
  if (ipv6.length + eaBitsLength > 128) {
    throw new MapRefused(
      "rule-too-long",
      `/${ipv6.length} and ${eaBitsLength} EA bits are more than the 128 bits of an address`,
    );
  }
}

/** map-e.md section 2, step 4: the PSID length that follows, or the given one where nothing follows. */
function settlePsidLength(rule: MapRule, ipv4: Prefix4): number {
  const follows = Math.max(0, rule.eaBitsLength + ipv4.length - 32);
  if (rule.eaBitsLength === 0) return explicitPsidLength(rule, ipv4);
  if (rule.psidLength !== undefined && rule.psidLength !== follows) {
    throw new MapRefused(
      "psid-length-mismatch",
      `PSID length ${rule.psidLength} given, ${follows} follows from the rule (${rule.eaBitsLength} + ${ipv4.length} - 32)`,
    );
  }
  return follows;
}

function explicitPsidLength(rule: MapRule, ipv4: Prefix4): number {
  const { psid, psidLength } = rule;
  if (psidLength === undefined && psid === undefined) return 0;
  if (psidLength === undefined) {
    throw new MapRefused("psid-length-missing", `PSID ${psid} is given without its length`);
  }
  if (psidLength === 0) return 0;
  // RFC 7598 section 4.5: a port set of an IPv4 prefix has no meaning.
  if (ipv4.length < 32) {
    throw new MapRefused(
      "psid-without-full-address",
      `an explicit PSID needs a /32 rule, not /${ipv4.length}`,
    );
  }
  if (psid === undefined) {
    throw new MapRefused(
      "psid-missing",
      `PSID length ${psidLength} is given without a PSID, and no EA bits carry one`,
    );
  }
  return psidLength;
}
