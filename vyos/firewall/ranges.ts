/** Addresses and ports as ranges of numbers, both ends included. Pure. */

import { Address6 } from "ip-address";

export type Range<Value extends bigint | number> = readonly [from: Value, to: Value];

/** Undefined: no address. Without a class for IPv4: a configuration may hold ten thousand of them. */
export function addressValue(text: string): bigint | undefined {
  const match = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text);
  if (match !== null) {
    const octets = match.slice(1).map(Number);
    if (octets.some((octet) => octet > 255)) return undefined;
    return BigInt(octets.reduce((value, octet) => value * 256 + octet, 0));
  }
  return text.includes(":") && Address6.isValid(text) ? new Address6(text).bigInt() : undefined;
}

/** IPv4 alone. */
export function addressText(value: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join(".");
}

/** An address, a network with its length, or two addresses with `-` between; undefined: none of them. */
export function addressRange(text: string): Range<bigint> | undefined {
  const [first = "", last = first] = text.split("-");
  const [address = "", length] = first.split("/");
  const from = addressValue(address);
  const to = addressValue(last.split("/")[0] ?? "");
  if (from === undefined || to === undefined) return undefined;
  if (length === undefined) return [from, to];
  const host = BigInt((address.includes(":") ? 128 : 32) - Number(length));
  const start = (from >> host) << host;
  return [start, start + (1n << host) - 1n];
}

/** `/etc/services`, as far as rules of home routers name them. */
const services: Readonly<Record<string, number>> = {
  ...{ ftp: 21, ssh: 22, telnet: 23, smtp: 25, domain: 53, bootps: 67, bootpc: 68, tftp: 69, http: 80 },
  ...{
    kerberos: 88,
    pop3: 110,
    sunrpc: 111,
    ntp: 123,
    imap2: 143,
    snmp: 161,
    bgp: 179,
    ldap: 389,
    https: 443,
  },
  ...{
    "microsoft-ds": 445,
    isakmp: 500,
    syslog: 514,
    imaps: 993,
    pop3s: 995,
    openvpn: 1194,
    "ipsec-nat-t": 4500,
  },
};

export function portRange(text: string): Range<number> | undefined {
  const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text);
  const from = match === null ? services[text] : Number(match[1]);
  return from === undefined ? undefined : [from, Number(match?.[2] ?? from)];
}

/** Is a value in one of them? Sorted once: a group may have thousands of members. */
export function within<Value extends bigint | number>(
  ranges: readonly Range<Value>[],
): (value: Value) => boolean {
  const merged: Range<Value>[] = [];
  for (const [from, to] of ranges.toSorted(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))) {
    const last = merged.at(-1);
    if (last === undefined || last[1] < from) merged.push([from, to]);
    else if (last[1] < to) merged[merged.length - 1] = [last[0], to];
  }
  return (value) => {
    let [low, high] = [0, merged.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const range = merged[middle];
      if (range === undefined || range[0] > value) high = middle;
      else low = middle + 1;
    }
    const range = merged[low - 1];
    return range !== undefined && range[1] >= value;
  };
}

/** Whether an address is in one of the networks, both as text; what is no address is in none. */
export function withinNetworks(networks: readonly string[]): (address: string) => boolean {
  const inside = within(networks.map(addressRange).filter((range) => range !== undefined));
  return (address) => {
    const value = addressValue(address);
    return value !== undefined && inside(value);
  };
}
