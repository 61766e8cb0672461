/** Breaks of the simulated tunnel, what trying by hand leaves, and breaks of IPv4 itself. */

import { Wire } from "../laws/wire.ts";
import { both, mape, wxr } from "./break.ts";
import { failoverLines, whyItFailsOver } from "./breaks-internet.ts";
import { lanLines } from "./breaks-lan.ts";
import { ce, paperRouter, relay } from "./paper-router.ts";
import { configured, network, observed, type SimulatedBreak, typed } from "./simulated-break.ts";

export const simulatedTunnel: readonly SimulatedBreak[] = [
  {
    name: "a tunnel that is configured otherwise",
    cause: "config-tunnel",
    uplinks: mape,
    act: configured("set interfaces tunnel tun0 mtu 1452"),
    hides: [
      "tunnel-parameters",
      "tunnel-missing",
      "tunnel-down",
      "tunnel-address",
      "relay-wrong",
      "ipv4-mape",
    ],
  },
  {
    name: "a tunnel to another service's relay",
    cause: "relay-wrong",
    uplinks: mape,
    act: typed("ip -6 tunnel change tun0 mode ipip6 remote 2404:9200:225:100::64"),
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with encapsulation limit 4",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: typed("ip -6 tunnel change tun0 mode ipip6 encaplimit 4"),
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with an MTU of 1476",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: typed("ip link set tun0 mtu 1476"),
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel that is gone from the kernel",
    cause: "tunnel-missing",
    uplinks: mape,
    act: typed("ip -6 tunnel del tun0"),
    hides: ["tunnel-parameters", "tunnel-down", "tunnel-address", "relay-wrong", "ipv4-mape"],
  },
  {
    name: "a tunnel that is switched off",
    cause: "tunnel-down",
    uplinks: mape,
    act: typed("ip link set tun0 down"),
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel without its address",
    cause: "tunnel-address",
    uplinks: mape,
    act: typed("ip addr del 133.209.13.2/32 dev tun0"),
    hides: ["ipv4-mape"],
  },
];

const hand = `ip -6 tunnel add mape mode ip4ip6 remote ${relay} local ${ce} dev eth1`;

export const simulatedLeftovers: readonly SimulatedBreak[] = [
  {
    name: "a commit to mape that was cut off",
    cause: "commit-cut-off",
    uplinks: wxr,
    act: async (simulator) => {
      const wire = await Wire.open(simulator);
      for (const line of paperRouter("mape").running)
        await wire.set(...line.replaceAll("'", "").split(" ").slice(1));
      simulator.inject({ at: "commit-middle", kind: "kill-commit", times: 1 });
      await wire.commit();
      wire.close();
    },
  },
  {
    name: "a hand-made tunnel on the declared endpoints",
    cause: "tunnel-blocked",
    uplinks: mape,
    act: async (simulator) => {
      const wanted = simulator.running().filter((line) => line.includes("interfaces tunnel tun0"));
      simulator.byHand(["delete interfaces tunnel tun0"]);
      await simulator.kernelByHand([hand, "ip link set mape up"]);
      simulator.byHand(wanted);
      simulator.byHand([], { save: true });
    },
    hides: [
      ...["config-tunnel", "tunnel-missing", "tunnel-parameters", "tunnel-down", "tunnel-address"],
      ...["relay-wrong", "ipv4-mape"],
    ],
  },
  {
    name: "a hand-made tunnel to another relay",
    cause: "stray-tunnel",
    uplinks: both,
    act: typed(`ip -6 tunnel add hand0 mode ip4ip6 remote 2001:260:700:1::1:276 local ${ce} dev eth1`),
  },
  {
    name: "a hand-made tunnel with a default route into it",
    cause: "stray-tunnel",
    uplinks: wxr,
    act: typed(hand, "ip link set mape up", "ip route add default dev mape metric 5"),
    hides: ["ipv4-wxr"],
  },
  {
    name: "a default route typed by hand",
    cause: "stray-route",
    uplinks: both,
    act: typed("ip route add default via 192.168.100.7 dev eth0 metric 5"),
    hides: ["ipv4-mape", "ipv4-wxr"],
  },
  {
    name: "SNAT of tcp that iptables left",
    cause: "stray-nat",
    uplinks: both,
    act: typed("iptables -t nat -A POSTROUTING -o mape -p tcp -j SNAT --to-source 133.209.13.2:5136-5151"),
    hides: ["ipv4-mape"],
  },
];

