/**
 * NAPT over every port block of a shared address (RFC 7597 section 5.1), in plain `nat source` rules. Pure. One VyOS rule
 * translates to one range and a full range does not fall through, so each block's rule takes its own stripe of client ports.
 */

import type { NatRuleArgs } from "../providers/nat-rule.ts";

export interface NaptSettings {
  readonly outboundInterface: string;
  /** The shared IPv4 address. */
  readonly address: string;
  /** Inclusive ranges, lowest first; null: all ports are ours. */
  readonly blocks: readonly (readonly [number, number])[] | null;
  /** Number of the first rule; the others follow it one by one. */
  readonly firstRule: number;
  /** Client ports to a stripe. Neighbouring stripes go to different blocks, so ports taken in sequence spread out. */
  readonly stripeWidth: number;
}

export type Rule = Omit<NatRuleArgs, "takeOver">;

/** The router's own traffic is translated too: no rule asks for a source address. */
export function naptRules(settings: NaptSettings): Rule[] {
  const { outboundInterface, address: translationAddress, firstRule, blocks } = settings;
  const common = { outboundInterface, translationAddress };
  const striped = (blocks ?? []).map(
    ([from, to], index): Rule => ({
      ...common,
      number: firstRule + index,
      description: `MAP-E block ${from}-${to}`,
      protocol: "tcp_udp",
      ...(index === (blocks ?? []).length - 1 ? {} : { sourcePort: stripe(index, settings) }),
      translationPort: from === to ? String(from) : `${from}-${to}`,
    }),
  );
  const next = firstRule + striped.length;
  return [
    ...striped,
    { ...common, number: next, description: "MAP-E ICMP to the address alone", protocol: "icmp" },
    {
      ...common,
      number: next + 1,
      description: "MAP-E guard, no LAN source leaves by the tunnel",
      protocol: "all",
    },
  ];
}

/** The client ports p with floor(p / width) mod blocks = index, as a list of ranges; port 0 is nobody's. */
function stripe(index: number, { blocks, stripeWidth }: NaptSettings): string {
  const period = stripeWidth * (blocks ?? []).length;
  const ranges: string[] = [];
  for (let from = index * stripeWidth; from <= 65_535; from += period) {
    const low = Math.max(1, from);
    const high = Math.min(65_535, from + stripeWidth - 1);
    ranges.push(low === high ? String(low) : `${low}-${high}`);
  }
  return ranges.join(",");
}
