/**
 * What was read from a router, and the types it is read into. A fact that is undefined could not be read: a check must
 * then be skipped, never passed. Types only.
 */

import type { ConfigTree } from "../vyos/tree.ts";

/** One question to the router; router/reading.ts holds the command of each. */
export const readingNames = [
  "version",
  "clock",
  "groups",
  "sudo",
  "running",
  "saved",
  "timers",
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
  "nat",
] as const;
export type ReadingName = (typeof readingNames)[number];

export interface RawAnswer {
  readonly output: string;
  readonly status: number;
}

/** The answers as they came. Undefined: not asked, since it means nothing for this uplink. */
export type Reading = Readonly<Partial<Record<ReadingName, RawAnswer | "no answer">>>;

export interface Link {
  readonly name: string;
  /** Administratively up. */
  readonly up: boolean;
  /** A cable and a neighbour at its other end. */
  readonly carrier: boolean;
  /** Octets. */
  readonly mtu: number;
  readonly txErrors: number;
}

export interface InterfaceAddress {
  readonly device: string;
  readonly address: string;
  readonly length: number;
  /** Given by router advertisement or DHCP, with a lifetime. */
  readonly dynamic: boolean;
}

export interface Route {
  /** "default" or address/length. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  /** static: FRR, so the configuration; ra: a router advertisement; boot: typed by hand with `ip`. */
  readonly protocol: string;
  readonly metric: number;
}

export interface Neighbour {
  readonly address: string;
  readonly device: string;
  /** Lower case; undefined when it never answered. */
  readonly mac: string | undefined;
  readonly isRouter: boolean;
  readonly state: string;
}

export interface KernelTunnel {
  readonly name: string;
  /** As iproute2 names it: ip/ipv6 is IPv4 in IPv6. */
  readonly kind: string;
  readonly local: string;
  readonly remote: string;
  readonly device: string | undefined;
  readonly encapsulationLimit: string;
  readonly hopLimit: string;
  readonly trafficClass: string;
  readonly flowLabel: string;
}

export interface NatRule {
  /** Family and name, such as `ip vyos_nat`. */
  readonly table: string;
  readonly chain: string;
  readonly handle: string | undefined;
  /** The rule as nft prints it, without counter, comment and handle. */
  readonly text: string;
  readonly packets: number;
  readonly comment: string | undefined;
}

export interface Conntrack {
  /** Entries refused because the wanted port was taken, since boot. */
  readonly insertFailed: number;
  readonly dropped: number;
}

/** Ports of the shared address that translated flows hold now, each once, lowest first. */
export interface PortUse {
  readonly tcp: readonly number[];
  readonly udp: readonly number[];
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
  readonly dhcp: DhcpClient | undefined;
  readonly conntrack: { readonly before: Conntrack; readonly after: Conntrack } | undefined;
  /** Entries in the table, and how many it holds. */
  readonly conntrackUse: { readonly count: number; readonly max: number } | undefined;
  readonly portUse: PortUse | undefined;
  readonly links: readonly Link[] | undefined;
  /** By interface: how many packets the kernel refused to send while the doctor probed. */
  readonly txErrors: ReadonlyMap<string, number> | undefined;
  readonly addresses: readonly InterfaceAddress[] | undefined;
  readonly tunnels: readonly KernelTunnel[] | undefined;
  readonly routes4: readonly Route[] | undefined;
  readonly routes6: readonly Route[] | undefined;
  /** Where the kernel sends a packet for the IPv4 internet; null: nowhere. */
  readonly routeToInternet: Route | null | undefined;
  readonly neighbours: readonly Neighbour[] | undefined;
  readonly nat: readonly NatRule[] | undefined;
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
