/**
 * NAPT over every port range of a shared address (RFC 7597 section 5.1), in plain `nat source` rules. Pure. One VyOS rule
 * translates to one range and a full range does not fall through, so each range's rule takes its own stripe of client ports.
 */

import type { PortRange } from "../mape/ports.ts";
import { type freeNumber, guardDescription } from "../vyos/declared-path.ts";
import type { NatRuleArgs } from "../vyos/resources/nat-rule.ts";
import type { NamedResource } from "./named-resource.ts";

export interface NaptSettings {
  readonly outboundInterface: string;
  /** The shared IPv4 address. */
  readonly address: string;
  /** What may be given out, lowest first, reserved ports left out already; null: all ports are ours. */
  readonly blocks: readonly PortRange[] | null;
  /** Number of the first rule; the others follow it one by one. */
  readonly firstRule: number;
  /**
   * Client ports to a stripe of the largest range; neighbouring stripes go to different ranges, so ports taken in sequence spread out.
   * Measured with `npm run lab:napt -- --width N` (Linux 6.18, 240 ports, least of 11 runs; of 3 for 8 and 64): TCP flows to one
   * destination held open by a Linux client, which takes every second port, and by five of them. The first block alone gives 16.
   *
   *     width   160 wanted   240 wanted   160 wanted of five clients
   *         8          159          214          160
   *        16          160          221          158
   *        32          160          222          156
   *        64          156          215          147
   *
   * 16 is the standard: a list of 16 is 3190 characters, which VyOS 1.4 took.
   */
  readonly stripeWidth: number;
}

export type Rule = Omit<NatRuleArgs, "takeOver">;

/** The router's own traffic is translated too: no rule asks for a source address. */
export function naptRules(settings: NaptSettings): Rule[] {
  const { outboundInterface, address: translationAddress, firstRule } = settings;
  const common = { outboundInterface, translationAddress };
  const blocks = settings.blocks ?? [];
  const stripes = sourcePorts(blocks, settings.stripeWidth);
  const striped = blocks.map(
    ([from, to], index): Rule => ({
      ...common,
      number: firstRule + index,
      description: `MAP-E block ${printRange([from, to])}`,
      protocol: "tcp_udp",
      // The last takes what is left, so that no port of a client, 0 and later changes included, goes untranslated.
      ...(index === blocks.length - 1 ? {} : { sourcePort: stripes[index] ?? "" }),
      translationPort: printRange([from, to]),
    }),
  );
  return [
    ...striped,
    ...portless(common, firstRule + striped.length, settings.blocks === null ? "all" : "some"),
  ];
}

/**
 * What has no port that VyOS could map: echo ids stay as they are, and everything else leaves with our address at least. NAT
 * never sees a packet that connection tracking calls invalid: the lab counts those as forgotten flows. Where every port is ours this is all.
 */
function portless(
  common: Pick<Rule, "outboundInterface" | "translationAddress">,
  next: number,
  ports: "some" | "all",
): Rule[] {
  const rest: Rule = {
    ...common,
    number: next,
    description: "to the own address, whatever the port",
    protocol: "all",
  };
  if (ports === "all") return [rest];
  return [
    { ...common, number: next, description: "MAP-E ICMP to the address alone", protocol: "icmp" },
    { ...rest, number: next + 1, description: "MAP-E guard, no LAN source leaves by the tunnel" },
  ];
}

/**
 * The client ports of each range. One turn gives every range as many client ports as its size asks for, then the next turn
 * begins: a range that lost half of its ports to a reservation gets half of the clients. Port 0 is nobody's.
 */
function sourcePorts(blocks: readonly PortRange[], stripeWidth: number): string[] {
  const largest = Math.max(...blocks.map(sizeOf));
  const widths = blocks.map((block) => Math.max(1, Math.round((stripeWidth * sizeOf(block)) / largest)));
  const turn = widths.reduce((sum, width) => sum + width, 0);
  let start = 0;
  return widths.map((width) => {
    const ranges: string[] = [];
    for (let from = start; from <= 65_535; from += turn) {
      const low = Math.max(1, from);
      const high = Math.min(65_535, from + width - 1);
      if (low <= high) ranges.push(printRange([low, high]));
    }
    start += width;
    return ranges.join(",");
  });
}

export function sizeOf([from, to]: PortRange): number {
  return to - from + 1;
}

export function printRange([from, to]: PortRange): string {
  return from === to ? String(from) : `${from}-${to}`;
}

/**
 * What connection tracking calls invalid, such as the reset of a flow that it has forgotten, no NAT chain sees: it would leave
 * with its LAN source.
 */
export function dropInvalid(
  number: number | typeof freeNumber,
  { tunnelName, takeOver }: { readonly tunnelName: string; readonly takeOver: boolean },
): NamedResource {
  const tree = {
    action: "drop",
    description: guardDescription,
    "outbound-interface": { name: tunnelName },
    state: "invalid",
  };
  const path = `firewall ipv4 forward filter rule ${number}`;
  return { name: "napt-drop-invalid", type: "node", args: { path, tree, takeOver } };
}
