/**
 * Firewalls, zones and NAT rules as they stand on home routers, with the answers of real VyOS 1.4 beside the mape uplink
 * (rows "seen 1" to "seen 10") and more of each kind, answered from the rules that those recordings show.
 */

import { forward as forwardLines } from "./home.ts";

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
  /** Where the uplink's two rules go when no line can mend it. */
  readonly natRuleBase?: number;
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

const policy = [
  "firewall global-options state-policy established action accept",
  "firewall global-options state-policy related action accept",
];
const sixInput = [
  "firewall ipv6 input filter default-action drop",
  "firewall ipv6 input filter rule 5 action accept",
  "firewall ipv6 input filter rule 5 state established",
];
const sixNeighbours = [
  "firewall ipv6 input filter rule 10 action accept",
  "firewall ipv6 input filter rule 10 protocol ipv6-icmp",
];
const forward = forwardLines.map((line) => line.replace(/^set /, ""));

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
  // Filters.
  {
    name: "an accept of everything new, and the answers by state policy",
    lines: [dropAll, "fw rule 10 action accept", "fw rule 10 state new", ...policy],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a state policy alone lets in answers, not the first packet",
    lines: [dropAll, ...policy],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "a state policy that drops what is established",
    lines: ["firewall global-options state-policy established action drop"],
    lan: "no",
    router: "no", // the answers to the router, and the tunnel's own, are established too
    by: "firewall global-options state-policy established",
  },
  {
    name: "a disabled drop",
    lines: ["fw rule 10 action drop", "fw rule 10 disable"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a drop by wildcard",
    lines: ["fw rule 10 action drop", "fw rule 10 outbound-interface name tun*"],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter rule 10",
  },
  {
    name: "a drop by a wildcard of others",
    lines: ["fw rule 10 action drop", "fw rule 10 outbound-interface name eth1*"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a group of WAN ports without the tunnel",
    lines: [
      dropAll,
      ...stateful,
      "firewall group interface-group WANS interface eth1",
      "fw rule 10 action accept",
      "fw rule 10 outbound-interface group WANS",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "the same with the tunnel",
    lines: [
      dropAll,
      ...stateful,
      "firewall group interface-group WANS interface eth1",
      "firewall group interface-group WANS interface tun0",
      "fw rule 10 action accept",
      "fw rule 10 outbound-interface group WANS",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a group within a group",
    lines: [
      dropAll,
      ...stateful,
      "firewall group interface-group WANS include TUNNELS",
      "firewall group interface-group TUNNELS interface tun*",
      "fw rule 10 action accept",
      "fw rule 10 outbound-interface group WANS",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "everything but a group of WAN ports is dropped",
    lines: [
      "firewall group interface-group WANS interface eth1",
      "fw rule 10 action drop",
      "fw rule 10 outbound-interface group !WANS",
      "fw rule 10 inbound-interface name eth0",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter rule 10",
  },
  {
    name: "private destinations are dropped, the internet is not",
    lines: [
      "firewall group network-group PRIVATE network 10.0.0.0/8",
      "firewall group network-group PRIVATE network 192.168.0.0/16",
      "fw rule 10 action drop",
      "fw rule 10 inbound-interface name eth0",
      "fw rule 10 destination group network-group PRIVATE",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "only private destinations are let through",
    lines: [
      dropAll,
      ...stateful,
      "firewall group network-group PRIVATE network 10.0.0.0/8",
      "fw rule 10 action accept",
      "fw rule 10 destination group network-group PRIVATE",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "everything but private destinations is let through",
    lines: [
      dropAll,
      ...stateful,
      "firewall group network-group PRIVATE network 10.0.0.0/8",
      "fw rule 10 action accept",
      "fw rule 10 destination group network-group !PRIVATE",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "the LAN by its network",
    lines: [dropAll, ...stateful, "fw rule 10 action accept", "fw rule 10 source address 192.168.100.0/24"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "another LAN by its network",
    lines: [dropAll, ...stateful, "fw rule 10 action accept", "fw rule 10 source address 192.168.1.0/24"],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "one machine of the LAN is dropped",
    lines: ["fw rule 10 action drop", "fw rule 10 source address 192.168.100.77"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a range of the LAN is let out, the rest was never",
    lines: [
      dropAll,
      ...stateful,
      "fw rule 10 action accept",
      "fw rule 10 source address 192.168.100.2-192.168.100.99",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "web and mail alone, as it always was",
    lines: [
      dropAll,
      ...stateful,
      "firewall group port-group WEB port 80",
      "firewall group port-group WEB port 443",
      "fw rule 10 action accept",
      "fw rule 10 protocol tcp",
      "fw rule 10 destination group port-group WEB",
    ],
    lan: "yes", // UDP 123 was not let out by the old way either
    router: "yes",
  },
  {
    name: "QUIC is dropped",
    lines: ["fw rule 10 action drop", "fw rule 10 protocol udp", "fw rule 10 destination port 443"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "invalid is dropped first",
    lines: ["fw rule 1 action drop", "fw rule 1 state invalid"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "TCP by its flags",
    lines: [
      dropAll,
      ...stateful,
      "fw rule 10 action accept",
      "fw rule 10 protocol tcp",
      "fw rule 10 tcp flags syn",
      "fw rule 10 tcp flags not ack",
      "fw rule 11 action accept",
      "fw rule 11 protocol udp",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "everything but TCP is let through",
    lines: [dropAll, ...stateful, "fw rule 10 action accept", "fw rule 10 protocol !tcp"],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "a jump, a return, and the default behind them",
    lines: [
      dropAll,
      "fw rule 10 action jump",
      "fw rule 10 jump-target OUT",
      "firewall ipv4 name OUT default-action return",
      "firewall ipv4 name OUT rule 5 action return",
      "firewall ipv4 name OUT rule 5 outbound-interface name tun0",
      "firewall ipv4 name OUT rule 10 action accept",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "a jump that accepts",
    lines: [
      dropAll,
      ...stateful,
      "fw rule 10 action jump",
      "fw rule 10 jump-target OUT",
      "fw rule 10 inbound-interface name eth0",
      "firewall ipv4 name OUT default-action accept",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a rule set drops by default",
    lines: [
      "fw rule 10 action jump",
      "fw rule 10 jump-target OUT",
      "fw rule 10 outbound-interface name tun0",
      "firewall ipv4 name OUT rule 10 action accept",
      "firewall ipv4 name OUT rule 10 protocol icmp",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 name OUT default-action",
  },
  {
    name: "a default that jumps",
    lines: [
      "fw default-action jump",
      "fw default-jump-target ALL",
      "firewall ipv4 name ALL default-action accept",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "rules by number, not by text",
    lines: ["fw rule 100 action drop", "fw rule 20 action accept"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a domain group before a drop",
    lines: [
      dropAll,
      ...stateful,
      "firewall group domain-group D address example.org",
      "fw rule 10 action accept",
      "fw rule 10 destination group domain-group D",
    ],
    lan: "cannot tell",
    router: "yes",
  },
  {
    name: "a domain group that could only have dropped a few",
    lines: [
      "fw rule 5 action accept",
      "fw rule 10 action drop",
      "fw rule 10 destination group domain-group D",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a word that nobody here knows",
    lines: ["fw rule 10 action drop", "fw rule 10 dscp 12"],
    lan: "cannot tell",
    router: "yes",
  },
  {
    name: "flow offload lets the packet go on",
    lines: [
      "firewall flowtable FT interface eth0",
      "fw rule 5 action offload",
      "fw rule 5 offload-target FT",
      "fw rule 5 state established",
    ],
    lan: "yes",
    router: "yes",
  },
  // Input and output.
  {
    name: "an IPv6 input filter without protocol 4: answers come by state",
    lines: [...sixInput, ...sixNeighbours],
    lan: "yes",
    router: "yes",
  },
  {
    name: "an IPv6 input filter without neighbour discovery",
    lines: sixInput,
    lan: "no", // the gateway cannot be found: discovery is untracked
    router: "no",
    by: "firewall ipv6 input filter default-action",
  },
  {
    name: "an IPv6 input filter with no state and no protocol 4",
    lines: ["firewall ipv6 input filter default-action drop", ...sixNeighbours],
    lan: "no",
    router: "no",
    by: "firewall ipv6 input filter default-action",
  },
  {
    name: "the same with protocol 4 from the NGN port",
    lines: [
      "firewall ipv6 input filter default-action drop",
      ...sixNeighbours,
      "firewall ipv6 input filter rule 20 action accept",
      "firewall ipv6 input filter rule 20 protocol ipencap",
      "firewall ipv6 input filter rule 20 inbound-interface name eth1",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "ipip is protocol 94, not 4",
    lines: [
      "firewall ipv6 input filter default-action drop",
      ...sixNeighbours,
      "firewall ipv6 input filter rule 20 action accept",
      "firewall ipv6 input filter rule 20 protocol ipip",
    ],
    lan: "no",
    router: "no",
    by: "firewall ipv6 input filter default-action",
  },
  {
    name: "an IPv4 input filter that lets answers in",
    lines: [
      "firewall ipv4 input filter default-action drop",
      "firewall ipv4 input filter rule 5 action accept",
      "firewall ipv4 input filter rule 5 state established",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "an IPv4 input filter that lets nothing in from the tunnel",
    lines: [
      "firewall ipv4 input filter default-action drop",
      "firewall ipv4 input filter rule 5 action accept",
      "firewall ipv4 input filter rule 5 inbound-interface name eth0",
    ],
    lan: "yes",
    router: "no",
    by: "firewall ipv4 input filter default-action",
  },
  {
    name: "an IPv4 output filter by the old port",
    lines: [
      "firewall ipv4 output filter default-action drop",
      "firewall ipv4 output filter rule 5 action accept",
      "firewall ipv4 output filter rule 5 outbound-interface name eth0",
    ],
    lan: "yes",
    router: "no",
    by: "firewall ipv4 output filter default-action",
  },
  {
    name: "an IPv6 output filter that knows no tunnel",
    lines: [
      "firewall ipv6 output filter default-action drop",
      "firewall ipv6 output filter rule 5 action accept",
      "firewall ipv6 output filter rule 5 protocol ipv6-icmp",
    ],
    lan: "no",
    router: "no",
    by: "firewall ipv6 output filter default-action",
  },
  // Zones.
  {
    name: "zones with the tunnel in WAN",
    lines: [...twoZones, "firewall zone WAN interface tun0"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "zones of rolling, the tunnel in none",
    lines: [...twoZones.map((line) => line.replace(/(zone \w+) interface/, "$1 member interface"))],
    lan: "no",
    router: "yes",
    by: "firewall zone LAN default-action",
  },
  {
    name: "zones of rolling, the tunnel in WAN",
    lines: [
      ...twoZones.map((line) => line.replace(/(zone \w+) interface/, "$1 member interface")),
      "firewall zone WAN member interface tun0",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a zone by wildcard",
    lines: [...twoZones, "firewall zone WAN interface tun*"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "the tunnel in LAN's own zone",
    lines: [...twoZones, "firewall zone LAN interface tun0"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "and that zone filters within",
    lines: [
      ...twoZones,
      "firewall zone LAN interface tun0",
      "firewall zone LAN intra-zone-filtering firewall name wan-lan",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 name wan-lan default-action",
  },
  {
    name: "the tunnel in a zone of its own that nobody may enter",
    lines: [...twoZones, "firewall zone TUN interface tun0", "firewall zone TUN default-action drop"],
    lan: "no",
    router: "yes",
    by: "firewall zone TUN default-action",
  },
  {
    name: "a zone that accepts by default",
    lines: [
      "firewall zone LAN interface eth0",
      "firewall zone LAN default-action accept",
      "firewall zone WAN interface eth1",
      "firewall zone WAN default-action drop",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "only the NGN port in a zone",
    lines: ["firewall zone WAN interface eth1", "firewall zone WAN default-action drop"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "an accept of the forward filter is asked again by the zones",
    lines: ["fw rule 10 action accept", ...twoZones],
    lan: "no",
    router: "yes",
    by: "firewall zone LAN default-action",
  },
  {
    name: "a drop of the forward filter before zones that pass",
    lines: [
      "fw rule 10 action drop",
      "fw rule 10 outbound-interface name tun0",
      ...twoZones,
      "firewall zone WAN interface tun0",
    ],
    lan: "no",
    router: "yes",
    by: "firewall ipv4 forward filter rule 10",
  },
  // Source NAT.
  {
    name: "masquerade by the old port",
    lines: ["snat 100 outbound-interface name eth1", "snat 100 translation address masquerade"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "masquerade by every port but the LAN's",
    lines: ["snat 100 outbound-interface name !eth0", "snat 100 translation address masquerade"],
    lan: "no",
    router: "no", // without a source, the router's own flows are taken too
    by: "nat source rule 100",
    natRuleBase: 98,
  },
  {
    name: "masquerade by a group that holds the tunnel",
    lines: [
      "firewall group interface-group WANS interface tun0",
      "snat 100 outbound-interface group WANS",
      "snat 100 source address 192.168.100.0/24",
      "snat 100 translation address masquerade",
    ],
    lan: "no",
    router: "yes",
    by: "nat source rule 100",
    natRuleBase: 98,
  },
  {
    name: "an exclude for a far network",
    lines: ["snat 100 destination address 10.0.0.0/8", "snat 100 exclude"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "an exclude of the LAN",
    lines: ["snat 100 source address 192.168.100.0/24", "snat 100 exclude"],
    lan: "no",
    router: "yes",
    by: "nat source rule 100",
  },
  {
    name: "masquerade behind ours",
    lines: ["snat 2000 source address 192.168.100.0/24", "snat 2000 translation address masquerade"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a disabled masquerade before ours",
    lines: ["snat 100 translation address masquerade", "snat 100 disable"],
    lan: "yes",
    router: "yes",
  },
  {
    name: "one machine's own port before ours",
    lines: [
      "snat 100 source address 192.168.100.9",
      "snat 100 translation address 133.209.13.2",
      "snat 100 translation port 5136-5151",
      "snat 100 protocol tcp",
    ],
    lan: "yes",
    router: "yes",
  },
  // Other ways.
  {
    name: "a policy route for a machine",
    lines: [
      "policy route P interface eth0",
      "policy route P rule 10 source address 192.168.100.9",
      "policy route P rule 10 set table 10",
      "protocols static table 10 route 0.0.0.0/0 interface wg0",
    ],
    lan: "yes",
    router: "yes",
  },
  {
    name: "a policy route for the whole LAN",
    lines: [
      "policy route P interface eth0",
      "policy route P rule 10 source address 192.168.100.0/24",
      "policy route P rule 10 set table 10",
      "protocols static table 10 route 0.0.0.0/0 interface wg0",
    ],
    lan: "cannot tell", // it has its own way out, and nobody here knows that one
    router: "yes",
  },
  {
    name: "WAN load balancing",
    lines: ["load-balancing wan rule 10 inbound-interface eth0", "load-balancing wan rule 10 interface eth1"],
    lan: "cannot tell",
    router: "yes",
  },
  {
    name: "the LAN in a VRF",
    lines: ["interfaces ethernet eth0 vrf HOME", "vrf name HOME table 100"],
    lan: "cannot tell",
    router: "yes",
  },
  // Port forwards of the uplink's own.
  { name: "a port forward past no filter", lines: forward, lan: "yes", router: "yes" },
  {
    name: "a port forward into a filter that lets nothing new in",
    lines: [...forward, ...newWay, ...stateful],
    lan: "yes",
    router: "yes",
    by: "firewall ipv4 forward filter default-action",
  },
  {
    name: "a filter that lets in what was forwarded",
    lines: [
      ...forward,
      ...newWay,
      ...stateful,
      "fw rule 30 action accept",
      "fw rule 30 connection-status nat destination",
    ],
    lan: "yes",
    router: "yes",
  },
];
