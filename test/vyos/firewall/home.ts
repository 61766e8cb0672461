/** A home router beside the mape uplink of the first router, as set lines: LAN on eth0, NGN on eth1, the tunnel tun0. */

import type { Uplink } from "../../../vyos/firewall/scene.ts";
import { parseCommands } from "../../../vyos/text.ts";
import type { ConfigTree } from "../../../vyos/tree.ts";

const edge = "2404:7a82:4d02:4100:85:d10d:200:4100";

const router = [
  "set interfaces ethernet eth0 address 192.168.100.2/24",
  "set interfaces ethernet eth1 address dhcpv6",
  "set interfaces loopback lo",
];

/** IPv4 by the home router on the LAN's own segment. */
const wxr = ["set protocols static route 0.0.0.0/0 next-hop 192.168.100.1"];

const mape = [
  `set interfaces ethernet eth1 address ${edge}/128`,
  "set interfaces tunnel tun0 encapsulation ipip6",
  `set interfaces tunnel tun0 source-address ${edge}`,
  "set interfaces tunnel tun0 source-interface eth1",
  "set interfaces tunnel tun0 remote 2001:260:700:1::1:275",
  "set interfaces tunnel tun0 address 133.209.13.2/32",
  "set protocols static route 0.0.0.0/0 interface tun0",
  "set nat source rule 1000 outbound-interface name tun0",
  "set nat source rule 1000 protocol tcp_udp",
  "set nat source rule 1000 translation address 133.209.13.2",
  "set nat source rule 1000 translation port 5136-5151",
  "set nat source rule 1001 outbound-interface name tun0",
  "set nat source rule 1001 protocol all",
  "set nat source rule 1001 translation address 133.209.13.2",
];

/** 22 of the shared address goes to a machine of the LAN. */
export const forward = [
  "set nat destination rule 1000 inbound-interface name tun0",
  "set nat destination rule 1000 protocol tcp",
  "set nat destination rule 1000 destination address 133.209.13.2",
  "set nat destination rule 1000 destination port 5140",
  "set nat destination rule 1000 translation address 192.168.100.10",
  "set nat destination rule 1000 translation port 22",
];

export const uplink: Uplink = {
  own: [
    ["interfaces", "tunnel", "tun0"],
    ["nat", "source", "rule", "1000"],
    ["nat", "source", "rule", "1001"],
    ["nat", "destination", "rule", "1000"],
  ],
  translatesFirst: false,
};

const tree = (lines: readonly string[]): ConfigTree => parseCommands(lines.join("\n"));

/** Short forms of what the tables say often. */
export function linesOf(short: readonly string[]): string[] {
  return short.map((line) => {
    if (line.startsWith("delete ")) throw new Error(`${line}: a table adds lines only`);
    return `set ${line.replace(/^fw /, "firewall ipv4 forward filter ").replace(/^snat /, "nat source rule ")}`;
  });
}

export const withMape = (short: readonly string[]): ConfigTree =>
  tree([...router, ...mape, ...linesOf(short)]);
export const withWxr = (short: readonly string[]): ConfigTree => tree([...router, ...wxr, ...linesOf(short)]);
