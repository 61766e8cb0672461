/** Breaks of the way to the NGN, and of the way to the relay. */

import {
  type Break,
  behindGateway,
  both,
  cutNgn,
  cutTunnel,
  link,
  mape,
  relayGone,
  removeLines,
} from "./break.ts";
import { ce, gateway, relay, wxrOnNgn } from "./paper-router.ts";

export const wanBreaks: readonly Break[] = [
  {
    name: "a cable of eth1 that is out",
    cause: "ngn-link",
    uplinks: both,
    act: (paper) => {
      Object.assign(link(paper, "eth1"), { flags: ["UP", "NO-CARRIER"], operstate: "DOWN" });
      paper.routes6 = [];
      cutNgn(paper);
    },
    hides: [
      ...behindGateway,
      "gateway-wrong",
      "gateway-silent",
      "ipv6-default-route",
      "relay-route",
      "delegated-prefix",
    ],
  },
  {
    name: "a DHCPv6 lease that is lost",
    cause: "dhcpv6-lease",
    uplinks: both,
    act: (paper) => {
      paper.dhcpLog.push("client6_send: send rebind to ff02::1:2%eth1", "remove_ia: remove an IA: PD-0");
      paper.dhcpLog.push("client6_send: send solicit to ff02::1:2%eth1");
    },
    hides: ["ipv4-mape", "router-advertisement"],
  },
  {
    name: "a DHCPv6 lease that is lost, and the prefix with it",
    cause: "dhcpv6-lease",
    uplinks: mape,
    act: (paper) => {
      paper.dhcpLog.push(
        "remove_ia: remove an IA: PD-0",
        "dhcp6_reset_timer: reset a timer on eth1, state=SOLICIT",
      );
      paper.beyondAnswers = false;
      relayGone(paper);
    },
    hides: ["relay-silent", "path-mtu", "ipv4-mape", "router-advertisement"],
  },
  {
    name: "a DHCPv6 client that does not run",
    cause: "dhcpv6-client",
    uplinks: both,
    act: (paper) => {
      paper.dhcpState = "failed";
    },
    hides: ["dhcpv6-lease", "delegated-prefix"],
  },
  {
    name: "another delegated prefix",
    cause: "delegated-prefix",
    uplinks: mape,
    act: (paper) => {
      paper.dhcpLog.push(
        "update_prefix: create a prefix 2404:7a82:4d09:9900::/56 pltime=12600, vltime=14400",
      );
      cutTunnel(paper);
    },
    hides: ["ipv4-mape", "dhcpv6-lease", "ce-address"],
  },
  {
    name: "a router advertisement that stopped",
    cause: "router-advertisement",
    uplinks: both,
    act: (paper) => {
      paper.routes6 = paper.routes6.filter(({ protocol }) => protocol !== "ra");
    },
  },
  {
    name: "a gateway that is the WXR by mistake",
    cause: "gateway-wrong",
    uplinks: both,
    stack: { ipv6NextHop: wxrOnNgn },
    act: (paper) => {
      const mistaken = (line: string): string => line.replace(gateway, wxrOnNgn);
      paper.running = paper.running.map(mistaken);
      paper.saved = paper.saved.map(mistaken);
      for (const route of paper.routes6) if (route.protocol === "static") route.gateway = wxrOnNgn;
      paper.beyondAnswers = false;
      relayGone(paper);
    },
    hides: ["relay-silent", "path-mtu", "ipv4-mape", "gateway-silent"],
  },
  {
    name: "a gateway that is silent",
    cause: "gateway-silent",
    uplinks: both,
    act: cutNgn,
    hides: behindGateway,
  },
  {
    name: "an IPv6 default route that somebody deleted in the configuration",
    cause: "config-ipv6-default-route",
    uplinks: both,
    act: (paper) => {
      removeLines(paper, "route6 ::/0");
      paper.routes6 = paper.routes6.filter(({ dst, protocol }) => dst !== "default" || protocol !== "static");
    },
    hides: ["ipv6-default-route"],
  },
  {
    name: "an IPv6 default route that is configured by another gateway",
    cause: "config-ipv6-default-route",
    uplinks: both,
    act: (paper) => {
      const other = (line: string): string =>
        line.includes("route6 ::/0") ? line.replace(/next-hop fe80\S+/, "next-hop fe80::99") : line;
      paper.running = paper.running.map(other);
      paper.saved = paper.saved.map(other);
      for (const route of paper.routes6) {
        if (route.dst === "default" && route.protocol === "static") route.gateway = "fe80::99";
      }
    },
    hides: ["ipv6-default-route"],
  },
  {
    name: "an IPv6 default route that the kernel lost",
    cause: "ipv6-default-route",
    uplinks: both,
    act: (paper) => {
      paper.routes6 = paper.routes6.filter(({ dst, protocol }) => dst !== "default" || protocol !== "static");
    },
  },
];

export const relayBreaks: readonly Break[] = [
  {
    name: "a relay that is silent",
    cause: "relay-silent",
    uplinks: mape,
    act: relayGone,
    hides: ["path-mtu", "ipv4-mape"],
  },
  {
    name: "a path that carries less than 1500 octets",
    cause: "path-mtu",
    uplinks: mape,
    act: (paper) => {
      paper.fullSizePasses = false;
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a CE address that is configured and not on the interface",
    cause: "ce-address",
    uplinks: mape,
    act: (paper) => {
      const eth1 = link(paper, "eth1");
      eth1.addresses = eth1.addresses.filter(({ local }) => local !== ce);
      link(paper, "tun0").txErrorsLater = 2;
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a CE address that another device on the NGN holds",
    cause: "ce-address-taken",
    uplinks: mape,
    act: (paper) => {
      const held = link(paper, "eth1").addresses.find(({ local }) => local === ce);
      if (held) Object.assign(held, { dadfailed: true, tentative: true });
      link(paper, "tun0").txErrorsLater = 2;
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
    hiddenBy: ["ce-address", "config-ce-address"],
  },
  {
    name: "a CE address that is not configured",
    cause: "config-ce-address",
    uplinks: mape,
    act: (paper) => {
      removeLines(paper, `${ce}/128`);
      const eth1 = link(paper, "eth1");
      eth1.addresses = eth1.addresses.filter(({ local }) => local !== ce);
      link(paper, "tun0").txErrorsLater = 2;
      cutTunnel(paper);
    },
    hides: ["ipv4-mape", "ce-address"],
  },
  {
    name: "a relay route that is not configured",
    cause: "config-relay-route",
    uplinks: mape,
    act: (paper) => {
      removeLines(paper, `${relay}/128`);
      paper.routes6 = paper.routes6.filter(({ dst }) => dst !== relay);
    },
    hides: ["relay-route"],
  },
  {
    name: "a relay route that the kernel lost",
    cause: "relay-route",
    uplinks: mape,
    act: (paper) => {
      paper.routes6 = paper.routes6.filter(({ dst }) => dst !== relay);
    },
  },
  {
    name: "a relay route that is configured by another gateway",
    cause: "config-relay-route",
    uplinks: mape,
    act: (paper) => {
      const other = (line: string): string =>
        line.includes(`${relay}/128`) ? line.replace(/next-hop fe80\S+/, "next-hop fe80::99") : line;
      paper.running = paper.running.map(other);
      paper.saved = paper.saved.map(other);
      for (const route of paper.routes6.filter(({ dst }) => dst === relay)) {
        route.gateway = "fe80::99";
        relayGone(paper);
      }
    },
    hides: ["relay-route", "relay-silent", "path-mtu", "ipv4-mape", "tunnel-drops", "failed-over"],
  },
];
