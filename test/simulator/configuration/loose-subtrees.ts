/**
 * Subtrees that the product does not touch, as far as a home router shows them: enough to print tags and lists
 * as VyOS does. Everything below a loose node is accepted. It must never name a path that schema.json has.
 */
import type { SchemaRow } from "./schema-node.ts";

const loose = (path: string): SchemaRow => ({ path, kind: "node", loose: true });
const tag = (path: string): SchemaRow => ({ path, kind: "tag", loose: true });
const list = (path: string): SchemaRow => ({ path, kind: "leaf", multi: true });

export const looseSubtrees: readonly SchemaRow[] = [
  loose("system"),
  loose("service"),
  loose("firewall"),
  ...["forward", "input", "output"].map((hook) => tag(`firewall ipv4 ${hook} filter rule`)),
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
  ...["bonding", "bridge", "wireguard", "vxlan", "pppoe", "openvpn", "vti", "geneve", "macsec"].map((name) =>
    tag(`interfaces ${name}`),
  ),
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
  loose("system syslog local"),
  tag("system syslog local facility"),
];
