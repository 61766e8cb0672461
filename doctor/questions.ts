/**
 * Everything the doctor asks a router: commands that only look, each bounded in time on the router itself. One that fails or
 * hangs is an answer too. Pure. Must never change anything there.
 */

import { connectLine } from "../router/wire/tcp-connection.ts";
import { quoteWord } from "../vyos/commands.ts";
import { kernelLines } from "../vyos/kernel/strays.ts";
import type { Declared } from "./declared.ts";
import { type ReadingName, readingNames } from "./facts.ts";

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

/** Bounds each command on the router. What is still running then is killed there, and counts as not readable. */
const commandSeconds = 5;

/** One more than the longest line may take: three bounded commands. */
export const lineTimeoutSeconds = 3 * commandSeconds + 1;

export const runningLine = bounded("cli-shell-api showCfg --show-active-only");

/** Bounds the wait for an echo or a TCP handshake: a first SYN that is lost is sent again after 1 s (RFC 6298). */
const echoSeconds = 1;
const connectSeconds = 2;

/** Hosts that answer on TCP port 443 from everywhere; the second is asked when the first does not. */
const internetHosts = ["1.1.1.1", "8.8.8.8"] as const;
/** An IPv6 host that is not the relay: tells a silent relay from a dead line. */
const ipv6Host = "2001:4860:4860::8888";
/** Between the answers of two pings in one reading: the relay's, and another host's when the relay gave none. */
export const beyondMark = "== beyond the gateway ==";
/** Before the text of each file. */
export const fileMark = "== file";

/** Octets: 1500 less the headers of IPv6 (40) and ICMPv6 echo (8). */
const fullSizePayload = 1452;

/** Flows that are listed at most, some 200 octets each: a table that is full would not pass in time. */
const mostFlows = 4000;

/** In the order of the facts: probes stand between the two readings of each counter, and before the neighbour table. */
export function readingLines(questions: Questions): [ReadingName, string][] {
  const lines: Partial<Record<ReadingName, string>> = {
    ...machineLines(questions),
    ...networkLines(questions),
    ...probeLines(questions),
  };
  return readingNames.flatMap((name): [ReadingName, string][] => {
    const line = lines[name];
    return line === undefined ? [] : [[name, line]];
  });
}

function machineLines({ files = [] }: Questions): Partial<Record<ReadingName, string>> {
  return {
    version: bounded("cat /usr/share/vyos/version.json"),
    clock: bounded("date +%s"),
    groups: bounded("id -Gn"),
    sudo: bounded("sudo -n true"),
    running: runningLine,
    saved: bounded("cat /config/config.boot"),
    timers: bounded("systemctl list-timers --all --no-pager"),
    ...(files.length > 0 && { files: files.map(fileLine).join("; ") }),
  };
}

function networkLines({ ngn, sharedIpv4 }: Questions): Partial<Record<ReadingName, string>> {
  const client = ngn && quoteWord(`dhcp6c@${ngn.interface}.service`);
  return {
    ...(client === undefined
      ? {}
      : {
          dhcpClient: bounded(`systemctl is-active ${client}`),
          dhcpLog: bounded(`sudo -n journalctl -u ${client} -n 200 --no-pager -o cat`),
        }),
    conntrackBefore: bounded("sudo -n conntrack -S"),
    conntrackAfter: bounded("sudo -n conntrack -S"),
    conntrackUse: bounded(
      "cat /proc/sys/net/netfilter/nf_conntrack_count /proc/sys/net/netfilter/nf_conntrack_max",
    ),
    ...(sharedIpv4 && {
      portUse: `${bounded(`sudo -n conntrack -L -q ${quoteWord(sharedIpv4)}`)} | head -n ${mostFlows}`,
    }),
    linksBefore: bounded("ip -j -s link show"),
    linksAfter: bounded("ip -j -s link show"),
    addresses: bounded("ip -j addr show"),
    tunnels: bounded(kernelLines.tunnels),
    routes4: bounded(kernelLines.routes4),
    routes6: bounded(kernelLines.routes6),
    routeToInternet: bounded(`ip -j -4 route get ${internetHosts[0]}`),
    neighbours: bounded("ip neigh show"),
    rules: bounded(kernelLines.rules),
  };
}

function probeLines({ ngn, relay, wxrNextHop }: Questions): Partial<Record<ReadingName, string>> {
  const [first, second] = internetHosts.map(tcpLine);
  return {
    ...(ngn && { gatewayPing: ping("-6", `-I ${quoteWord(ngn.interface)} ${quoteWord(ngn.gateway)}`) }),
    ...(relay && {
      relayPing: `${ping("-6", quoteWord(relay))} || { printf '%s\\n' ${quoteWord(beyondMark)}; ${ping("-6", ipv6Host)}; }`,
      fullSizePing: ping("-6", `-M do -s ${fullSizePayload} ${quoteWord(relay)}`),
    }),
    ...(wxrNextHop && { wxrPing: ping("-4", quoteWord(wxrNextHop)) }),
    tcpProbe: `${first} || ${second}`,
  };
}

function fileLine(path: string): string {
  const word = quoteWord(path);
  return `printf '%s %s\\n' ${quoteWord(fileMark)} ${word}; ${bounded(`sudo -n cat ${word}`)}; printf '\\n'`;
}

function ping(family: "-4" | "-6", rest: string): string {
  return bounded(`ping ${family} -n -q -c 1 -W ${echoSeconds} ${rest}`);
}

function tcpLine(host: string): string {
  return bounded(connectLine("- 0", { host, port: 443 }, connectSeconds));
}

function bounded(command: string): string {
  return `timeout ${commandSeconds} ${command}`;
}
