/**
 * Subtrees that the product does not touch, as far as a home router shows them: enough to print tags and lists
 * as VyOS does. Everything below a loose node is accepted. It must never name a path that schema.json has.
 */
import type { SchemaRow } from "./schema-node.ts";

const loose = (path: string): SchemaRow => ({ path, kind: "node", loose: true });
const tag = (path: string): SchemaRow => ({ path, kind: "tag", loose: true });
const value = (path: string): SchemaRow => ({ path, kind: "leaf" });
const flag = (path: string): SchemaRow => ({ path, kind: "leaf", valueless: true });
const list = (path: string): SchemaRow => ({ path, kind: "leaf", multi: true });

/** Rules by their numbers, in which `state` is a list. */
const rulesOf = (path: string): SchemaRow[] => [tag(`${path} rule`), list(`${path} rule state`)];

export const looseSubtrees: readonly SchemaRow[] = [
  loose("system"),
  loose("service"),
  loose("firewall"),
  loose("policy"),
  loose("vpn"),
  loose("vrf"),
  loose("container"),
  loose("load-balancing"),
  loose("high-availability"),
  loose("qos"),
  loose("pki"),
  loose("nat destination"),
  tag("nat destination rule"),
  ...["bgp", "ospf", "ospfv3", "rip", "isis", "bfd", "igmp", "mpls", "rpki"].map((name) =>
    loose(`protocols ${name}`),
  ),
  ...[
    "bonding",
    "bridge",
    "wireguard",
    "vxlan",
    "pppoe",
    "openvpn",
    "vti",
    "geneve",
    "macsec",
    "wireless",
  ].map((name) => tag(`interfaces ${name}`)),
  ...["ethernet vif", "ethernet vif-s", "ethernet vif-s vif-c", "bonding vif", "bridge vif"].flatMap(
    (name) => [tag(`interfaces ${name}`), list(`interfaces ${name} address`)],
  ),
  ...["bonding", "bridge", "wireguard"].map((name) => list(`interfaces ${name} address`)),
  list("interfaces bonding member interface"),
  tag("interfaces bridge member interface"),
  ...["ipv4", "ipv6"].flatMap((family) => [
    ...["forward filter", "input filter", "output filter", "name"].flatMap((chain) =>
      rulesOf(`firewall ${family} ${chain}`),
    ),
    tag(`firewall ${family} name`),
  ]),
  tag("firewall zone"),
  list("firewall zone interface"),
  list("firewall zone member interface"),
  tag("firewall zone from"),
  ...["address", "network", "port", "interface", "ipv6-address", "ipv6-network"].flatMap((kind) => [
    tag(`firewall group ${kind}-group`),
    list(`firewall group ${kind}-group ${kind.replace("ipv6-", "")}`),
    list(`firewall group ${kind}-group include`),
  ]),
  tag("container name"),
  flag("container name allow-host-networks"),
  tag("container name volume"),
  tag("service dhcp-server shared-network-name"),
  flag("service dhcp-server shared-network-name authoritative"),
  tag("service dhcp-server shared-network-name subnet"),
  tag("service dhcp-server shared-network-name subnet static-mapping"),
  loose("interfaces ethernet offload"),
  value("interfaces ethernet duplex"),
  value("interfaces ethernet speed"),
  loose("protocols static arp"),
  tag("protocols static arp interface"),
  tag("protocols static arp interface address"),
  tag("protocols bgp neighbor"),
  tag("protocols bgp address-family ipv4-unicast network"),
  tag("service router-advert interface"),
  tag("service router-advert interface prefix"),
  list("service ssh port"),
  list("service ssh listen-address"),
  loose("service ntp"),
  tag("service ntp server"),
  list("service ntp allow-client address"),
  list("system name-server"),
  loose("system console"),
  tag("system console device"),
  loose("system login"),
  tag("system login user"),
  loose("system login user authentication"),
  tag("system login user authentication public-keys"),
  loose("system static-host-mapping"),
  tag("system static-host-mapping host-name"),
  loose("system syslog"),
  loose("system syslog global"),
  tag("system syslog global facility"),
  tag("system syslog host"),
  tag("system syslog host facility"),
  loose("system syslog local"),
  tag("system syslog local facility"),
];
