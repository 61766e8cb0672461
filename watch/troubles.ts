/** Which troubles have lasted long enough to be told, and which that were told are over. Pure. */

import type { Observation, Trouble } from "./policy.ts";

export interface Alert {
  /** raised: it lasts. resolved: it is over. held: a switch was due and is not made. */
  readonly event: "raised" | "resolved" | "held";
  readonly code: string;
  readonly text: string;
}

/** By code: since when, what it said last, and whether an alert was raised. */
export type Raised = ReadonlyMap<
  string,
  { readonly since: number; readonly text: string; readonly told: boolean }
>;

/** The trouble of a router that cannot be asked, by the doctor's own code. */
const unreachable = "router";

export function raiseAndResolve(
  before: Raised,
  seen: Observation,
  now: number,
  lastingMs: number,
): { readonly raised: Raised; readonly alerts: readonly Alert[] } {
  const present = troublesOf(seen);
  const alerts: Alert[] = [];
  const raised = new Map<string, { since: number; text: string; told: boolean }>();
  for (const { code, text } of present) {
    const { since, told } = before.get(code) ?? { since: now, told: false };
    const due = now - since >= lastingMs && now > since;
    if (due && !told) alerts.push({ event: "raised", code, text });
    raised.set(code, { since, text, told: told || due });
  }
  for (const [code, known] of before) {
    if (raised.has(code) || !known.told) continue;
    // Nobody could look: what was told is neither better nor worse.
    if (seen.kind === "unreachable") raised.set(code, known);
    else alerts.push({ event: "resolved", code, text: `over: ${known.text}` });
  }
  return { raised, alerts };
}

function troublesOf(seen: Observation): readonly Trouble[] {
  return seen.kind === "unreachable" ? [{ code: unreachable, text: seen.why }] : seen.troubles;
}
