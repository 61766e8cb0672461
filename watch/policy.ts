/**
 * When to leave mape, when to go back to it, and what to raise an alert about: a state machine over readings and the times
 * they were made at. Pure. It must never act on one reading alone, nor through a time in which nobody looked.
 */

import type { Uplink } from "../doctor/declared.ts";
import { type Alert, type Raised, raiseAndResolve } from "./troubles.ts";

export interface PolicySettings {
  readonly everySeconds: number;
  /** So long IPv4 must have failed before mape is left, and any trouble must have lasted before it is told. */
  readonly failMinutes: number;
  /** So long the border relay must have answered before the watch goes back. */
  readonly healthMinutes: number;
  /** Attempts to switch, either way, in any 24 hours. */
  readonly dailyLimit: number;
  readonly switching: "on" | "off";
}

/** One thing that is wrong, by the code of the doctor's check. */
export interface Trouble {
  readonly code: string;
  readonly text: string;
}

/** Whether the first hop of the uplink that is not in use answers: the WXR in mape, the border relay in wxr. */
export type OtherUplink = "answers" | "silent" | "unknown";

export type Observation =
  /** The router could not be asked. */
  | { readonly kind: "unreachable"; readonly why: string }
  /** `unclear`: another change is under way, or the router runs another uplink than is declared, or nothing was measured. */
  | {
      readonly kind: "healthy" | "unclear";
      readonly uplink: Uplink;
      readonly other: OtherUplink;
      readonly troubles: readonly Trouble[];
    }
  /** IPv4 does not get through; `cause` is one of the troubles. */
  | {
      readonly kind: "broken";
      readonly uplink: Uplink;
      readonly other: OtherUplink;
      readonly cause: Trouble;
      readonly troubles: readonly Trouble[];
    };

export type Action =
  | { readonly kind: "switch"; readonly to: Uplink; readonly why: string }
  | ({ readonly kind: "alert" } & Alert);

/** Times are milliseconds since 1970; the clock may jump, which begins every streak anew. */
export interface PolicyState {
  readonly lastReading: number | undefined;
  /** Since when mape has failed without a break. */
  readonly failingSince: number | undefined;
  /** Since when the border relay has answered without a break, while the watch stands on wxr by its own doing. */
  readonly answersSince: number | undefined;
  readonly attempts: readonly number[];
  /** The watch itself left mape, so it may go back; what a person chose stays. */
  readonly fellBack: boolean;
  /** Why a switch that was due is not made, once it was told. */
  readonly held: string | undefined;
  readonly raised: Raised;
}

const minute = 60_000;
const day = 24 * 60 * minute;

/** Two readings further apart than this say nothing about the time between them. */
const mostPauses = 3;
/** What a reading itself may take, in milliseconds: its lines are bounded to some 16 s each. */
const readingMs = 30_000;

export function startState(attempts: readonly number[], fellBack: boolean): PolicyState {
  const none = { lastReading: undefined, failingSince: undefined, answersSince: undefined, held: undefined };
  return { ...none, attempts, fellBack, raised: new Map() };
}

export function step(
  before: PolicyState,
  seen: Observation,
  now: number,
  settings: PolicySettings,
): { readonly state: PolicyState; readonly actions: readonly Action[] } {
  const state = wasWatched(before, now, settings) ? before : withoutStreaks(before);
  const { raised, alerts } = raiseAndResolve(state.raised, seen, now, settings.failMinutes * minute);
  const judged = judge({ ...state, raised, lastReading: now }, seen, now, settings);
  return { state: judged.state, actions: [...alerts.map(asAction), ...judged.actions] };
}

/** An attempt counts whether it succeeded or not: each is a commit, and perhaps an interruption. */
export function afterAttempt(
  state: PolicyState,
  to: Uplink,
  outcome: "done" | "failed",
  now: number,
): PolicyState {
  const attempts = [...state.attempts.filter((at) => at > now - day), now];
  const fellBack = outcome === "done" ? to === "wxr" : state.fellBack;
  return { ...state, attempts, fellBack, failingSince: undefined, answersSince: undefined, held: undefined };
}

