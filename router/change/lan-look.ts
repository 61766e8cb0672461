/**
 * Whether the LAN's own machines get answers by an uplink that was just committed: seen in the router's connection tracking,
 * for only there does the LAN show without a program on it. Must never call a LAN silent that nobody has seen.
 */

import { type Flow, flowsLine, parseFlows } from "../../vyos/firewall/flows.ts";
import { type FlowsSay, flowsSay, lanFlows } from "../../vyos/firewall/lan-flows.ts";
import type { LanVerdict } from "../../vyos/firewall/lan-verdict.ts";
import type { Run } from "../wire/session.ts";
import type { ProbeSettings } from "./probe.ts";

export interface LanAsked {
  /** To which the uplink translates. */
  readonly uplinkAddress: string;
  /** What the configuration says of the LAN. */
  readonly read: Pick<LanVerdict, "verdict" | "lans">;
  /** The router on the LAN's own segment by which IPv4 went until now: machines that were sent there go on so for minutes. */
  readonly redirectedTo: string | undefined;
}

interface Look {
  readonly flows: readonly Flow[];
  /** This machine, as the router sees it. */
  readonly mine: string | undefined;
}

export async function lookAtFlows(run: Run, { uplinkAddress }: LanAsked): Promise<Look> {
  const { output } = await run(`printf '%s\\n' "$SSH_CLIENT"; ${flowsLine(uplinkAddress)}`);
  return { flows: parseFlows(output), mine: output.split(/\s/, 1)[0] };
}

/** A flow that is not answered may be too young for it, so silence is looked at as often as the probe asks. */
export async function askLan(
  run: Run,
  asked: LanAsked & { readonly earlier: readonly Flow[] },
  { attempts, intervalSeconds }: Pick<ProbeSettings, "attempts" | "intervalSeconds">,
  sleep: (milliseconds: number) => Promise<void>,
): Promise<FlowsSay> {
  const { uplinkAddress, read, earlier, redirectedTo } = asked;
  for (let left = attempts; ; left -= 1) {
    const { flows, mine } = await lookAtFlows(run, asked);
    const seen = lanFlows(flows, { uplinkAddress, lans: read.lans, mine, earlier });
    if (seen.seen === 0 || seen.unanswered < seen.seen || left <= 1)
      return flowsSay(seen, read.verdict, redirectedTo);
    await sleep(intervalSeconds * 1000);
  }
}
