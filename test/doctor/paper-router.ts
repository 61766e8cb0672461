/**
 * A healthy router on paper: the raw answers of every command the doctor sends, in the forms recorded on VyOS 1.4, as
 * structures that a test may break before they are printed. Nothing follows from anything here: a test writes the
 * consequences down itself.
 */

import { uplinkConfig } from "../../config/uplink-config.ts";
import type { Declared } from "../../doctor/declared.ts";
import { declaredByStack } from "../../doctor/declared.ts";
import type { ReadingName } from "../../doctor/facts.ts";
import { pathsOf } from "../../vyos/tree.ts";
import { firstRouterConfiguration } from "../simulator/simulator.ts";

export const ce = "2404:7a82:4d02:4100:85:d10d:200:4100";
export const relay = "2001:260:700:1::1:275";
export const gateway = "fe80::a611:bbff:fe7d:ee11";
export const wxrOnNgn = "fe80::f2f8:4aff:fe67:5800";
const wxrMac = "f0:f8:4a:67:58:00";

const homeConfig: Readonly<Record<string, string>> = {
  wxrNextHop: "192.168.100.1",
  ipv6Interface: "eth1",
  ipv6NextHop: gateway,
  delegatedPrefix: "2404:7a82:4d02:4100::/56",
  service: "biglobe",
};

export function declared(uplink: "mape" | "wxr", changed: Readonly<Record<string, string>> = {}): Declared {
  const config: Readonly<Record<string, string>> = { ...homeConfig, uplink, ...changed };
  const key = JSON.stringify(config);
  const known = parsed.get(key) ?? declaredByStack(uplinkConfig(config));
  parsed.set(key, known);
  return known;
}

/** The same few stacks are asked for thousands of times. */
const parsed = new Map<string, Declared>();

export interface PaperLink {
  ifname: string;
  flags: string[];
  operstate: string;
  mtu: number;
  txErrors: number;
  /** Added while the doctor probes. */
  txErrorsLater: number;
  addresses: { local: string; prefixlen: number; dynamic?: true; dadfailed?: true; tentative?: true }[];
}

interface PaperRoute {
  dst: string;
  gateway?: string;
  dev?: string;
  protocol?: string;
  metric?: number;
}

export interface PaperRouter {
  version: string;
  clock: number;
  groups: string;
  sudo: boolean;
  running: string[];
  saved: string[];
  timers: string[];
  dhcpState: string;
  dhcpLog: string[];
  insertFailed: [number, number];
  /** `conntrack -L`, a flow a line. */
  flows: string[];
  conntrackUse: [number, number];
  links: PaperLink[];
  tunnels: string[];
  routes4: PaperRoute[];
  routes6: PaperRoute[];
  /** The kernel's choice for the IPv4 internet. */
  used: PaperRoute | undefined;
  neighbours: string[];
  vyosNat: string[];
  iptablesNat: string[];
  gatewayAnswers: boolean;
  relayAnswers: boolean;
  beyondAnswers: boolean;
  fullSizePasses: boolean;
  wxrAnswers: boolean;
  tcp: string;
  /** Readings that hang and are killed. */
  hanging: ReadingName[];
}

const answeredFlows = [5136, 5137, 9232].map(
  (port) =>
    `tcp      6 431998 ESTABLISHED src=192.168.100.10 dst=1.1.1.1 sport=4${port} dport=443 src=1.1.1.1 dst=133.209.13.2 sport=443 dport=${port} [ASSURED] mark=0 use=1`,
);

export const now = 1_795_478_269;

