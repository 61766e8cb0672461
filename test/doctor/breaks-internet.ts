/** Breaks of IPv4 itself. */

import { type Break, both, cutTunnel, flow, link, mape, removeLines, wxr } from "./break.ts";
import { configurationOf, declared, paperRouter } from "./paper-router.ts";

/** What a stack of mape declares otherwise with a failover. */
export const failoverLines = (() => {
  const [without = [], given = []] = ["none", "wxr"].map((failover) =>
    configurationOf(declared("mape", { failover })),
  );
  return {
    taken: without.filter((line) => !given.includes(line)),
    added: given.filter((line) => !without.includes(line)),
  };
})();

export const whyItFailsOver = [
  ...["relay-silent", "relay-wrong", "ngn-link", "dhcpv6-lease", "delegated-prefix", "gateway-silent"],
  ...["gateway-wrong", "ce-address", "config-ce-address", "path-mtu", "tunnel-parameters", "tunnel-down"],
  ...["tunnel-address", "tunnel-missing", "tunnel-blocked", "config-tunnel", "nat-missing", "config-nat"],
  ...["stray-nat", "stray-route", "stray-tunnel", "ports-exhausted", "wxr-link"],
  ...["static-routes-lost", "ce-address-taken"],
];

export const internetBreaks: readonly Break[] = [
  {
    name: "a default route that is configured otherwise",
    cause: "config-default-route",
    uplinks: mape,
    act: (paper) => {
      removeLines(paper, "static route 0.0.0.0/0");
      paper.routes4 = paper.routes4.filter(({ dst, protocol }) => dst !== "default" || protocol !== "static");
      if (paper.routes4.every(({ dst }) => dst !== "default")) paper.used = undefined;
      paper.tcp = "1.1.1.1: Network is unreachable";
    },
    hides: ["ipv4-mape", "lan-blocked", "tunnel-zone", "nat-before"],
  },
  {
    name: "NAT rules that are configured otherwise",
    cause: "config-nat",
    uplinks: mape,
    act: (paper) => {
      removeLines(paper, "nat source rule 1003");
      paper.vyosNat = paper.vyosNat.filter((line) => !line.includes("SRC-NAT-1003"));
    },
    hides: ["nat-missing", "ipv4-mape"],
  },
  {
    name: "NAT rules that are gone from the kernel",
    cause: "nat-missing",
    uplinks: mape,
    act: (paper) => {
      paper.vyosNat = [];
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "ports that are used up",
    cause: "ports-exhausted",
    uplinks: mape,
    act: (paper) => {
      paper.insertFailed = [3, 9];
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a connection table that is full",
    cause: "ports-exhausted",
    uplinks: mape,
    act: (paper) => {
      paper.conntrackUse = [262144, 262144];
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "flows that hold every port",
    cause: "ports-exhausted",
    uplinks: mape,
    act: (paper) => {
      const ports = Array.from({ length: 240 }, (_, index) => 5136 + (index >> 4) * 4096 + (index & 15));
      paper.flows = ports.map((port) => flow("192.168.100.5", port, ""));
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a failover that is in force",
    cause: "failed-over",
    uplinks: mape,
    stack: { failover: "wxr" },
    act: (paper) => {
      const { taken, added } = failoverLines;
      paper.running = [...paper.running.filter((line) => !taken.includes(line)), ...added];
      paper.saved = [...paper.saved.filter((line) => !taken.includes(line)), ...added];
      const byWxr = { gateway: "192.168.100.1", dev: "eth0" };
      for (const route of paper.routes4)
        if (route.dst === "default" && route.dev === "tun0") Object.assign(route, byWxr);
      if (paper.used?.dev === "tun0") {
        paper.used = { dst: "1.1.1.1", ...byWxr };
        paper.tcp = "connected to 1.1.1.1 port 443";
      }
    },
    hides: ["ipv4-mape"],
    hiddenBy: whyItFailsOver,
    // It would put back what the other took away.
    pairs: { not: ["config-default-route"] },
  },
  {
    name: "an internet that is gone behind the relay",
    cause: "ipv4-mape",
    uplinks: mape,
    act: (paper) => {
      paper.tcp = "8.8.8.8: timed out";
    },
  },
  {
    name: "a WXR that is silent",
    cause: "wxr-silent",
    uplinks: both,
    act: (paper) => {
      paper.wxrAnswers = false;
      if (paper.used?.gateway === "192.168.100.1") paper.tcp = "1.1.1.1: No route to host";
    },
    hides: ["ipv4-wxr"],
  },
  {
    name: "a cable of eth0 that is out",
    cause: "wxr-link",
    uplinks: both,
    act: (paper) => {
      Object.assign(link(paper, "eth0"), { flags: ["UP", "NO-CARRIER"], operstate: "DOWN" });
      paper.wxrAnswers = false;
      // FRR takes its route away; one that was typed by hand stays.
      paper.routes4 = paper.routes4.filter(({ dev, protocol }) => dev !== "eth0" || protocol === undefined);
      if (paper.used?.gateway === "192.168.100.1") paper.used = undefined;
      if (paper.used === undefined) paper.tcp = "1.1.1.1: Network is unreachable";
    },
    hides: ["wxr-silent", "ipv4-wxr"],
  },
  {
    name: "an internet that is gone behind the WXR",
    cause: "ipv4-wxr",
    uplinks: wxr,
    act: (paper) => {
      paper.tcp = "8.8.8.8: timed out";
    },
  },
  {
    name: "a router that still runs wxr",
    cause: "other-uplink",
    uplinks: mape,
    act: (paper) => {
      const { running, saved, links, tunnels, routes4, routes6, used, vyosNat, tcp } = paperRouter("wxr");
      Object.assign(paper, { running, saved, links, tunnels, routes4, routes6, used, vyosNat, tcp });
    },
    pairs: "none",
  },
];
