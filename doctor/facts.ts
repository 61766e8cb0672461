/**
 * Everything the doctor reads of a router, one row a fact: the command, which only looks and is bounded in time on the router
 * itself, and how its answer is understood. One that fails or hangs is an answer too. Pure. Must never change anything there.
 */

import { connectLine } from "../router/wire/tcp-connection.ts";
import { quoteWord } from "../vyos/commands.ts";
import { flowsLine } from "../vyos/firewall/flows.ts";
import { parseAddresses, parseLinks, parseNeighbours, parseRoutes } from "../vyos/kernel/network.ts";
import { parseRuleset } from "../vyos/kernel/ruleset.ts";
import { kernelLines } from "../vyos/kernel/strays.ts";
import { parseTunnels } from "../vyos/kernel/tunnels.ts";
import { parseTreeText } from "../vyos/text.ts";
import type { Declared } from "./declared.ts";
import { parseConntrack, parseConntrackUse, parsePortUse } from "./parse-conntrack.ts";
import * as parse from "./parse-services.ts";

/** What there is to ask about; a question without its subject is not asked. */
export interface Questions {
  /** Interface to the NGN, and the gateway there. */
  readonly ngn?: { readonly interface: string; readonly gateway: string } | undefined;
  readonly relay?: string | undefined;
  readonly wxrNextHop?: string | undefined;
  /** The address whose ports are counted. */
  readonly sharedIpv4?: string | undefined;
  /** Paths of what is declared beside the configuration. */
  readonly files?: readonly string[] | undefined;
}

/** What the declared uplink gives to ask about. */
export function questionsOf({ ngn, tunnel, wxrNextHop, resources }: Declared): Questions {
  const files = [...new Set(resources.flatMap((one) => one.files.map(({ path }) => path)))];
  return { ngn, relay: tunnel?.remote, wxrNextHop, sharedIpv4: tunnel?.addresses[0]?.split("/")[0], files };
}

export interface RawAnswer {
  readonly output: string;
  readonly status: number;
}

interface Row<Value> {
  /** Undefined: there is nothing to ask about. */
  readonly line: (questions: Questions) => string | undefined;
  /** Throws when the answer is not understood. */
  readonly parse: (answer: RawAnswer) => Value;
}

/** Bounds each command on the router. What is still running then is killed there, and counts as not readable. */
const commandSeconds = 5;
/** One more than the longest line may take: three bounded commands. */
export const lineTimeoutSeconds = 3 * commandSeconds + 1;
/** Bounds the wait for an echo or a TCP handshake: a first SYN that is lost is sent again after 1 s (RFC 6298). */
const echoSeconds = 1;
const connectSeconds = 2;
/** Hosts that answer on TCP port 443 from everywhere; the second is asked when the first does not. */
const internetHosts = ["1.1.1.1", "8.8.8.8"] as const;
/** An IPv6 host that is not the relay: tells a silent relay from a dead line. */
const ipv6Host = "2001:4860:4860::8888";
/** Octets: 1500 less the headers of IPv6 (40) and ICMPv6 echo (8). */
const fullSizePayload = 1452;

const table = "/proc/sys/net/netfilter/nf_conntrack";

