/**
 * IPv6 and IPv4 prefixes as numbers, parsed from and printed to text. It must never repair an input: bits beyond a
 * prefix's length are refused with the right prefix in the remedy.
 */
import { Address4, Address6 } from "ip-address";
import { MapRefused } from "./refusal.ts";

/** `bits` is the whole address (128 or 32 bits), zero beyond `length`. */
export interface Prefix6 {
  readonly bits: bigint;
  readonly length: number;
}
export interface Prefix4 {
  readonly bits: bigint;
  readonly length: number;
}

/** An IPv6 address in any spelling (upper case, zeros written out, dotted tail), without zone and length. */
export function parseAddress6(text: string, remedy?: string): bigint {
  if (/[%/]/.test(text) || !Address6.isValid(text)) {
    throw new MapRefused("malformed-ipv6", `${JSON.stringify(text)} is not an IPv6 address`, remedy);
  }
  return new Address6(text).bigInt();
}

export function parseAddress4(text: string): bigint {
  if (text.includes("/") || !Address4.isValid(text)) {
    throw new MapRefused("malformed-ipv4", `${JSON.stringify(text)} is not an IPv4 address`);
  }
  return new Address4(text).bigInt();
}

export function parsePrefix6(text: string): Prefix6 {
  const { address, length } = split(text, 128, "malformed-ipv6", "2001:db8::/56");
  const prefix = { bits: parseAddress6(address, "write it as 2001:db8::/56"), length };
  const right = mask(prefix.bits, length, 128);
  if (right !== prefix.bits) throw hostBits(text, printPrefix6({ bits: right, length }));
  return prefix;
}

export function parsePrefix4(text: string): Prefix4 {
  const { address, length } = split(text, 32, "malformed-ipv4", "192.0.2.0/24");
  const prefix = { bits: parseAddress4(address), length };
  const right = mask(prefix.bits, length, 32);
  if (right !== prefix.bits) throw hostBits(text, printPrefix4({ bits: right, length }));
  return prefix;
}

/** RFC 5952 text. */
export function printAddress6(bits: bigint): string {
  return Address6.fromBigInt(bits).correctForm();
}

export function printAddress4(bits: bigint): string {
  return Address4.fromBigInt(bits).correctForm();
}

export function printPrefix6(prefix: Prefix6): string {
  return `${printAddress6(prefix.bits)}/${prefix.length}`;
}

export function printPrefix4(prefix: Prefix4): string {
  return `${printAddress4(prefix.bits)}/${prefix.length}`;
}

/** The address with every bit beyond `length` cleared; `width` is 128 or 32. */
export function mask(bits: bigint, length: number, width: number): bigint {
  const host = BigInt(width - length);
  return (bits >> host) << host;
}

export function contains(outer: Prefix6, inner: Prefix6): boolean {
  return outer.length <= inner.length && mask(inner.bits, outer.length, 128) === outer.bits;
}

/** Bits `from` .. `from + count - 1` of an IPv6 address as one number; bit 0 is the most significant. */
export function bitsOf(address: bigint, from: number, count: number): bigint {
  return (address >> BigInt(128 - from - count)) & ((1n << BigInt(count)) - 1n);
}

function split(text: string, width: number, code: "malformed-ipv4" | "malformed-ipv6", example: string) {
  const match = /^([^/]*)\/(0|[1-9][0-9]{0,2})$/.exec(text);
  const address = match?.[1];
  const length = Number(match?.[2]);
  if (address === undefined || length > width) {
    throw new MapRefused(
      code,
      `${JSON.stringify(text)} is not a prefix with a length of 0 to ${width}`,
      `write it as ${example}`,
    );
  }
  return { address, length };
}

function hostBits(text: string, right: string): MapRefused {
  return new MapRefused(
    "host-bits-set",
    `${text} has bits set beyond its length`,
    `write ${right}, or the length that was really delegated`,
  );
}