export function paperRouter(uplink: "mape" | "wxr"): PaperRouter {
  const running = configurationOf(declared(uplink));
  const mape = uplink === "mape";
  return {
    version: "1.4-lab-sagitta-2024-10-17",
    clock: now,
    groups: "vyattacfg adm disk sudo dip users frrvty frr",
    sudo: true,
    running,
    saved: [...running],
    timers: [
      "Tue 2026-11-24 00:00:00 UTC 46min left Mon 2026-11-23 00:00:00 UTC 23h ago logrotate.timer logrotate.service",
    ],
    dhcpState: "active",
    dhcpLog: [
      "client6_send: send solicit to ff02::1:2%eth1",
      "client6_recv: receive reply from fe80::a611:bbff:fe7d:ee11%eth1 on eth1",
      "update_prefix: create a prefix 2404:7a82:4d02:4100::/56 pltime=12600, vltime=14400",
      "client6_recvreply: got an expected reply, sleeping.",
    ],
    insertFailed: [3, 3],
    flows: mape ? answeredFlows : [],
    conntrackUse: [412, 262144],
    links: links(mape),
    tunnels: mape ? [tunnelLine("tun0", {})] : [],
    ...routes(mape),
    neighbours: [
      `192.168.100.1 dev eth0 lladdr ${wxrMac} REACHABLE`,
      `${gateway} dev eth1 lladdr a4:11:bb:7d:ee:11 router REACHABLE`,
      `${wxrOnNgn} dev eth1 lladdr ${wxrMac} STALE`,
    ],
    vyosNat: natLines(declared(uplink)),
    iptablesNat: [],
    gatewayAnswers: true,
    relayAnswers: true,
    beyondAnswers: true,
    fullSizePasses: true,
    wxrAnswers: true,
    tcp: "connected to 1.1.1.1 port 443",
    hanging: [],
  };
}

export function configurationOf({ resources }: Declared): string[] {
  const own = resources.flatMap(({ nodes }) =>
    nodes.flatMap(({ path, tree }) =>
      tree.size === 0 ? [path] : pathsOf(tree).map((rest) => [...path, ...rest]),
    ),
  );
  const others = firstRouterConfiguration.filter((line) => !line.includes("static route 0.0.0.0/0"));
  return [...others, ...own.map((words) => `set ${words.slice(0, -1).join(" ")} '${words.at(-1)}'`)];
}

function links(mape: boolean): PaperLink[] {
  const link = (ifname: string, mtu: number, addresses: PaperLink["addresses"]): PaperLink => ({
    ifname,
    flags: ["BROADCAST", "MULTICAST", "UP", "LOWER_UP"],
    operstate: "UP",
    mtu,
    txErrors: 0,
    txErrorsLater: 0,
    addresses,
  });
  const global = { local: "2404:7a82:4d02:4100:5054:ff:fe00:11", prefixlen: 64, dynamic: true as const };
  return [
    link("eth0", 1500, [{ local: "192.168.100.2", prefixlen: 24 }]),
    link("eth1", 1500, [global, ...(mape ? [{ local: ce, prefixlen: 128 }] : [])]),
    ...(mape
      ? [
          {
            ...link("tun0", 1460, [{ local: "133.209.13.2", prefixlen: 32 }]),
            operstate: "UNKNOWN",
            txErrors: 7,
          },
        ]
      : []),
  ];
}

export function tunnelLine(
  name: string,
  { remote = relay, local = ce, encaplimit = "none", hoplimit = "64" }: Record<string, string>,
): string {
  return `${name}: ip/ipv6 remote ${remote} local ${local} dev eth1 encaplimit ${encaplimit} hoplimit ${hoplimit} tclass inherit flowlabel 0x00000 (flowinfo 0x00000000)`;
}

function routes(mape: boolean): Pick<PaperRouter, "routes4" | "routes6" | "used"> {
  const byWxr = { gateway: "192.168.100.1", dev: "eth0" };
  const byTunnel = { dev: "tun0" };
  const ngn = { gateway, dev: "eth1" };
  return {
    routes4: [
      { dst: "default", ...(mape ? byTunnel : byWxr), protocol: "static", metric: 20 },
      { dst: "192.168.100.0/24", dev: "eth0", protocol: "kernel" },
    ],
    routes6: [
      ...(mape ? [{ dst: relay, ...ngn, protocol: "static", metric: 20 }] : []),
      { dst: "2404:7a82:4d02:4100::/64", dev: "eth1", protocol: "kernel", metric: 256 },
      { dst: "default", ...ngn, protocol: "static", metric: 20 },
      { dst: "default", ...ngn, protocol: "ra", metric: 1024 },
    ],
    used: { dst: "1.1.1.1", ...(mape ? byTunnel : byWxr) },
  };
}

function natLines({ nat }: Declared): string[] {
  return nat.map(
    ({ number, target }) =>
      `oifname "tun0" meta l4proto { tcp, udp } counter packets 12 bytes 720 snat to ${target} comment "SRC-NAT-${number}" # handle ${number}`,
  );
}
