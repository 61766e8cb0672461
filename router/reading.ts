/**
 * Everything the doctor asks a router, in one go over one shell: commands that only look, each bounded in time on the
 * router itself. One that fails or hangs is an answer too. Must never change anything there.
 */

import { type Declared, declaredByRouter } from "../doctor/declared.ts";
import { type Reading, type ReadingName, readingNames } from "../doctor/facts.ts";
import { likelyCause } from "../doctor/likely-cause.ts";
import { beyondMark, parseFacts } from "../doctor/parse-facts.ts";
import { quoteWord } from "../vyos/commands.ts";
import { kernelLines } from "../vyos/kernel/strays.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import { connectLine } from "./change/probe.ts";
import type { ConfigSession } from "./wire/session.ts";
import { type Answer, Shell } from "./wire/shell.ts";
import type { Transport } from "./wire/transport.ts";

/** What there is to ask about; a question without its subject is not asked. */
export interface Questions {
  /** Interface to the NGN, and the gateway there. */
  readonly ngn: { readonly interface: string; readonly gateway: string } | undefined;
  readonly relay: string | undefined;
  readonly wxrNextHop: string | undefined;
  /** The address whose ports are counted. */
  readonly sharedIpv4: string | undefined;
}

/** The VyOS environment, without a configuration session: nothing here opens a candidate. */
const prelude = ["source /opt/vyatta/etc/functions/script-template"];

/** Bounds each command on the router. What is still running then is killed there, and counts as not readable. */
const commandSeconds = 5;

/** One more than the longest line may take: three bounded commands. The shell is given up then. */
const lineTimeoutSeconds = 3 * commandSeconds + 1;

const runningLine = bounded("cli-shell-api showCfg --show-active-only");

/** Bounds the wait for an echo or a TCP handshake: a first SYN that is lost is sent again after 1 s (RFC 6298). */
const echoSeconds = 1;
const connectSeconds = 2;

/** Hosts that answer on TCP port 443 from everywhere; the second is asked when the first does not. */
export const internetHosts = ["1.1.1.1", "8.8.8.8"] as const;
/** An IPv6 host that is not the relay: tells a silent relay from a dead line. */
export const ipv6Host = "2001:4860:4860::8888";

/** Octets: 1500 less the headers of IPv6 (40) and ICMPv6 echo (8). */
const fullSizePayload = 1452;

/** Flows that are listed at most, some 200 octets each: a table that is full would not pass in time. */
const mostFlows = 4000;

/** Reads the running configuration first, and asks by what it says. */
export type AskByRunning = (running: string) => Questions;

/**
 * Asks everything at once and gathers what comes: one round trip after the login, or two when the running configuration
 * must say what to ask. Rejects only when nothing came at all.
 */
export async function readRouter(
  transport: Transport,
  where: string,
  questions: Questions | AskByRunning,
): Promise<Reading> {
  const shell = new Shell(transport, where);
  try {
    await shell.open(prelude);
    const ask: Ask = (line) => shell.run(line, lineTimeoutSeconds);
    if (typeof questions !== "function") return await askAll(ask, readingLines(questions));
    const { running } = await askAll(ask, [["running", runningLine]]);
    const text = typeof running === "object" && running.status === 0 ? running.output : "";
    const others = readingLines(questions(text)).filter(([name]) => name !== "running");
    return { running, ...(await askAll(ask, others)) };
  } finally {
    await shell.close();
  }
}

/**
 * The doctor's word on an uplink that was just committed and does not answer, over the session that committed it; undefined
 * when it finds nothing, or nothing could be read.
 */
export async function explainOver(session: ConfigSession, running: ConfigTree): Promise<string | undefined> {
  const declared = declaredByRouter(running);
  const ask: Ask = (line) => session.run(line, lineTimeoutSeconds);
  const reading = await askAll(ask, readingLines(questionsOf(declared)));
  return likelyCause(parseFacts(reading, Date.now() / 1000), declared);
}

/** What the declared uplink gives to ask about. */
export function questionsOf({ ngn, tunnel, wxrNextHop }: Declared): Questions {
  return { ngn, relay: tunnel?.remote, wxrNextHop, sharedIpv4: tunnel?.addresses[0]?.split("/")[0] };
}

type Ask = (line: string) => Promise<Answer>;

async function askAll(ask: Ask, lines: readonly [ReadingName, string][]): Promise<Reading> {
  const settled = await Promise.allSettled(lines.map(([, line]) => ask(line)));
  const nothing = settled.every(({ status }) => status === "rejected");
  if (nothing && settled[0]?.status === "rejected") throw settled[0].reason;
  return Object.fromEntries(lines.map(([name], index) => [name, answerOf(settled[index])])) satisfies Reading;
}

/** `timeout` ends with 124 when it killed the command. */
function answerOf(settled: PromiseSettledResult<Answer> | undefined): Answer | "no answer" {
  if (settled?.status !== "fulfilled" || settled.value.status === 124) return "no answer";
  return settled.value;
}

/** In the order of the facts: probes stand between the two readings of each counter, and before the neighbour table. */
export function readingLines(questions: Questions): [ReadingName, string][] {
  const lines: Partial<Record<ReadingName, string>> = {
    ...machineLines(),
    ...networkLines(questions),
    ...probeLines(questions),
  };
  return readingNames.flatMap((name): [ReadingName, string][] => {
    const line = lines[name];
    return line === undefined ? [] : [[name, line]];
  });
}

function machineLines(): Partial<Record<ReadingName, string>> {
  return {
    version: bounded("cat /usr/share/vyos/version.json"),
    clock: bounded("date +%s"),
    groups: bounded("id -Gn"),
    sudo: bounded("sudo -n true"),
    running: runningLine,
    saved: bounded("cat /config/config.boot"),
    timers: bounded("systemctl list-timers --all --no-pager"),
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

function ping(family: "-4" | "-6", rest: string): string {
  return bounded(`ping ${family} -n -q -c 1 -W ${echoSeconds} ${rest}`);
}

function tcpLine(host: string): string {
  return bounded(connectLine("- 0", { host, port: 443 }, connectSeconds));
}

function bounded(command: string): string {
  return `timeout ${commandSeconds} ${command}`;
}