export const simulatedInternet: readonly SimulatedBreak[] = [
  {
    name: "a default route that somebody deleted in the configuration",
    cause: "config-default-route",
    uplinks: both,
    act: configured("delete protocols static route 0.0.0.0/0"),
    hides: ["ipv4-mape", "ipv4-wxr"],
  },
  {
    name: "NAT rules that are configured otherwise",
    cause: "config-nat",
    uplinks: mape,
    act: configured("delete nat source rule 1003"),
    hides: ["nat-missing", "ipv4-mape"],
  },
  {
    name: "NAT rules that are gone from the kernel",
    cause: "nat-missing",
    uplinks: mape,
    act: typed("nft delete table ip vyos_nat"),
    hides: ["ipv4-mape"],
  },
  {
    name: "ports that are used up",
    cause: "ports-exhausted",
    uplinks: mape,
    act: observed({ insertFailedEachLook: 6 }),
    hides: ["ipv4-mape"],
  },
  {
    name: "an internet that is gone behind the relay",
    cause: "ipv4-mape",
    uplinks: mape,
    act: network({ internetBehindRelay: false }),
  },
  {
    name: "a WXR that is silent",
    cause: "wxr-silent",
    uplinks: both,
    act: network({ wxrAnswers: false }),
    hides: ["ipv4-wxr"],
  },
  {
    name: "an eth0 that is switched off",
    cause: "wxr-link",
    uplinks: both,
    act: typed("ip link set eth0 down"),
    hides: ["wxr-silent", "ipv4-wxr", "stray-route"],
  },
  {
    name: "a failover that is in force",
    cause: "failed-over",
    uplinks: mape,
    stack: { failover: "wxr" },
    act: async (simulator) => {
      const { taken, added } = failoverLines;
      configured(...taken.map((line) => line.replace(/^set/, "delete")), ...added)(simulator);
      network({ internetBehindRelay: false })(simulator);
      await simulator.advance(60);
    },
    hides: ["ipv4-mape"],
    hiddenBy: [...whyItFailsOver, "lan-blocked", "tunnel-zone", "nat-before"],
    // It would put back what the other took away.
    pairs: { not: ["config-default-route"] },
  },
  {
    name: "an internet that is gone behind the WXR",
    cause: "ipv4-wxr",
    uplinks: wxr,
    act: network({ internetBehindWxr: false }),
  },
];

export const simulatedLan: readonly SimulatedBreak[] = [
  {
    name: "a forward filter that knows only the old port",
    cause: "lan-blocked",
    uplinks: mape,
    act: configured(...lanLines.filter),
    hides: ["ipv4-mape"],
    hiddenBy: ["config-default-route"],
  },
  {
    name: "zones of which the tunnel is in none",
    cause: "tunnel-zone",
    uplinks: mape,
    act: configured(...lanLines.zones),
    hides: ["ipv4-mape"],
    hiddenBy: ["lan-blocked", "config-default-route"],
  },
  {
    name: "a masquerade without interface before ours",
    cause: "nat-before",
    uplinks: mape,
    act: configured(...lanLines.nat),
    hides: ["ipv4-mape"],
    hiddenBy: ["lan-blocked", "tunnel-zone", "config-default-route"],
  },
  {
    name: "static routes that a restart of FRR took",
    cause: "static-routes-lost",
    uplinks: both,
    act: typed("systemctl restart frr"),
    hides: ["ipv6-default-route", "relay-route", "ipv4-mape", "ipv4-wxr"],
    // One route alone that is gone: a restart of FRR cannot be told from it.
    pairs: { not: ["ngn-link", "wxr-link", "config-ipv6-default-route", "config-default-route"] },
  },
];
