/**
 * From a MAP rule and an End-user prefix to everything the CE uses, and the longest rule of several (RFC 7597 section
 * 5.2). Pure arithmetic: it must never know a service, and never answer for a prefix that a BR could not answer.
 */
import { type CeAddresses, ceAddresses } from "./ce-address.ts";
import { countPorts, type PortRange, portRanges } from "./ports.ts";
import { bitsOf, contains, type Prefix6, parsePrefix6, printAddress4, printPrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { type MapRule, type ParsedRule, parseRule } from "./rule.ts";

export type { CeAddressForm } from "./ce-address.ts";
export type { MapRule } from "./rule.ts";

export interface Derivation {
  addressMode: "shared" | "full" | "prefix";
  ipv4: string;
  ipv4PrefixLength: number;
  eaBits: number;
  psid: number | null;
  psidLength: number;
  psidOffset: number;
  sharingRatio: number;
  portRanges: PortRange[] | null;
  portCount: number | null;
  ceAddress: CeAddresses;
}

export interface Lookup extends Derivation {
  ruleIndex: number;
}

/** @example derive(rule, "2404:7a82:4d02:4100::/56").ipv4 // "133.209.13.2" */
export function derive(rule: MapRule, endUserPrefix: string): Derivation {
  return deriveParsed(parseRule(rule), parsePrefix6(endUserPrefix));
}

/** The rule with the longest IPv6 prefix that holds the End-user prefix (the BMR), then as derive. */
export function lookup(rules: readonly MapRule[], endUserPrefix: string): Lookup {
  const prefix = parsePrefix6(endUserPrefix);
  const parsed = rules.map(parseRule);
  let best = -1;
  for (const [index, rule] of parsed.entries()) {
    if (contains(rule.ipv6, prefix) && rule.ipv6.length > (parsed[best]?.ipv6.length ?? -1)) best = index;
  }
  const rule = parsed[best];
  if (rule === undefined) {
    throw new MapRefused(
      "no-matching-rule",
      `${endUserPrefix} is not inside the prefix of any of ${rules.length} rules`,
      "check the delegated prefix, and that the rules are of this line's service",
    );
  }
  return { ruleIndex: best, ...deriveParsed(rule, prefix) };
}

export function deriveParsed(rule: ParsedRule, prefix: Prefix6): Derivation {
  checkPrefix(rule, prefix);
  const { psidLength, psidOffset } = rule;
  const eaBits = bitsOf(prefix.bits, rule.ipv6.length, rule.eaBitsLength);
  const ipv4PrefixLength = Math.min(32, rule.ipv4.length + rule.eaBitsLength);
  const suffix = rule.eaBitsLength === 0 ? 0n : eaBits >> BigInt(psidLength);
  const ipv4 = rule.ipv4.bits | (suffix << BigInt(32 - ipv4PrefixLength));
  const psid = psidOf(rule, eaBits);
  const ranges = psid === null ? null : portRanges(rule, psid);
  return {
    addressMode: psid !== null ? "shared" : ipv4PrefixLength === 32 ? "full" : "prefix",
    ipv4: printAddress4(ipv4),
    ipv4PrefixLength,
    eaBits: Number(eaBits), // at most 48 bits: exact
    psid,
    psidLength,
    psidOffset,
    sharingRatio: 2 ** psidLength,
    portRanges: ranges,
    portCount: ranges && countPorts(ranges),
    ceAddress: ceAddresses(prefix, ipv4, psid ?? 0),
  };
}

function psidOf(rule: ParsedRule, eaBits: bigint): number | null {
  if (rule.psidLength === 0) return null;
  if (rule.eaBitsLength === 0) return rule.psid ?? null;
  const psid = Number(eaBits & ((1n << BigInt(rule.psidLength)) - 1n));
  if (rule.psid !== undefined && rule.psid !== psid) {
    throw new MapRefused("psid-mismatch", `PSID ${rule.psid} given, ${psid} is in the End-user prefix`);
  }
  return psid;
}

function checkPrefix(rule: ParsedRule, prefix: Prefix6): void {
  const text = printPrefix6(prefix);
  const end = rule.ipv6.length + rule.eaBitsLength;
  if (!contains(rule.ipv6, prefix) && !contains(prefix, rule.ipv6)) {
    throw new MapRefused(
      "no-matching-rule",
      `${text} is not inside the rule prefix ${printPrefix6(rule.ipv6)}`,
    );
  }
  if (prefix.length < end) {
    throw new MapRefused(
      "end-user-prefix-too-short",
      `/${prefix.length} is shorter than ${rule.ipv6.length}+${rule.eaBitsLength}=${end}`,
      `give the /${end} that was delegated, or the /64 of a router advertisement`,
    );
  }
  // Bits beyond the EA bits: the BR puts zeros there, so an address with a 1 gets no answer (policy, map-e.md 4).
  const last = Math.min(prefix.length, 64);
  if (last > end && bitsOf(prefix.bits, end, last - end) !== 0n) {
    throw new MapRefused(
      "subnet-bits-nonzero",
      `bits ${end}..${last - 1} of ${text} are not zero, and the BR expects zeros there`,
      `give the first subnet of the delegation: ${printPrefix6(firstSubnet(prefix, end))}`,
    );
  }
}

function firstSubnet(prefix: Prefix6, end: number): Prefix6 {
  const host = BigInt(128 - end);
  return { bits: (prefix.bits >> host) << host, length: prefix.length };
}
