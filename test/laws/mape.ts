/** The first router with its uplink by MAP-E, and what its owner had typed by hand, for the simulator's tests. */
import { firstRouterConfiguration } from "../simulator/simulator.ts";

export const relay = "2001:260:700:1::1:275";
export const edge = "2404:7a82:4d02:4100:85:d10d:200:4100";
export const gateway = "fe80::a611:bbff:fe7d:ee11";

export const tunnelLines: readonly string[] = [
  `set interfaces ethernet eth1 address ${edge}/128`,
  "set interfaces tunnel tun0 encapsulation ipip6",
  `set interfaces tunnel tun0 source-address ${edge}`,
  "set interfaces tunnel tun0 source-interface eth1",
  `set interfaces tunnel tun0 remote ${relay}`,
  "set interfaces tunnel tun0 address 133.209.13.2/32",
  "set interfaces tunnel tun0 mtu 1460",
  "set interfaces tunnel tun0 parameters ipv6 encaplimit none",
  "set nat source rule 1000 outbound-interface name tun0",
  "set nat source rule 1000 protocol tcp_udp",
  "set nat source rule 1000 translation address 133.209.13.2",
  "set nat source rule 1000 translation port 5136-5151",
];
export const moveRoute: readonly string[] = [
  "delete protocols static route 0.0.0.0/0 next-hop 192.168.100.1",
  "set protocols static route 0.0.0.0/0 interface tun0",
];
export const staticSix: readonly string[] = [
  `set protocols static route6 ::/0 next-hop ${gateway} interface eth1`,
];
export const firstRouter = firstRouterConfiguration;

/** As the owner's evening had left it. */
export const byHand: readonly string[] = [
  `ip -6 tunnel add mape mode ip4ip6 remote ${relay} local ${edge} dev eth1`,
  "ip addr add 133.209.13.2/32 dev mape",
  "ip link set mape up",
  "ip route add default dev mape metric 5",
  "iptables -t nat -A POSTROUTING -o mape -p tcp -j SNAT --to-source 133.209.13.2:5136-5151",
];
