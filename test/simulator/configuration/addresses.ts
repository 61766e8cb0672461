/** Addresses and prefixes as numbers. It must never see a text that is no address. */
import { isIPv4 } from "node:net";

export type Family = 4 | 6;

export const familyOf = (address: string): Family => (isIPv4(address.split("/")[0] ?? "") ? 4 : 6);

export function sameAddress(one: string, other: string): boolean {
  const family = familyOf(one);
  return family === familyOf(other) && toNumber(one, family) === toNumber(other, family);
}

/** Whether an address is in a prefix, given as `address/length`. */
export function within(address: string, prefix: string): boolean {
  const [network = "", length = ""] = prefix.split("/");
  const family = familyOf(network);
  if (family !== familyOf(address)) return false;
  const hostBits = BigInt((family === 4 ? 32 : 128) - Number(length));
  return toNumber(address, family) >> hostBits === toNumber(network, family) >> hostBits;
}

/** The network of an interface's address: host bits zero, in the usual text form. */
export function networkOf(address: string): string {
  const [host = "", length = ""] = address.split("/");
  const family = familyOf(host);
  const hostBits = BigInt((family === 4 ? 32 : 128) - Number(length));
  return `${toText((toNumber(host, family) >> hostBits) << hostBits, family)}/${length}`;
}

function toText(value: bigint, family: Family): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
  const words = Array.from({ length: 8 }, (_word, index) => (value >> BigInt(112 - 16 * index)) & 0xffffn);
  const hex = words.map((word) => word.toString(16)).join(":");
  return new URL(`http://[${hex}]/`).hostname.slice(1, -1);
}

export function toNumber(address: string, family: 4 | 6): bigint {
  if (family === 4) return address.split(".").reduce((sum, part) => (sum << 8n) + BigInt(part), 0n);
  const hex = new URL(`http://[${address}]/`).hostname.slice(1, -1);
  const [head = "", tail] = hex.split("::");
  const front = head === "" ? [] : head.split(":");
  const back = tail === undefined || tail === "" ? [] : tail.split(":");
  const middle = tail === undefined ? [] : Array<string>(8 - front.length - back.length).fill("0");
  return [...front, ...middle, ...back].reduce((sum, part) => (sum << 16n) + BigInt(`0x${part}`), 0n);
}
