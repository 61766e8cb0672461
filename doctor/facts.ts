/**
 * What was read from a router, and the types it is read into. A fact that is undefined could not be read: a check must
 * then be skipped, never passed. Types only.
 */

import type { KernelAddress, KernelLink, KernelRoute, Neighbour } from "../vyos/kernel/network.ts";
import type { KernelRule } from "../vyos/kernel/ruleset.ts";
import type { KernelTunnel } from "../vyos/kernel/tunnels.ts";
import type { ConfigTree } from "../vyos/tree.ts";

/** One question to the router; questions.ts holds the command of each. */
export const readingNames = [
  "version",
  "clock",
  "groups",
  "sudo",
  "running",
  "saved",
  "timers",
  "files",
  "dhcpClient",
  "dhcpLog",
  "conntrackBefore",
  "linksBefore",
  "gatewayPing",
  "relayPing",
  "fullSizePing",
  "wxrPing",
  "tcpProbe",
  "linksAfter",
  "conntrackAfter",
  "conntrackUse",
  "portUse",
  "addresses",
  "tunnels",
  "routes4",
  "routes6",
  "routeToInternet",
  "neighbours",
  "rules",
] as const;
export type ReadingName = (typeof readingNames)[number];

export interface RawAnswer {
  readonly output: string;
  readonly status: number;
}

/** The answers as they came. Undefined: not asked, since it means nothing for this uplink. */
export type Reading = Readonly<Partial<Record<ReadingName, RawAnswer | "no answer">>>;

export interface Conntrack {
  /** Entries refused because the wanted port was taken, since boot. */
  readonly insertFailed: number;
  readonly dropped: number;
}

/** Ports of the shared address that translated flows hold now, each once, lowest first. */
export interface PortUse {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
  /** Flows of others than the router itself, and how many of them never had an answer. */
  readonly lan: { readonly flows: number; readonly unanswered: number };
}

export interface DhcpClient {
  /** As systemd names it: active, inactive, failed. */
  readonly state: string;
  /** unknown: the log says nothing about it any more. */
  readonly lease: "bound" | "soliciting" | "unknown";
  /** The log lines that say so, newest last. */
  readonly evidence: readonly string[];
  /** The last prefix that was delegated, as the log has it. */
  readonly delegated: string | undefined;
}

export interface Timer {
  readonly unit: string;
  /** As systemd prints it. */
  readonly left: string;
}

export interface Ping {
  readonly answered: boolean;
  /** What the program said when it got no answer. */
  readonly evidence: string;
}

export interface Facts {
  readonly version: string | undefined;
  /** Seconds since 1970 on the router and on this machine when the answer came. */
  readonly clock: { readonly router: number; readonly here: number } | undefined;
  readonly groups: readonly string[] | undefined;
  readonly sudo: boolean | undefined;
  readonly running: ConfigTree | undefined;
  readonly saved: ConfigTree | undefined;
  readonly timers: readonly Timer[] | undefined;
  /** Text by path, of what was asked for and is there. */
  readonly files: ReadonlyMap<string, string> | undefined;
  readonly dhcp: DhcpClient | undefined;
  readonly conntrack: { readonly before: Conntrack; readonly after: Conntrack } | undefined;
  /** Entries in the table, and how many it holds. */
  readonly conntrackUse: { readonly count: number; readonly max: number } | undefined;
  readonly portUse: PortUse | undefined;
  readonly links: readonly KernelLink[] | undefined;
  /** By interface: how many packets the kernel refused to send while the doctor probed. */
  readonly txErrors: ReadonlyMap<string, number> | undefined;
  readonly addresses: readonly KernelAddress[] | undefined;
  readonly tunnels: readonly KernelTunnel[] | undefined;
  readonly routes4: readonly KernelRoute[] | undefined;
  readonly routes6: readonly KernelRoute[] | undefined;
  /** Where the kernel sends a packet for the IPv4 internet; null: nowhere. */
  readonly routeToInternet: KernelRoute | null | undefined;
  readonly neighbours: readonly Neighbour[] | undefined;
  readonly rules: readonly KernelRule[] | undefined;
  readonly gatewayPing: Ping | undefined;
  readonly relayPing: Ping | undefined;
  /** Whether any other IPv6 host answered; undefined when it was not asked, for the relay had answered. */
  readonly beyondGateway: boolean | undefined;
  /** 1500 octets to the relay, not to be fragmented. */
  readonly fullSizePing: Ping | undefined;
  readonly wxrPing: Ping | undefined;
  readonly tcpProbe: Ping | undefined;
  /** Readings that were asked for and gave nothing that could be understood. */
  readonly unreadable: readonly ReadingName[];
}
