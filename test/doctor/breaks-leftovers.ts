/** What trying by hand leaves behind. */

import { type Break, both, mape, relayGone, removeLines, takeTunnelAway, wxr } from "./break.ts";
import { paperRouter, relay, tunnelLine, wxrOnNgn } from "./paper-router.ts";

export const leftoverBreaks: readonly Break[] = [
  {
    name: "static routes that a restart of FRR took",
    cause: "static-routes-lost",
    uplinks: both,
    act: (paper) => {
      paper.routes4 = paper.routes4.filter(({ protocol }) => protocol !== "static");
      paper.routes6 = paper.routes6.filter(({ protocol }) => protocol !== "static");
      if (paper.used?.dev !== "mape") paper.used = undefined;
      paper.tcp = "1.1.1.1: Network is unreachable";
    },
    hides: ["ipv6-default-route", "relay-route", "ipv4-mape", "ipv4-wxr"],
    // One route alone that is gone, or still by another gateway: a restart of FRR cannot be told from it.
    pairs: { not: ["ngn-link", "wxr-link", "config-ipv6-default-route", "config-relay-route"] },
  },
  {
    name: "a commit to mape that was cut off",
    cause: "commit-cut-off",
    uplinks: wxr,
    act: (paper) => {
      paper.vyosNat = paperRouter("mape").vyosNat;
      paper.tunnels.push(tunnelLine("tun0", {}));
    },
  },
  {
    name: "a hand-made tunnel on the declared endpoints",
    cause: "tunnel-blocked",
    uplinks: mape,
    act: (paper) => {
      takeTunnelAway(paper);
      removeLines(paper, "interfaces tunnel tun0");
      paper.tunnels.push(tunnelLine("mape", { encaplimit: "4" }));
    },
    hides: [
      ...["config-tunnel", "tunnel-missing", "tunnel-parameters", "tunnel-down"],
      ...["tunnel-address", "relay-wrong", "ipv4-mape", "other-uplink"],
    ],
  },
  {
    name: "a hand-made tunnel to another relay",
    cause: "stray-tunnel",
    uplinks: both,
    act: (paper) => void paper.tunnels.push(tunnelLine("mape", { remote: "2404:9200:225:100::64" })),
  },
  {
    name: "a hand-made tunnel with a default route into it",
    cause: "stray-tunnel",
    uplinks: wxr,
    act: (paper) => {
      paper.tunnels.push(tunnelLine("mape", {}));
      paper.routes4.unshift({ dst: "default", dev: "mape", metric: 5 });
      paper.used = { dst: "1.1.1.1", dev: "mape" };
      paper.tcp = "8.8.8.8: timed out";
    },
    hides: ["ipv4-wxr"],
  },
  {
    name: "a default route typed by hand",
    cause: "stray-route",
    uplinks: both,
    act: (paper) => {
      paper.routes4.unshift({ dst: "default", gateway: "192.168.100.7", dev: "eth0", metric: 5 });
      paper.used = { dst: "1.1.1.1", gateway: "192.168.100.7", dev: "eth0" };
      paper.tcp = "8.8.8.8: timed out";
    },
    hides: ["ipv4-mape", "ipv4-wxr"],
  },
  {
    name: "SNAT of tcp that iptables left",
    cause: "stray-nat",
    uplinks: both,
    act: (paper) =>
      void paper.iptablesNat.push(
        'oifname "mape" meta l4proto tcp counter packets 0 bytes 0 snat to 133.209.13.2:5136-5151 # handle 7',
      ),
    hides: ["ipv4-mape"],
  },
  {
    name: "a relay route typed by hand that leads to the WXR",
    cause: "stray-route",
    uplinks: mape,
    act: (paper) => {
      paper.routes6.unshift({ dst: relay, gateway: wxrOnNgn, dev: "eth1", metric: 5 });
      relayGone(paper);
    },
    hides: ["relay-silent", "path-mtu", "ipv4-mape", "tunnel-drops"],
  },
];
