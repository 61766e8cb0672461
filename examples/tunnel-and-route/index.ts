/** A tunnel and a route into it, with values of your own: an address block of a colleague behind an IPv4-in-IPv6 tunnel. */

import { StaticRoute, Tunnel } from "#providers/resources.ts";

new Tunnel("to-colleague", {
  name: "tun3",
  encapsulation: "ipip6",
  sourceAddress: "2001:db8:1::2",
  sourceInterface: "eth1",
  remote: "2001:db8:2::2",
  addresses: ["198.51.100.1/30"],
  mtu: 1460,
  encapsulationLimit: "none",
  adjustMss: 1420,
});

// One commit for both: the route says what it needs, and depends on nothing.
new StaticRoute("colleagues-lan", {
  prefix: "203.0.113.0/24",
  interface: "tun3",
  requires: ["interfaces tunnel tun3"],
});
