/**
 * The BR's side of the same rule: what a CE address says, and which CE an IPv4 packet goes to (RFC 7597 sections 5.3
 * and 8.1). It must never accept a CE address that differs in one bit: a BR drops such a packet.
 */
import { type CeAddresses, type CeAddressForm, ceAddresses } from "./ce-address.ts";
import { type Derivation, deriveParsed } from "./derive.ts";
import { checkPort, psidOfPort } from "./ports.ts";
import {
  contains,
  mask,
  type Prefix6,
  parseAddress4,
  parseAddress6,
  printAddress6,
  printPrefix4,
  printPrefix6,
} from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { type MapRule, type ParsedRule, parseRule } from "./rule.ts";

export interface ParsedCeAddress extends Omit<Derivation, "eaBits" | "sharingRatio" | "ceAddress"> {
  endUserPrefix: string;
}

export interface Forward {
  psid: number | null;
  endUserPrefix: string;
  ceAddress: CeAddresses;
}

/** What a CE address says, if it is the MAP address of its own prefix in the named form. */
export function parseCeAddress(rule: MapRule, ceAddress: string, form: CeAddressForm): ParsedCeAddress {
  const parsed = parseRule(rule);
  const address = parseAddress6(ceAddress);
  if (!contains(parsed.ipv6, { bits: address, length: 128 })) {
    throw new MapRefused(
      "no-matching-rule",
      `${ceAddress} is not inside the rule prefix ${printPrefix6(parsed.ipv6)}`,
      "check the address, and that the rule is of this line's service",
    );
  }
  const prefix = endUserPrefixOf(parsed, address);
  const { eaBits: _ea, sharingRatio: _ratio, ceAddress: expected, ...said } = deriveParsed(parsed, prefix);
  if (expected[form] !== printAddress6(address)) {
    throw new MapRefused(
      "iid-mismatch",
      `${ceAddress} is not the ${form} MAP address of its own prefix`,
      `${expected[form]} is; compare the form too (draft03 or rfc7597)`,
    );
  }
  return { ...said, endUserPrefix: printPrefix6(prefix) };
}

/** The MAP address a BR sends an IPv4 packet to. `port` is needed where the address is shared. */
export function forward(rule: MapRule, ipv4: string, port?: number): Forward {
  const parsed = parseRule(rule);
  const address = parseAddress4(ipv4);
  if (mask(address, parsed.ipv4.length, 32) !== parsed.ipv4.bits) {
    throw new MapRefused(
      "ipv4-outside-rule",
      `${ipv4} is not inside the rule's IPv4 prefix ${printPrefix4(parsed.ipv4)}`,
    );
  }
  if (port !== undefined) checkPort(port);
  const psid = parsed.psidLength === 0 ? null : psidFor(parsed, port);
  const delegated = Math.min(32, parsed.ipv4.length + parsed.eaBitsLength);
  const suffix = (address - parsed.ipv4.bits) >> BigInt(32 - delegated);
  const eaBits = parsed.eaBitsLength === 0 ? 0n : (suffix << BigInt(parsed.psidLength)) | BigInt(psid ?? 0);
  const length = parsed.ipv6.length + parsed.eaBitsLength;
  const prefix = { bits: parsed.ipv6.bits | (eaBits << BigInt(128 - length)), length };
  return {
    psid,
    endUserPrefix: printPrefix6(prefix),
    ceAddress: ceAddresses(prefix, mask(address, delegated, 32), psid ?? 0),
  };
}

function endUserPrefixOf(rule: ParsedRule, address: bigint): Prefix6 {
  const length = rule.ipv6.length + rule.eaBitsLength;
  return { bits: mask(address, length, 128), length };
}

function psidFor(rule: ParsedRule, port: number | undefined): number {
  if (port === undefined) {
    throw new MapRefused(
      "port-missing",
      `the address is shared by ${2 ** rule.psidLength} customers, and no port tells whose it is`,
    );
  }
  const psid = psidOfPort(rule, port);
  if (psid === null) {
    throw new MapRefused("port-of-nobody", `port ${port} is in no customer's set`);
  }
  // Without EA bits the rule is of one customer, and its PSID is configured.
  if (rule.eaBitsLength === 0 && psid !== rule.psid) {
    throw new MapRefused(
      "port-of-another-psid",
      `port ${port} is of PSID ${psid}, the rule is of PSID ${rule.psid}`,
    );
  }
  return psid;
}
