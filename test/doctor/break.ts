/** What a break is, of the router on paper or of the simulated one; and the consequences that several of the former share. */

import type { PaperLink, PaperRouter } from "./paper-router.ts";

export interface BreakOf<Router> {
  readonly name: string;
  readonly cause: string;
  readonly uplinks: readonly ("mape" | "wxr")[];
  readonly act: (router: Router) => void | Promise<void>;
  readonly hides?: readonly string[];
  /** The causes beside which this one is their consequence. */
  readonly hiddenBy?: readonly string[];
  /** Whatever hides this hides it too. */
  readonly follows?: string;
  /** No other break could be told from it, or stand beside it; or none with one of these causes. */
  readonly pairs?: "none" | { readonly not: readonly string[] };
  /** The stack says something else than usual. */
  readonly stack?: Readonly<Record<string, string>>;
}

export type Break = BreakOf<PaperRouter>;

export interface CaseOf<Router> {
  readonly name: string;
  readonly uplink: "mape" | "wxr";
  readonly broken: readonly BreakOf<Router>[];
  /** Causes, sorted. */
  readonly expected: readonly string[];
}

/** Each break alone, and every two that can stand beside each other. */
export function casesOf<Router>(breaks: readonly BreakOf<Router>[]) {
  const each = (["mape", "wxr"] as const).map((uplink) => ({
    uplink,
    all: breaks.filter(({ uplinks }) => uplinks.includes(uplink)),
  }));
  const singles = each.flatMap(({ uplink, all }) => all.map((one) => caseOf(uplink, [one])));
  const pairs = each.flatMap(({ uplink, all }) =>
    all.flatMap((one, index) =>
      all
        .slice(index + 1)
        .filter((other) => !excludes(one, other) && !excludes(other, one))
        .map((other) => caseOf(uplink, [one, other])),
    ),
  );
  return { singles, pairs };
}

function excludes({ pairs }: BreakOf<never>, { cause }: BreakOf<never>): boolean {
  return pairs === "none" || (pairs?.not.includes(cause) ?? false);
}

function caseOf<Router>(uplink: "mape" | "wxr", broken: readonly BreakOf<Router>[]): CaseOf<Router> {
  const hidden = (one: BreakOf<Router>): boolean =>
    broken.some(
      (other) =>
        other !== one &&
        (other.cause === one.follows ||
          other.hides?.some((code) => code === one.cause || code === one.follows) ||
          one.hiddenBy?.includes(other.cause)),
    );
  const expected = [...new Set(broken.filter((one) => !hidden(one)).map(({ cause }) => cause))].sort();
  return { name: broken.map(({ name }) => name).join(" and "), uplink, broken, expected };
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

/** One line of `conntrack -L`: from the LAN to a web server, translated to a port of the shared address. */
export function flow(source: string, port: number, answered: "" | "[UNREPLIED] "): string {
  const [there, back] = [
    `src=${source} dst=198.51.100.9 sport=${port} dport=443`,
    `src=198.51.100.9 dst=133.209.13.2 sport=443 dport=${port}`,
  ];
  return `tcp      6 100 ${answered ? "SYN_SENT" : "ESTABLISHED"} ${there} ${answered}${back} mark=0 use=1`;
}

export function removeLines(paper: PaperRouter, part: string): void {
  paper.running = paper.running.filter((line) => !line.includes(part));
  paper.saved = paper.saved.filter((line) => !line.includes(part));
}

export function addLines(paper: PaperRouter, ...lines: readonly string[]): void {
  paper.running = [...paper.running, ...lines];
  paper.saved = [...paper.saved, ...lines];
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
