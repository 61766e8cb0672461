/** What a break of the router on paper is, and the consequences that several of them share. */

import type { PaperLink, PaperRouter } from "./paper-router.ts";

export interface Break {
  readonly name: string;
  readonly cause: string;
  readonly uplinks: readonly ("mape" | "wxr")[];
  readonly act: (paper: PaperRouter) => void;
  readonly hides?: readonly string[];
  /** No other break could be told from it, or stand beside it. */
  readonly pairs?: "none";
  /** The stack says something else than usual. */
  readonly stack?: Readonly<Record<string, string>>;
}

export const both = ["mape", "wxr"] as const;
export const mape = ["mape"] as const;
export const wxr = ["wxr"] as const;

export const behindGateway = [
  "relay-silent",
  "path-mtu",
  "ipv4-mape",
  "dhcpv6-lease",
  "router-advertisement",
];

export function link(paper: PaperRouter, name: string): PaperLink {
  const found = paper.links.find(({ ifname }) => ifname === name);
  // A tunnel that another break took away: whatever is done to it now has no effect.
  return (
    found ?? { ifname: name, flags: [], operstate: "", mtu: 0, txErrors: 0, txErrorsLater: 0, addresses: [] }
  );
}

/** Nothing comes through the tunnel any more. */
export function cutTunnel(paper: PaperRouter): void {
  if (link(paper, "tun0").flags.length > 0) paper.tcp = "8.8.8.8: timed out";
}

export function relayGone(paper: PaperRouter): void {
  paper.relayAnswers = false;
  cutTunnel(paper);
}

export function cutNgn(paper: PaperRouter): void {
  paper.gatewayAnswers = false;
  paper.beyondAnswers = false;
  relayGone(paper);
  paper.neighbours = paper.neighbours.map((line) =>
    line.startsWith("fe80") ? `${line.split(" lladdr")[0]} FAILED` : line,
  );
}

export function removeLines(paper: PaperRouter, part: string): void {
  paper.running = paper.running.filter((line) => !line.includes(part));
  paper.saved = paper.saved.filter((line) => !line.includes(part));
}

/** Changes one parameter of tun0 in the kernel and leaves the others. */
export function changeTunnel(paper: PaperRouter, name: string, value: string): void {
  paper.tunnels = paper.tunnels.map((line) =>
    line.startsWith("tun0:") ? line.replace(new RegExp(`\\b${name} \\S+`), `${name} ${value}`) : line,
  );
}

export function takeTunnelAway(paper: PaperRouter): void {
  paper.tunnels = paper.tunnels.filter((line) => !line.startsWith("tun0:"));
  paper.links = paper.links.filter(({ ifname }) => ifname !== "tun0");
  paper.routes4 = paper.routes4.filter(({ dev }) => dev !== "tun0");
  if (paper.used?.dev === "tun0") paper.used = undefined;
  paper.tcp = "1.1.1.1: Network is unreachable";
}
