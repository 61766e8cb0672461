/**
 * The CE's (MAP) IPv6 address: the End-user prefix followed by an interface identifier that repeats IPv4 address and
 * PSID. It must never choose a form: a wrong one shows only as traffic that leaves and never comes back.
 */
import type { Prefix6 } from "./prefix.ts";
import { printAddress6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";

/** `rfc7597`: RFC 7597 section 6. `draft03`: draft-ietf-softwire-map-03, what every Japanese service uses. */
export const ceAddressForms = ["draft03", "rfc7597"] as const;
export type CeAddressForm = (typeof ceAddressForms)[number];

export interface CeAddresses {
  rfc7597: string;
  draft03: string;
}

/**
 * Both forms. `ipv4` is filled with zeros on the right (an IPv4 prefix), `psid` is 0 when there is none.
 * The PSID is right-aligned in its 16 bits in both, so draft03 is the RFC's identifier one byte to the left.
 */
export function ceAddresses(prefix: Prefix6, ipv4: bigint, psid: number): CeAddresses {
  const identifier = (ipv4 << 16n) | BigInt(psid);
  return {
    rfc7597: printAddress6(place(prefix, identifier)),
    draft03: printAddress6(place(prefix, identifier << 8n)),
  };
}

export function parseCeAddressForm(text: string): CeAddressForm {
  if (text === "rfc7597" || text === "draft03") return text;
  throw new MapRefused(
    "malformed-input",
    `${JSON.stringify(text)} is not a form of the CE address`,
    "use draft03 (every Japanese service) or rfc7597",
  );
}

/** A prefix longer than /64 overwrites the head of the identifier (map-e.md section 4). */
function place(prefix: Prefix6, identifier: bigint): bigint {
  const free = BigInt(128 - prefix.length);
  return prefix.bits | (identifier & ((1n << free) - 1n));
}
