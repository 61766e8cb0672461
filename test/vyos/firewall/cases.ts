/**
 * Firewalls, zones and NAT rules as they stand on home routers, with the answers of real VyOS 1.4 beside the mape uplink
 * (rows "seen 1" to "seen 10") and more of each kind, answered from the rules that those recordings show.
 */

export interface Case {
  readonly name: string;
  /** `fw` is `firewall ipv4 forward filter`, `snat` is `nat source rule`. */
  readonly lines: readonly string[];
  /** Do the LAN's TCP and UDP get out by tun0, and their answers in? */
  readonly lan: "yes" | "no" | "cannot tell";
  /** TCP from the router. */
  readonly router: "yes" | "no";
  /** The path of the first rule that stops something, or a word of the doubt. */
  readonly by?: string;
}

const dropAll = "fw default-action drop";
const oldWay = [
  dropAll,
  "fw rule 10 action accept",
  "fw rule 10 inbound-interface name eth0",
  "fw rule 10 outbound-interface name eth0",
];
const newWay = [
  ...oldWay,
  "fw rule 20 action accept",
  "fw rule 20 inbound-interface name eth0",
  "fw rule 20 outbound-interface name tun0",
];
const stateful = ["fw rule 5 action accept", "fw rule 5 state established", "fw rule 5 state related"];

const twoZones = [
  "firewall zone LAN interface eth0",
  "firewall zone LAN default-action drop",
  "firewall zone WAN interface eth1",
  "firewall zone WAN default-action drop",
  "firewall ipv4 name lan-wan default-action accept",
  "firewall ipv4 name wan-lan default-action drop",
  "firewall ipv4 name wan-lan rule 5 action accept",
  "firewall ipv4 name wan-lan rule 5 state established",
  "firewall zone WAN from LAN firewall name lan-wan",
  "firewall zone LAN from WAN firewall name wan-lan",
];
const localZone = [
  ...twoZones,
  "firewall zone LOCAL local-zone",
  "firewall zone LOCAL default-action drop",
  "firewall ipv4 name any default-action accept",
  "firewall zone LOCAL from LAN firewall name any",
  "firewall zone LAN from LOCAL firewall name any",
  "firewall zone LOCAL from MGT firewall name any",
  "firewall zone MGT from LOCAL firewall name any",
  "firewall zone MGT interface eth2",
  "firewall zone MGT default-action drop",
];
const fourServed = [
  ...localZone,
  "firewall zone WAN interface tun0",
  "firewall zone WAN from LOCAL firewall name any",
  "firewall zone LOCAL from WAN firewall name wan-lan",
];
const bothServed = [
  ...fourServed,
  "firewall ipv6 name out default-action accept",
  "firewall ipv6 name in default-action drop",
  "firewall ipv6 name in rule 5 action accept",
  "firewall ipv6 name in rule 5 state established",
  "firewall ipv6 name in rule 10 action accept",
  "firewall ipv6 name in rule 10 protocol ipv6-icmp",
  "firewall zone WAN from LOCAL firewall ipv6-name out",
  "firewall zone LOCAL from WAN firewall ipv6-name in",
];

export const cases: readonly Case[] = [
  { name: "seen 1: nothing", lines: [], lan: "yes", router: "yes" },
  {
    name: "seen 2: only the old way",
    lines: oldWay,
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "seen 3: no rule lets the answers in",
    lines: newWay,
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  { name: "seen 4: with a rule for them", lines: [...newWay, ...stateful], lan: "yes", router: "yes" },
  {
    name: "seen 5: negation meets tun0",
    lines: ["fw rule 10 action drop", "fw rule 10 outbound-interface name !eth0"],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter rule 10",
  },
  {
    name: "seen 6: tun0 in no zone",
    lines: twoZones,
    lan: "no",
    router: "yes",
    by: "firewall zone LAN default-action",
  },
  {
    name: "seen 7: and a local zone",
    lines: localZone,
    lan: "no",
    router: "no",
    by: "firewall zone LAN default-action",
  },
  {
    name: "seen 8: IPv4 alone is served",
    lines: fourServed,
    lan: "no",
    router: "no",
    by: "firewall zone LOCAL default-action",
  },
  { name: "seen 9: both families", lines: bothServed, lan: "yes", router: "yes" },
  {
    name: "seen 10: masquerade before ours",
    lines: ["snat 100 source address 192.168.100.0/24", "snat 100 translation address masquerade"],
    lan: "no",
    router: "yes",
    by: "nat source rule 100",
  },
];
