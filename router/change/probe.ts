/**
 * Whether the new uplink carries IPv4, asked from the router over it. TCP decides: in MAP-E an ICMP identifier is a port
 * too, and VyOS NAT cannot map it. The first hop is asked only to say where the way ends.
 */

import { quoteWord } from "../../vyos/commands.ts";
import type { RouteProbe } from "../../vyos/resources/static-route.ts";
import { connectLine } from "../wire/tcp-connection.ts";
import type { Run } from "../wire/workspace.ts";

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

export async function probeUplink(
  run: Run,
  probe: Probe,
  common: ProbeSettings,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<Evidence> {
  const own = probe.kind === "tunnel" ? probe.targets : undefined;
  const settings = { ...common, targets: own ?? common.targets };
  let evidence = await attempt(run, probe, settings, 0);
  for (let count = 1; !evidence.answered && count < settings.attempts; count += 1) {
    await sleep(settings.intervalSeconds * 1000);
    evidence = await attempt(run, probe, settings, count);
  }
  return evidence;
}

async function attempt(run: Run, probe: Probe, settings: ProbeSettings, count: number): Promise<Evidence> {
  const seconds = settings.timeoutSeconds;
  const hop = probe.kind === "tunnel" ? probe.borderRelay : probe.gateway;
  const family = hop.includes(":") ? "-6" : "-4";
  const ping = `ping ${family} -n -q -c 1 -W ${seconds} ${quoteWord(hop)}`;
  const source = sourceOf(probe, count);
  const connect = (target: ProbeTarget): string => connectLine(source, target, seconds);
  const [first, ...others] = settings.targets;
  const [hopAnswer, firstAnswer] = await Promise.all([run(ping), first && run(connect(first))]);
  const hopAnswers = hopAnswer.status === 0;
  const lines = [`${hop} ${hopAnswers ? "answers" : "does not answer"} over IPv${family === "-6" ? 6 : 4}`];
  let answered = settings.targets.length === 0 ? hopAnswers : firstAnswer?.status === 0;
  if (first && firstAnswer) lines.push(told(first, firstAnswer.output));
  for (const target of answered ? [] : others) {
    const answer = await run(connect(target));
    lines.push(told(target, answer.output));
    answered = answer.status === 0;
    if (answered) break;
  }
  return { answered, lines, likely: likelyCause(probe, hopAnswers, lines) };
}

function sourceOf(probe: Probe, count: number): string {
  if (probe.kind === "gateway") return "- 0";
  const [from, to] = probe.sourcePorts;
  return `${quoteWord(probe.sourceAddress)} ${from + (count % (to - from + 1))}`;
}

function told({ host, port }: ProbeTarget, output: string): string {
  const last = output.trim().split("\n").at(-1) ?? "";
  const words = last.startsWith(`${host}: `) ? last.slice(host.length + 2) : last.split(" to ")[0];
  return `TCP to ${host} port ${port}: ${words || "no answer"}`;
}

function likelyCause(probe: Probe, hopAnswers: boolean, lines: readonly string[]): string {
  if (probe.kind === "gateway") {
    return hopAnswers
      ? `${probe.gateway} is there, and has no way to the internet itself`
      : `${probe.gateway} is off, or not on this LAN`;
  }
  if (!hopAnswers) {
    return `there is no IPv6 way to the border relay ${probe.borderRelay}: no lease or route, or the NGN gateway is silent`;
  }
  if (lines.some((line) => line.includes("Cannot assign requested address"))) {
    return `the tunnel does not hold ${probe.sourceAddress}`;
  }
  return `the border relay is there and does not carry this line: another line's address or ports, or the CE address is on no interface`;
}
