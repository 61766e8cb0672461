/** Breaks of the tunnel. */

import { type Break, changeTunnel, cutTunnel, link, mape, takeTunnelAway } from "./break.ts";

export const tunnelBreaks: readonly Break[] = [
  {
    name: "a tunnel that is configured otherwise",
    cause: "config-tunnel",
    uplinks: mape,
    act: (paper) => {
      const other = (line: string): string => line.replace("tun0 mtu '1460'", "tun0 mtu '1452'");
      paper.running = paper.running.map(other);
      paper.saved = paper.saved.map(other);
      link(paper, "tun0").mtu = 1452;
    },
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
    act: (paper) => {
      changeTunnel(paper, "remote", "2404:9200:225:100::64");
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with encapsulation limit 4",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: (paper) => changeTunnel(paper, "encaplimit", "4"),
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with an MTU of 1476",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: (paper) => {
      link(paper, "tun0").mtu = 1476;
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with another source address",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: (paper) => {
      changeTunnel(paper, "local", "2404:7a82:4d02:4100:0:85d1:d02:41");
      link(paper, "tun0").txErrorsLater = 2;
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel with a hop limit of 1",
    cause: "tunnel-parameters",
    uplinks: mape,
    act: (paper) => {
      changeTunnel(paper, "hoplimit", "1");
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel that is gone from the kernel",
    cause: "tunnel-missing",
    uplinks: mape,
    act: takeTunnelAway,
    hides: ["tunnel-parameters", "tunnel-down", "tunnel-address", "relay-wrong", "ipv4-mape"],
  },
  {
    name: "a tunnel that is switched off",
    cause: "tunnel-down",
    uplinks: mape,
    act: (paper) => {
      const tun0 = link(paper, "tun0");
      if (tun0.flags.length === 0) return;
      tun0.flags = ["POINTOPOINT", "NOARP"];
      paper.routes4 = paper.routes4.filter(({ dev }) => dev !== "tun0");
      if (paper.used?.dev === "tun0") paper.used = undefined;
      paper.tcp = "1.1.1.1: Network is unreachable";
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "a tunnel without its address",
    cause: "tunnel-address",
    uplinks: mape,
    act: (paper) => {
      link(paper, "tun0").addresses = [];
      cutTunnel(paper);
    },
    hides: ["ipv4-mape"],
  },
  {
    name: "packets into the tunnel that the kernel drops for no known reason",
    cause: "tunnel-drops",
    uplinks: mape,
    act: (paper) => {
      link(paper, "tun0").txErrorsLater = 2;
      cutTunnel(paper);
    },
    // Every other break of the tunnel would explain them.
    pairs: "none",
  },
];
