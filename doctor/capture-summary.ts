/**
 * What happened on the wire, in counts that can be laid side by side: lease, neighbours, IPv4 in IPv6 out and in, ICMP
 * errors. Pure. Made for two captures, one of a line that works and one of a line that does not.
 */

import { Address6 } from "ip-address";
import { type Inner, type Ipv6Packet, type Payload, parseFrame } from "./packet.ts";
import type { CapturedPacket } from "./pcap.ts";

/** What is this line's own: whatever else leaves by the tunnel is dropped by the relay. */
export interface OwnLine {
  readonly ceAddress: string;
  readonly relay: string;
  readonly gateway: string | undefined;
  readonly ipv4: string;
  /** Inclusive ranges; empty: all ports are ours. */
  readonly ports: readonly (readonly [number, number])[];
}

export interface SummaryRow {
  readonly what: string;
  readonly count: number;
  /** What it means that there are some. */
  readonly meaning: string;
}

const dhcpMessages = ["", "solicit", "advertise", "request", "confirm", "renew", "rebind", "reply"];

type Test = (packet: Ipv6Packet, line: OwnLine) => boolean;
type Icmp = Extract<Payload, { kind: "icmpv6" }>;

const icmp =
  (which: (icmp: Icmp, line: OwnLine, packet: Ipv6Packet) => boolean): Test =>
  (packet, line) =>
    packet.payload.kind === "icmpv6" && which(packet.payload, line, packet);

const outward = ({ source, payload }: Ipv6Packet, line: OwnLine): Inner | undefined | "not" =>
  payload.kind === "ipv4" && source === line.ceAddress ? payload.inner : "not";

const rows: readonly { what: string; meaning: string; test: Test }[] = [
  ...dhcpMessages.slice(1).map((name, index) => ({
    what: `DHCPv6 ${name}`,
    meaning: index + 1 === 1 ? "the client has no lease" : "the lease",
    test: ({ payload }: Ipv6Packet) => payload.kind === "dhcpv6" && payload.message === index + 1,
  })),
  {
    what: "router advertisement",
    meaning: "the NGN says it is there",
    test: icmp(({ type }) => type === 134),
  },
  {
    what: "neighbour: gateway asked for",
    meaning: "the router looks for its gateway",
    test: icmp(({ type, target }, { gateway }) => type === 135 && target === gateway),
  },
  {
    what: "neighbour: gateway answers",
    meaning: "the gateway is there",
    test: icmp(({ type, target }, { gateway }) => type === 136 && target === gateway),
  },
  {
    what: "neighbour: CE address asked for",
    meaning: "the NGN wants to deliver to the CE address",
    test: icmp(({ type, target }, { ceAddress }) => type === 135 && target === ceAddress),
  },
  {
    what: "neighbour: CE address answers",
    meaning: "the router holds the CE address",
    test: icmp(({ type, target }, { ceAddress }) => type === 136 && target === ceAddress),
  },
  {
    what: "neighbour: another of this prefix asked for",
    meaning: "the NGN expects another CE address: perhaps the other form (draft03 or rfc7597)",
    test: icmp(
      ({ type, target }, { ceAddress, gateway }, { source }) =>
        type === 135 && source === gateway && target !== ceAddress && samePrefix(target, ceAddress),
    ),
  },
  {
    what: "encapsulated out",
    meaning: "IPv4 leaves for the relay",
    test: ({ destination, ...packet }, line) =>
      destination === line.relay && outward({ destination, ...packet }, line) !== "not",
  },
  {
    what: "encapsulated out, to another relay",
    meaning: "the tunnel's remote is wrong",
    test: (packet, line) => packet.destination !== line.relay && outward(packet, line) !== "not",
  },
  {
    what: "encapsulated out, with an option",
    meaning: "next header 60: many relays drop it; set encaplimit none",
    test: (packet, line) =>
      outward(packet, line) !== "not" &&
      packet.payload.kind === "ipv4" &&
      packet.payload.withOption === "yes",
  },
  {
    what: "encapsulated out, foreign IPv4 source",
    meaning: "NAT does not hold: the relay drops it",
    test: (packet, line) => {
      const inner = outward(packet, line);
      return inner !== "not" && inner !== undefined && inner.source !== line.ipv4;
    },
  },
  {
    what: "encapsulated out, foreign port",
    meaning: "a port of another customer: the relay drops it",
    test: (packet, line) => {
      const inner = outward(packet, line);
      return inner !== "not" && inner?.sourcePort !== undefined && !isOwn(inner.sourcePort, line.ports);
    },
  },
  {
    what: "encapsulated in",
    meaning: "IPv4 comes from the relay",
    test: ({ source, payload }, { relay }) => payload.kind === "ipv4" && source === relay,
  },
  {
    what: "ICMPv6 unreachable",
    meaning: "somebody on the way knows no route, or forbids it",
    test: icmp(({ type }) => type === 1),
  },
  {
    what: "ICMPv6 packet too big",
    meaning: "the path carries less than 1500 octets",
    test: icmp(({ type }) => type === 2),
  },
  {
    what: "ICMPv6 time exceeded",
    meaning: "a loop, or a hop limit too low",
    test: icmp(({ type }) => type === 3),
  },
  {
    what: "ICMPv6 parameter problem",
    meaning: "somebody does not take a header, such as the encapsulation limit",
    test: icmp(({ type }) => type === 4),
  },
];

export function summarize(packets: readonly CapturedPacket[], line: OwnLine): SummaryRow[] {
  const parsed = packets.map(({ bytes }) => parseFrame(bytes)).filter((packet) => packet !== undefined);
  return rows.map(({ what, meaning, test }) => ({
    what,
    meaning,
    count: parsed.filter((packet) => test(packet, line)).length,
  }));
}

export interface ComparedRow {
  readonly what: string;
  readonly good: number;
  readonly bad: number;
  /** Undefined: in both, or in neither. */
  readonly difference: string | undefined;
}

/** There or not there is the difference; how many depends on how long one looked. */
export function compareSummaries(good: readonly SummaryRow[], bad: readonly SummaryRow[]): ComparedRow[] {
  return good.map(({ what, count, meaning }) => {
    const other = bad.find((row) => row.what === what)?.count ?? 0;
    const only =
      count > 0 === other > 0 ? undefined : count > 0 ? "only when it worked" : "only when it did not";
    return { what, good: count, bad: other, difference: only && `${only}: ${meaning}` };
  });
}

function isOwn(port: number, ports: OwnLine["ports"]): boolean {
  return ports.length === 0 || ports.some(([from, to]) => port >= from && port <= to);
}

/** A CE address of the other form differs in its last 64 bits only. */
function samePrefix(address: string | undefined, other: string): boolean {
  return address !== undefined && new Address6(address).isInSubnet(new Address6(`${other}/64`));
}
