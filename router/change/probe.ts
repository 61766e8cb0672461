/**
 * Whether the new uplink carries IPv4, asked from the router over it. TCP decides: in MAP-E an ICMP identifier is a port
 * too, and VyOS NAT cannot map it. The first hop is asked only to say where the way ends.
 */

import { quoteWord } from "../../vyos/commands.ts";
import type { RouteProbe } from "../../vyos/resources/route-probe.ts";
import type { Run } from "../wire/session.ts";
import { connectAnswer, connectLine, type TcpQuestion } from "../wire/tcp-connection.ts";

export type Probe = RouteProbe;

export interface ProbeTarget {
  readonly host: string;
  readonly port: number;
}

export interface ProbeSettings {
  /** One that answers is enough. None: only the first hop is asked. */
  readonly targets: readonly ProbeTarget[];
  readonly attempts: number;
  /** Between two attempts: routes, neighbours and the relay need a moment after a commit. */
  readonly intervalSeconds: number;
  /** Bounds each question. */
  readonly timeoutSeconds: number;
}

export interface Evidence {
  readonly answered: boolean;
  /** What was asked and what came, one line a question, of the last attempt. */
  readonly lines: readonly string[];
  /** Where the way ends, as far as these answers tell. */
  readonly likely: string;
}

/** Bounds the question who of the first hop is there, which is asked for people once all else was silent. */
const hopSeconds = 1;

export async function probeUplink(
  run: Run,
  probe: Probe,
  { targets: common, attempts, intervalSeconds, timeoutSeconds }: ProbeSettings,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Evidence> {
  const targets = (probe.kind === "tunnel" ? probe.targets : undefined) ?? common;
  const hop = hopOf(probe, targets.length === 0 ? timeoutSeconds : hopSeconds);
  for (let count = 0; ; count += 1) {
    const questions = questionsOf(probe, targets, count);
    const line = questions.length === 0 ? hop.line : connectLine(questions, timeoutSeconds);
    const { status, output } = await run(line);
    const good = status === 0;
    if (good || count + 1 >= attempts || output.includes(noSuchAddress)) {
      const hopAnswers = good || (questions.length > 0 && (await run(hop.line)).status === 0);
      const lines = questions.map((question) => told(question, output));
      if (!good || lines.length === 0) lines.unshift(hopAnswers ? hop.good : hop.bad);
      return { answered: good, lines, likely: good ? "" : likelyCause(probe, hopAnswers, lines) };
    }
    await sleep(intervalSeconds * 1000);
  }
}

/** The commit has ended: what the tunnel does not hold now comes by no waiting. */
const noSuchAddress = "Cannot assign requested address";

/**
 * Of a tunnel twice: from a port of its own, and from whatever port the router takes, which shows that what leaves is
 * translated into the own ports. All at once, and of each the first that answers is enough.
 */
function questionsOf(probe: Probe, targets: readonly ProbeTarget[], count: number): TcpQuestion[] {
  const unbound = targets.map((target) => ({ ...target, from: undefined }));
  if (probe.kind !== "tunnel") return unbound;
  const [first, last] = probe.sourcePorts;
  const from = { address: probe.sourceAddress, port: first + (count % (last - first + 1)) };
  return [...targets.map((target) => ({ ...target, from })), ...unbound];
}

interface Hop {
  readonly line: string;
  readonly good: string;
  readonly bad: string;
}

/** The first one on the way. An interface's far end has no name here: whether a route leads there is all that can be asked. */
function hopOf(probe: Probe, seconds: number): Hop {
  if (probe.kind === "interface") {
    const device = probe.interface;
    const line = `ip -4 route show default dev ${quoteWord(device)} | grep -q default`;
    return { line, good: `a default route leads to ${device}`, bad: `no default route leads to ${device}` };
  }
  const hop = probe.kind === "tunnel" ? probe.borderRelay : probe.gateway;
  const family = hop.includes(":") ? 6 : 4;
  const line = `ping -${family} -n -q -c 1 -W ${seconds} ${quoteWord(hop)}`;
  return { line, good: `${hop} answers over IPv${family}`, bad: `${hop} does not answer over IPv${family}` };
}

function told(question: TcpQuestion, output: string): string {
  const { from, host, port } = question;
  const by = from === undefined ? "" : ` from ${from.address} port ${from.port}`;
  return `TCP to ${host} port ${port}${by}: ${connectAnswer(question, output)}`;
}

function likelyCause(probe: Probe, hopAnswers: boolean, lines: readonly string[]): string {
  if (probe.kind === "interface") {
    return hopAnswers
      ? `whoever is at the far end of ${probe.interface} has no way to the internet`
      : `${probe.interface} is down, or has no lease`;
  }
  if (probe.kind === "gateway") {
    return hopAnswers
      ? `${probe.gateway} is there, and has no way to the internet itself`
      : `${probe.gateway} is off, or not on this LAN`;
  }
  if (!hopAnswers) {
    return `there is no IPv6 way to the border relay ${probe.borderRelay}: no lease or route, or the NGN gateway is silent`;
  }
  if (lines.some((line) => line.includes(noSuchAddress))) {
    return `the tunnel does not hold ${probe.sourceAddress}`;
  }
  if (lines.some((line) => line.includes(` from ${probe.sourceAddress} `) && line.endsWith(": connected"))) {
    return "what leaves by the tunnel is not translated into the line's own ports: another NAT rule is met first, or none";
  }
  return `the border relay is there and does not carry this line: another line's address or ports, or the CE address is on no interface`;
}
