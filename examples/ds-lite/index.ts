/**
 * A DS-Lite line (RFC 6333), such as transix or Xpass: IPv4 in IPv6 to the provider's AFTR, which does all NAT. The same
 * resources as MAP-E, fewer of them. The addresses are documentation's: put your line's in their place.
 */

import { StaticRoute } from "#providers/static-route.ts";
import { Tunnel } from "#providers/tunnel.ts";

const aftr = "2001:db8:ffff::1";
const gateway = { nextHop: "fe80::1", interface: "eth1" };
/** RFC 6333 section 5.7: the AFTR has 192.0.0.1, the customer's side 192.0.0.2. */
const own = "192.0.0.2";

new Tunnel("tunnel", {
  name: "tun0",
  encapsulation: "ipip6",
  sourceAddress: "2001:db8:1:100::2",
  sourceInterface: gateway.interface,
  remote: aftr,
  addresses: [`${own}/29`],
  mtu: 1460,
  encapsulationLimit: "none",
  adjustMss: 1420,
});
new StaticRoute("aftr-route", { prefix: `${aftr}/128`, ...gateway });
new StaticRoute("ipv6-default-route", { prefix: "::/0", ...gateway });
new StaticRoute("ipv4-default-route", {
  prefix: "0.0.0.0/0",
  interface: "tun0",
  requires: ["interfaces tunnel tun0", `protocols static route6 ${aftr}/128`],
  probe: { borderRelay: aftr, sourceAddress: own, sourcePorts: "49152-65535" },
});