export function attemptsToday({ attempts }: PolicyState, now: number): number {
  return attempts.filter((at) => at > now - day).length;
}

function wasWatched({ lastReading }: PolicyState, now: number, { everySeconds }: PolicySettings): boolean {
  if (lastReading === undefined) return false;
  const pause = now - lastReading;
  return pause >= 0 && pause <= mostPauses * everySeconds * 1000 + readingMs;
}

/** What was told already stays told; what was not begins anew. */
function withoutStreaks(state: PolicyState): PolicyState {
  const raised = new Map([...state.raised].filter(([, { told }]) => told));
  return { ...state, failingSince: undefined, answersSince: undefined, held: undefined, raised };
}

type Judged = ReturnType<typeof step>;

function judge(state: PolicyState, seen: Observation, now: number, settings: PolicySettings): Judged {
  const calm = { ...state, failingSince: undefined, answersSince: undefined };
  if (seen.kind === "unreachable") return { state: { ...calm, held: undefined }, actions: [] };
  if (seen.uplink === "mape")
    return judgeLeaving({ ...calm, ...failing(state, seen, now) }, seen, now, settings);
  return judgeReturn({ ...calm, ...answering(state, seen, now) }, now, settings);
}

function failing(state: PolicyState, seen: Observation, now: number): Partial<PolicyState> {
  const failingSince = seen.kind === "broken" ? (state.failingSince ?? now) : undefined;
  // On mape again, by whomever: the watch has nothing to go back from.
  return { failingSince, ...(seen.kind === "healthy" ? { fellBack: false } : {}) };
}

function answering(state: PolicyState, seen: Observation, now: number): Partial<PolicyState> {
  const answers = state.fellBack && seen.kind !== "unreachable" && seen.other === "answers";
  return { answersSince: answers ? (state.answersSince ?? now) : undefined };
}

function judgeLeaving(state: PolicyState, seen: Observation, now: number, settings: PolicySettings): Judged {
  const { failingSince } = state;
  if (failingSince === undefined || seen.kind !== "broken" || settings.switching === "off")
    return rest(state);
  if (now - failingSince < settings.failMinutes * minute) return rest(state);
  if (seen.other === "silent") return hold(state, "the WXR does not answer either");
  if (attemptsToday(state, now) >= settings.dailyLimit) return hold(state, limitReached(settings));
  const lasted = minutesOf(now - failingSince);
  return act(state, "wxr", `IPv4 by mape has failed for ${lasted}: ${seen.cause.text} [${seen.cause.code}]`);
}

/** One attempt must be left to come away again: a day whose limit is reached ends on the way that works. */
function judgeReturn(state: PolicyState, now: number, settings: PolicySettings): Judged {
  const { answersSince } = state;
  if (answersSince === undefined || settings.switching === "off") return rest(state);
  if (now - answersSince < settings.healthMinutes * minute) return rest(state);
  if (attemptsToday(state, now) + 2 > settings.dailyLimit) return hold(state, limitReached(settings));
  return act(state, "mape", `the border relay has answered for ${minutesOf(now - answersSince)}`);
}

function rest(state: PolicyState): Judged {
  const quiet = state.failingSince === undefined && state.answersSince === undefined;
  return { state: quiet ? { ...state, held: undefined } : state, actions: [] };
}

/** Told once, not at every reading. */
function hold(state: PolicyState, why: string): Judged {
  const alert = { event: "held", code: "switch", text: `the uplink is not switched: ${why}` } as const;
  const actions = state.held === why ? [] : [asAction(alert)];
  return { state: { ...state, held: why }, actions };
}

function act(state: PolicyState, to: Uplink, why: string): Judged {
  return { state, actions: [{ kind: "switch", to, why }] };
}

function asAction(alert: Alert): Action {
  return { kind: "alert", ...alert };
}

function limitReached({ dailyLimit }: PolicySettings): string {
  return `the limit of ${dailyLimit} switches in 24 hours is reached`;
}

function minutesOf(milliseconds: number): string {
  return `${Math.round((milliseconds / minute) * 10) / 10} min`;
}
