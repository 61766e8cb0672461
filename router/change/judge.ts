/**
 * The verdict on a change that stands committed and waits: is it what was wanted, does the router get answers by the new
 * uplink, and does the LAN? Must never call good what nobody has seen to work.
 */

import type { Flow } from "../../vyos/firewall/flows.ts";
import type { RouteProbe } from "../../vyos/resources/route-probe.ts";
import { parseTreeText } from "../../vyos/text.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import type { Session } from "../wire/session.ts";
import type { Answer } from "../wire/shell.ts";
import { askLan, type LanAsked } from "./lan-look.ts";
import type { Verdict } from "./next.ts";
import type { VerifiedFrom } from "./operation.ts";
import { type Evidence, type ProbeSettings, probeUplink } from "./probe.ts";

export interface JudgeOptions {
  /** The change's own on the router. */
  readonly folder: string;
  readonly probe: ProbeSettings;
  /** Whose answers are looked for after the probe's; undefined: what the LAN sends leaves by no address of the uplink. */
  readonly lan: LanAsked | undefined;
  /** Go on when the LAN gets nothing. */
  readonly allowBlockedLan: boolean;
  /** One line of progress. */
  readonly report: (line: string) => void;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** The doctor's word on an uplink that was just committed and is silent. */
  readonly explain: Explain;
  /** Whether running holds what the change wants. */
  holds(running: ConfigTree): boolean;
}

/** May ask the router by the first. */
export type Explain = (
  ask: (line: string, timeoutSeconds: number) => Promise<Answer>,
  running: ConfigTree,
) => Promise<string | undefined>;

export interface Judged {
  readonly verdict: Verdict;
  /** Who had an answer by the uplink; left out: nobody had, or was asked. */
  readonly verifiedFrom?: VerifiedFrom;
}

/** `asks`: undefined: the change moves no uplink. `earlier`: the flows of before the commit. */
export async function judge(
  session: Session,
  asks: RouteProbe | undefined,
  earlier: Promise<readonly Flow[]>,
  options: JudgeOptions,
): Promise<Judged> {
  const { folder, probe, holds, sleep } = options;
  const asked = asks && probeUplink(session.run, asks, probe, sleep);
  // What the router captured right after the commit.
  const [{ output }, evidence] = await Promise.all([session.run(`cat ${folder}/after`), asked]);
  const running = parseTreeText(output);
  if (!holds(running)) return { verdict: { good: false, why: "otherwise" } };
  if (evidence === undefined) return { verdict: { good: true } };
  if (evidence.answered) return judgeLan(session, await earlier, options);
  const explained = await explainedBy(session, evidence, running, options);
  return { verdict: { good: false, why: "probe", evidence: explained } };
}

/** The router has answers; whether the LAN has, its own flows tell. */
async function judgeLan(session: Session, earlier: readonly Flow[], options: JudgeOptions): Promise<Judged> {
  const { lan, probe, allowBlockedLan, report, sleep } = options;
  if (lan === undefined) return { verdict: { good: true }, verifiedFrom: "router" };
  const { kind, line } = await askLan(session.run, { ...lan, earlier }, probe, sleep);
  report(`the LAN: ${line}`);
  if (kind !== "silent" || allowBlockedLan) {
    return { verdict: { good: true }, verifiedFrom: kind === "answered" ? "lan" : "router" };
  }
  const evidence = { answered: false, lines: [line], likely: "" };
  return { verdict: { good: false, why: "lan", evidence }, verifiedFrom: "router" };
}

/**
 * Bounds the doctor's look at a silent uplink. With the probe's own last question and the script's pauses it adds less than
 * 5 s to the time without IPv4.
 */
const explainSeconds = 3;

/** While the router still holds what is to be explained, and IPv4 is away: so not for long. */
async function explainedBy(
  session: Session,
  evidence: Evidence,
  running: ConfigTree,
  { explain, sleep }: JudgeOptions,
): Promise<Evidence> {
  const word = explain(session.run, running).catch(() => undefined);
  const likely = await Promise.race([word, sleep(explainSeconds * 1000).then(() => "late" as const)]);
  // What it still asks would be answered before anything else is.
  if (likely === "late") void session.close();
  return likely === undefined || likely === "late" ? evidence : { ...evidence, likely };
}
