/**
 * What may happen on the wire of a line, each as a filter by which tcpdump on the router counts it: lease, neighbours, IPv4 in
 * IPv6 out and in, ICMP errors. Pure. Counts of a line that works can be laid beside those of one that does not.
 */

import { Address4, Address6 } from "ip-address";

/** What is this line's own: whatever else leaves by the tunnel is dropped by the relay. */
export interface OwnLine {
  readonly ceAddress: string;
  readonly relay: string;
  readonly gateway: string | undefined;
  readonly ipv4: string;
  /** Inclusive ranges; empty: all ports are ours. */
  readonly ports: readonly (readonly [number, number])[];
}

/** What, what it means that there are some, and a filter (pcap-filter(7); octets of the IPv6 packet). `and` and `or` bind alike: parentheses. */
type Row = readonly [what: string, meaning: string, filter: string];

const dhcpMessages = ["solicit", "advertise", "request", "confirm", "renew", "rebind", "reply"];
const dhcp = "(udp port 546 or udp port 547)";
const icmp = (type: number): string => `ip6[6] == 58 and ip6[40] == ${type}`;
/** IPv4 at once, or behind a destination option of 8 octets (RFC 2473 section 4.1.1): where it begins. */
const plain = { is: "ip6[6] == 4", at: 40 };
const withOption = { is: "ip6[6] == 60 and ip6[40] == 4", at: 48 };
const encapsulated = `((${plain.is}) or (${withOption.is}))`;

/** DHCPv6, ICMPv6 with neighbour discovery, IPv4 in IPv6 (4), and the same behind a destination option (60). */
export const captureFilter = "udp port 546 or udp port 547 or icmp6 or ip6 proto 4 or ip6 proto 60";

export function captureRows({ ceAddress, relay, gateway, ipv4, ports }: OwnLine): Row[] {
  const own = Number(new Address4(ipv4).bigInt());
  const out = `src host ${ceAddress} and ${encapsulated} and dst host ${relay}`;
  const foreign = (test: (at: number) => string): string =>
    `${out} and (${[plain, withOption].map(({ is, at }) => `(${is} and ${test(at)})`).join(" or ")})`;
  return [
    ...dhcpMessages.map((name, index): Row => {
      const meaning = index === 0 ? "the client has no lease" : "the lease";
      return [`DHCPv6 ${name}`, meaning, `${dhcp} and ip6[48] == ${index + 1}`];
    }),
    ["router advertisement", "the NGN says it is there", icmp(134)],
    ...(gateway === undefined ? [] : gatewayRows(gateway, ceAddress)),
    [
      "neighbour: CE address asked for",
      "the NGN wants to deliver to the CE address",
      `${icmp(135)} and ${target(ceAddress)}`,
    ],
    ["neighbour: CE address answers", "the router holds it", `${icmp(136)} and ${target(ceAddress)}`],
    ["encapsulated out", "IPv4 leaves for the relay", out],
    [
      "encapsulated out, to another relay",
      "the tunnel's remote is wrong",
      `src host ${ceAddress} and ${encapsulated} and not dst host ${relay}`,
    ],
    [
      "encapsulated out, with an option",
      "next header 60: many relays drop it; set encaplimit none",
      `${out} and ${withOption.is}`,
    ],
    [
      "encapsulated out, foreign IPv4 source",
      "NAT does not hold: the relay drops it",
      foreign((at) => `ip6[${at + 12}:4] != ${own}`),
    ],
    [
      "encapsulated out, foreign port",
      "a port of another customer: the relay drops it",
      foreign((at) => foreignPort(at, ports)),
    ],
    ["encapsulated in", "IPv4 comes from the relay", `src host ${relay} and ${encapsulated}`],
    ["ICMPv6 unreachable", "somebody on the way knows no route, or forbids it", icmp(1)],
    ["ICMPv6 packet too big", "the path carries less than 1500 octets", icmp(2)],
    ["ICMPv6 time exceeded", "a loop, or a hop limit too low", icmp(3)],
    ["ICMPv6 parameter problem", "a header is not taken, such as the encapsulation limit", icmp(4)],
  ];
}

function gatewayRows(gateway: string, ceAddress: string): Row[] {
  const another = `${target(ceAddress, 2)} and not (${target(ceAddress)})`;
  return [
    [
      "neighbour: gateway asked for",
      "the router looks for its gateway",
      `${icmp(135)} and ${target(gateway)}`,
    ],
    ["neighbour: gateway answers", "the gateway is there", `${icmp(136)} and ${target(gateway)}`],
    [
      "neighbour: another of this prefix asked for",
      "the NGN expects another CE address: perhaps the other form (draft03 or rfc7597)",
      `${icmp(135)} and src host ${gateway} and ${another}`,
    ],
  ];
}

/** Neighbour discovery names its target behind 8 octets (RFC 4861 section 4.3). The first words, or all four. */
function target(address: string, words = 4): string {
  const all = new Address6(address).bigInt();
  const word = (index: number): bigint => (all >> BigInt(96 - index * 32)) & 0xffff_ffffn;
  return Array.from({ length: words }, (_, index) => `ip6[${48 + index * 4}:4] == ${word(index)}`).join(
    " and ",
  );
}

/** A first fragment's port of TCP and UDP, or the identifier of an echo that is sent (RFC 792). */
function foreignPort(at: number, ports: OwnLine["ports"]): string {
  if (ports.length === 0) return "ip6[0] == 0";
  const behind = `${at} + (ip6[${at}] & 15) * 4`;
  const no = (value: string): string =>
    ports.map(([from, to]) => `(${value} < ${from} or ${value} > ${to})`).join(" and ");
  const protocol = `ip6[${at + 9}]`;
  const flow = `((${protocol} == 6 or ${protocol} == 17) and ${no(`ip6[${behind}:2]`)})`;
  const echo = `(${protocol} == 1 and ip6[${behind}] == 8 and ${no(`ip6[${behind} + 4:2]`)})`;
  return `(ip6[${at + 6}:2] & 8191) == 0 and (${flow} or ${echo})`;
}

export interface CountedRow {
  readonly what: string;
  readonly meaning: string;
  readonly count: number;
}

export interface ComparedRow {
  readonly what: string;
  readonly good: number;
  readonly bad: number;
  /** Undefined: in both, or in neither. */
  readonly difference: string | undefined;
}

/** There or not there is the difference; how many depends on how long one looked. */
export function compareCounts(good: readonly CountedRow[], bad: readonly CountedRow[]): ComparedRow[] {
  return good.map(({ what, meaning, count }) => {
    const other = bad.find((row) => row.what === what)?.count ?? 0;
    const only = count > 0 ? "only when it worked" : "only when it did not";
    const same = count > 0 === other > 0;
    return { what, good: count, bad: other, difference: same ? undefined : `${only}: ${meaning}` };
  });
}
