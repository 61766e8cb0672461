/** Breaks of the simulated machine, of the way to the NGN, and of the way to the relay. */

import { both, mape } from "./break.ts";
import { ce, relay, wxrOnNgn } from "./paper-router.ts";
import { configured, network, observed, type SimulatedBreak, typed } from "./simulated-break.ts";

const beyond = ["relay-silent", "path-mtu", "ipv4-mape"];
const timer = (unit: string): string => `systemd-run --quiet --unit=${unit} --on-active=600 /bin/true`;

export const simulatedMachine: readonly SimulatedBreak[] = [
  {
    name: "a user without vyattacfg",
    cause: "rights",
    uplinks: both,
    act: observed({ groups: "users adm" }),
  },
  {
    name: "a clock ten minutes off",
    cause: "clock",
    uplinks: both,
    act: (simulator) => simulator.jumpClock(-600),
  },
  {
    name: "a change that nobody saved",
    cause: "unsaved",
    uplinks: both,
    act: (simulator) => void simulator.byHand(["set system name-server 9.9.9.9"]),
  },
  {
    name: "an undo timer that is armed",
    cause: "undo-pending",
    uplinks: both,
    act: typed(timer("vyos-uplink-undo")),
    hides: ["unsaved"],
  },
  {
    name: "a commit-confirm that is pending",
    cause: "commit-confirm-pending",
    uplinks: both,
    act: typed(timer("commit-confirm")),
    hides: ["unsaved"],
  },
];

export const simulatedWan: readonly SimulatedBreak[] = [
  {
    name: "a home gateway that holds the CE address",
    cause: "ce-address-taken",
    uplinks: mape,
    act: network({ ceHeldElsewhere: true }),
    hides: ["ipv4-mape"],
    hiddenBy: ["ce-address", "config-ce-address"],
  },
  {
    name: "a cable of eth1 that is out",
    cause: "ngn-link",
    uplinks: both,
    act: network({ linkUp: false }),
    hides: [
      ...beyond,
      ...["dhcpv6-lease", "router-advertisement", "gateway-silent", "gateway-wrong", "ipv6-default-route"],
      ...["relay-route", "delegated-prefix"],
    ],
  },
  {
    name: "an eth1 that is switched off",
    cause: "ngn-link",
    uplinks: mape,
    act: typed("ip link set eth1 down"),
    hides: [
      ...beyond,
      ...["dhcpv6-lease", "router-advertisement", "gateway-silent", "gateway-wrong", "ipv6-default-route"],
      ...["relay-route", "delegated-prefix"],
    ],
  },
  {
    name: "a DHCPv6 lease that is lost",
    cause: "dhcpv6-lease",
    uplinks: both,
    act: network({ leasePresent: false }),
    hides: ["router-advertisement", "ipv4-mape"],
  },
  {
    name: "a DHCPv6 client that does not run",
    cause: "dhcpv6-client",
    uplinks: both,
    act: observed({ dhcpClient: "failed" }),
    hides: ["dhcpv6-lease", "delegated-prefix"],
  },
  {
    name: "a router advertisement that stopped",
    cause: "router-advertisement",
    uplinks: both,
    act: network({ routerAdvertisement: false }),
  },
  {
    name: "another delegated prefix",
    cause: "delegated-prefix",
    uplinks: mape,
    act: observed({ delegatedPrefix: "2404:7a82:4d09:9900::/56" }),
    hides: ["ipv4-mape", "ce-address"],
  },
  {
    name: "a gateway that is silent",
    cause: "gateway-silent",
    uplinks: both,
    act: network({ gatewayAnswers: false }),
    hides: [...beyond, "dhcpv6-lease", "router-advertisement"],
  },
  {
    name: "a gateway that is the WXR by mistake",
    cause: "gateway-wrong",
    uplinks: mape,
    stack: { ipv6NextHop: wxrOnNgn },
    act: configured(
      ...["::/0", `${relay}/128`].flatMap((prefix) => [
        `delete protocols static route6 ${prefix}`,
        `set protocols static route6 ${prefix} next-hop ${wxrOnNgn} interface eth1`,
      ]),
    ),
    hides: [...beyond, "gateway-silent"],
  },
  {
    name: "an IPv6 default route that somebody deleted in the configuration",
    cause: "config-ipv6-default-route",
    uplinks: both,
    act: configured("delete protocols static route6 ::/0"),
    hides: ["ipv6-default-route"],
  },
];

export const simulatedRelay: readonly SimulatedBreak[] = [
  {
    name: "a relay that is silent",
    cause: "relay-silent",
    uplinks: mape,
    act: network({ relayAnswers: false }),
    hides: ["path-mtu", "ipv4-mape"],
  },
  {
    name: "a path that carries less than 1500 octets",
    cause: "path-mtu",
    uplinks: mape,
    act: observed({ pathOctets: 1492 }),
    hides: ["ipv4-mape"],
  },
  {
    name: "a CE address that is configured and not on the interface",
    cause: "ce-address",
    uplinks: mape,
    act: typed(`ip addr del ${ce}/128 dev eth1`),
    hides: ["ipv4-mape"],
  },
  {
    name: "a CE address that is not configured",
    cause: "config-ce-address",
    uplinks: mape,
    act: configured(`delete interfaces ethernet eth1 address ${ce}/128`),
    hides: ["ipv4-mape", "ce-address"],
  },
  {
    name: "a relay route that is not configured",
    cause: "config-relay-route",
    uplinks: mape,
    act: configured(`delete protocols static route6 ${relay}/128`),
    hides: ["relay-route"],
  },
  {
    name: "a relay route that the kernel lost",
    cause: "relay-route",
    uplinks: mape,
    act: typed(`ip -6 route del ${relay}/128`),
  },
];