/** In the order of asking: probes stand between the two readings of each counter, and before the neighbour table. */
const rows = {
  version: asked("cat /usr/share/vyos/version.json", parse.parseVersion),
  clock: asked("date +%s", parse.parseSeconds),
  groups: asked("id -Gn", (text) => text.trim().split(/\s+/)),
  sudo: anyhow(
    () => bounded("sudo -n true"),
    ({ status }) => status === 0,
  ),
  running: asked("cli-shell-api showCfg --show-active-only", parseTreeText),
  saved: asked("cat /config/config.boot", parseTreeText),
  timers: asked("systemctl list-timers --all --no-pager", parse.parseTimers),
  /** Text by path, of what was asked for and is there. */
  files: anyhow(
    ({ files = [] }) => (files.length === 0 ? undefined : files.map(fileLine).join("; ")),
    ({ output }) => parse.parseFiles(output),
  ),
  /** As systemd names it: active, inactive, failed. `is-active` fails when it is not: its word counts. */
  dhcpClient: anyhow(
    ({ ngn }) => ngn && bounded(`systemctl is-active ${dhcpUnit(ngn.interface)}`),
    ({ output }) => output.trim().split("\n")[0] ?? "",
  ),
  dhcpLog: well(
    ({ ngn }) => ngn && bounded(`sudo -n journalctl -u ${dhcpUnit(ngn.interface)} -n 200 --no-pager -o cat`),
    parse.parseDhcp,
  ),
  conntrackBefore: asked("sudo -n conntrack -S", parseConntrack),
  linksBefore: asked("ip -j -s link show", parseLinks),
  gatewayPing: anyhow(
    ({ ngn }) => ngn && ping("-6", `-I ${quoteWord(ngn.interface)} ${quoteWord(ngn.gateway)}`),
    parse.parsePing,
  ),
  relayPing: anyhow(
    ({ relay }) =>
      relay &&
      `${ping("-6", quoteWord(relay))} || { printf '%s\\n' ${quoteWord(parse.beyondMark)}; ${ping("-6", ipv6Host)}; }`,
    parse.parseRelayPing,
  ),
  /** 1500 octets to the relay, not to be fragmented. */
  fullSizePing: anyhow(
    ({ relay }) => relay && ping("-6", `-M do -s ${fullSizePayload} ${quoteWord(relay)}`),
    parse.parsePing,
  ),
  wxrPing: anyhow(({ wxrNextHop }) => wxrNextHop && ping("-4", quoteWord(wxrNextHop)), parse.parsePing),
  tcpProbe: anyhow(() => internetHosts.map(tcpLine).join(" || "), parse.parseTcpProbe),
  links: asked("ip -j -s link show", parseLinks),
  conntrackAfter: asked("sudo -n conntrack -S", parseConntrack),
  conntrackUse: asked(`cat ${table}_count ${table}_max`, parseConntrackUse),
  portUse: well(({ sharedIpv4 }) => sharedIpv4 && flowsLine(sharedIpv4, bounded), parsePortUse),
  addresses: asked("ip -j addr show", parseAddresses),
  tunnels: asked(kernelLines.tunnels, parseTunnels),
  routes4: asked(kernelLines.routes4, parseRoutes),
  routes6: asked(kernelLines.routes6, parseRoutes),
  /** Where the kernel sends a packet for the IPv4 internet; null: nowhere. */
  routeToInternet: anyhow(() => bounded(`ip -j -4 route get ${internetHosts[0]}`), parse.parseRouteGet),
  neighbours: asked("ip neigh show", parseNeighbours),
  rules: asked(kernelLines.rules, parseRuleset),
};

export type ReadingName = keyof typeof rows;

/** The answers as they came. Undefined: not asked, since it means nothing for this uplink. */
export type Reading = Readonly<Partial<Record<ReadingName, RawAnswer | "no answer">>>;

type Read = { readonly [name in ReadingName]: ReturnType<(typeof rows)[name]["parse"]> | undefined };
/** A fact that is undefined could not be read: a check must then be skipped, never passed. */
export type Facts = Read & {
  /** Seconds since 1970 on this machine when the answers came. */
  readonly here: number;
  /** Readings that were asked for and gave nothing that could be understood. */
  readonly unreadable: readonly ReadingName[];
};

const names = Object.keys(rows).filter((name): name is ReadingName => name in rows);

export function readingLines(questions: Questions): [ReadingName, string][] {
  return names.flatMap((name): [ReadingName, string][] => {
    const line = rows[name].line(questions);
    return line === undefined ? [] : [[name, line]];
  });
}

/** Never throws, for the doctor is asked when things are broken: what is not understood is reported by name. */
export function parseFacts(reading: Reading, here: number): Facts {
  const unreadable: ReadingName[] = [];
  const read = (name: ReadingName): unknown => {
    const answer = reading[name];
    if (answer === undefined) return undefined;
    try {
      if (answer !== "no answer") return rows[name].parse(answer);
    } catch {
      // Named below.
    }
    unreadable.push(name);
    return undefined;
  };
  const facts = Object.fromEntries(names.map((name) => [name, read(name)])) as Read;
  return { ...facts, here, unreadable };
}

/** One command that is always asked, and counts when it ended well. */
function asked<Value>(command: string, parsed: (text: string) => Value): Row<Value> {
  return well(() => bounded(command), parsed);
}

function well<Value>(line: Row<Value>["line"], parsed: (text: string) => Value): Row<Value> {
  return anyhow(line, ({ status, output }) => {
    if (status !== 0) throw new Error(`status ${status}`);
    return parsed(output);
  });
}

/** Whatever the exit status says. */
function anyhow<Value>(
  line: (questions: Questions) => string | undefined,
  parsed: Row<Value>["parse"],
): Row<Value> {
  return { line: (questions) => line(questions) || undefined, parse: parsed };
}

function dhcpUnit(device: string): string {
  return quoteWord(`dhcp6c@${device}.service`);
}

function fileLine(path: string): string {
  const word = quoteWord(path);
  return `printf '%s %s\\n' ${quoteWord(parse.fileMark)} ${word}; ${bounded(`sudo -n cat ${word}`)}; printf '\\n'`;
}

function ping(family: "-4" | "-6", rest: string): string {
  return bounded(`ping ${family} -n -q -c 1 -W ${echoSeconds} ${rest}`);
}

function tcpLine(host: string): string {
  return bounded(connectLine([{ from: undefined, host, port: 443 }], connectSeconds));
}

function bounded(command: string): string {
  return `timeout ${commandSeconds} ${command}`;
}
