/** A packet as a firewall sees it, and what becomes of it. Pure. */

import type { ConfigPath } from "../tree.ts";

export type Family = "ipv4" | "ipv6";
export type Hook = "prerouting" | "input" | "forward" | "output";

/** What connection tracking calls it. Neighbour discovery is untracked (Linux: nf_conntrack_proto_icmpv6.c). */
export type State = "new" | "established" | "related" | "invalid" | "untracked";

export interface Packet {
  readonly family: Family;
  /** Empty where there is none, as the kernel has it: a router's own packet comes from no interface. */
  readonly inbound: string;
  readonly outbound: string;
  readonly source: bigint;
  readonly destination: bigint;
  /** IANA protocol number. */
  readonly protocol: number;
  readonly ports: { readonly source: number; readonly destination: number } | undefined;
  readonly icmpType: number | undefined;
  readonly tcpFlags: readonly string[];
  readonly state: State;
  /** Which of its addresses NAT has changed, or will for the flow's answers (`ct status`). */
  readonly translated: readonly ("source" | "destination")[];
}

/** A rule that was met: where it stands, and what it does in a word of VyOS's. */
export interface Met {
  readonly path: ConfigPath;
  readonly does: string;
}

export type Answer =
  | { readonly kind: "passes"; readonly by: readonly Met[] }
  /** The last one decided; those before it led there. */
  | { readonly kind: "stopped"; readonly by: readonly Met[]; readonly packet: Packet }
  /** Another way than the one asked about: no concern of it. */
  | { readonly kind: "elsewhere"; readonly by: readonly Met[] }
  /** The words that were not understood. */
  | { readonly kind: "cannot tell"; readonly words: readonly string[] };

export const passes: Answer = { kind: "passes", by: [] };

/** One answer for stations on one way: who stops it is told before who leads it away, and that before a doubt. */
export function together(answers: readonly Answer[]): Answer {
  const decided =
    answers.find(({ kind }) => kind === "stopped") ?? answers.find(({ kind }) => kind === "elsewhere");
  if (decided !== undefined) return decided;
  const words = answers.flatMap((answer) => (answer.kind === "cannot tell" ? answer.words : []));
  if (words.length > 0) return { kind: "cannot tell", words: [...new Set(words)] };
  return { kind: "passes", by: answers.flatMap((answer) => (answer.kind === "passes" ? answer.by : [])) };
}

/** `/etc/protocols` of Debian, as far as home routers name them. `ipencap` is IPv4 in IP, `ipip` is another. */
const protocols: Readonly<Record<string, number>> = {
  ...{ hopopt: 0, ip: 0, icmp: 1, igmp: 2, ipencap: 4, tcp: 6, egp: 8, igp: 9, udp: 17, dccp: 33 },
  ...{ ipv6: 41, rsvp: 46, gre: 47, esp: 50, ah: 51, "ipv6-icmp": 58, icmpv6: 58, eigrp: 88 },
  ...{ ospf: 89, ipip: 94, pim: 103, vrrp: 112, l2tp: 115, sctp: 132, udplite: 136 },
};

/** Undefined: no protocol that is known here. */
export function protocolNumber(word: string): number | undefined {
  return /^[0-9]{1,3}$/.test(word) ? Number(word) : protocols[word];
}
