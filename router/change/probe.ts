/**
 * Whether the new uplink carries IPv4, asked from the router over it. TCP decides: in MAP-E an ICMP identifier is a port
 * too, and VyOS NAT cannot map it. The first hop is asked only to say where the way ends.
 */

import { quoteWord } from "../../vyos/commands.ts";
import type { RouteProbe } from "../../vyos/resources/route-probe.ts";
import type { Run } from "../wire/session.ts";
import { connectLine } from "../wire/tcp-connection.ts";

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

/** All targets are asked at once, and the first that answers is enough. */
async function attempt(run: Run, probe: Probe, settings: ProbeSettings, count: number): Promise<Evidence> {
  const { targets, timeoutSeconds: seconds } = settings;
  const hop = hopOf(probe, seconds);
  const [first, ...others] = targets;
  const connecting = first && run(connectLine(sourceOf(probe, count), first, seconds, others));
  const pinging = run(hop.line);
  const connected = await connecting;
  // A good answer is not waited with for the hop, whose silence would say nothing then.
  if (connected?.status === 0) {
    pinging.catch(() => undefined);
    return { answered: true, lines: [`TCP over the new uplink: ${connected.output.trim()}`], likely: "" };
  }
  const hopAnswers = (await pinging).status === 0;
  const lines = [
    hopAnswers ? hop.good : hop.bad,
    ...targets.map((target) => told(target, connected?.output ?? "")),
  ];
  const answered = first === undefined && hopAnswers;
  return { answered, lines, likely: likelyCause(probe, hopAnswers, lines) };
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

function sourceOf(probe: Probe, count: number): string {
  if (probe.kind !== "tunnel") return "- 0";
  const [from, to] = probe.sourcePorts;
  return `${quoteWord(probe.sourceAddress)} ${from + (count % (to - from + 1))}`;
}

function told({ host, port }: ProbeTarget, output: string): string {
  const line = output.split("\n").find((one) => one.startsWith(`${host}: `));
  return `TCP to ${host} port ${port}: ${line?.slice(host.length + 2) || "no answer"}`;
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
  if (lines.some((line) => line.includes("Cannot assign requested address"))) {
    return `the tunnel does not hold ${probe.sourceAddress}`;
  }
  return `the border relay is there and does not carry this line: another line's address or ports, or the CE address is on no interface`;
}
