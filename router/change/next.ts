/**
 * What the controller does next in a change that runs on the router, given what it has seen. Pure: no socket, no clock. It
 * says "keep" only to a change that was judged good, ends only with what the router itself has said or cannot say any more,
 * and after a lost link looks before it does anything again.
 */

import type { Evidence } from "./probe.ts";

/** A line of the script's status: seconds since the router's boot, then the step and what there is to say of it. */
export interface Status {
  readonly at: number;
  readonly words: readonly string[];
}

/** What may be said of a change that stands committed and waits. */
export type Verdict =
  | { readonly good: true }
  /** No answer for the router, or none for the LAN. */
  | { readonly good: false; readonly why: "probe" | "lan"; readonly evidence: Evidence }
  /** The router runs something else than was committed. */
  | { readonly good: false; readonly why: "otherwise" };

export type Step =
  /** Lay the folder and start the unit. */
  | { readonly do: "start" }
  /** Wait for status lines behind these; `look`: take those that are there. */
  | { readonly do: "follow" | "look"; readonly behind: number }
  | { readonly do: "judge" }
  /** `keep` goes over a new connection: that one can still log in is part of the verdict. */
  | { readonly do: "say"; readonly word: "keep" | "back"; readonly behind: number }
  | { readonly do: "reconnect" }
  /** The script is gone and has not ended: the unit of the console brings it to its end. */
  | { readonly do: "revive" }
  | { readonly do: "end"; readonly outcome: Outcome };

export type Seen =
  | { readonly saw: "started" }
  | { readonly saw: "not started"; readonly because: "busy" | "not started"; readonly output: string }
  /** `unit`: whether anything of the change still runs; "nothing there": not even its folder. */
  | {
      readonly saw: "status";
      readonly lines: readonly Status[];
      readonly unit: "runs" | "gone" | "nothing there";
      /** True after a lost link: what was said last may not have been heard. */
      readonly anew: boolean;
    }
  | { readonly saw: "verdict"; readonly verdict: Verdict }
  | { readonly saw: "no new connection"; readonly cause: Error }
  | { readonly saw: "link lost"; readonly cause: Error }
  | { readonly saw: "connected" }
  /** No connection for as long as it was worth trying. */
  | { readonly saw: "no connection"; readonly cause: Error }
  /** Ctrl-C. */
  | { readonly saw: "interrupt" };

/** Why the controller said "back". */
export type Why = "interrupt" | "probe" | "lan" | "otherwise" | "no new connection";

export type Outcome =
  | { readonly kind: "kept" }
  | { readonly kind: "not saved"; readonly because: string }
  /** Nothing was changed: as the script says it, or the unit that would not start. */
  | { readonly kind: "nothing done"; readonly because: string; readonly output: string }
  /** The old configuration is back; `beside`: with what somebody else has committed meanwhile. */
  | {
      readonly kind: "put back";
      readonly because: string;
      readonly why: Why | undefined;
      readonly evidence: Evidence | undefined;
      readonly beside: boolean;
      readonly cause: Error | undefined;
    }
  /** The router has rebooted in between: it runs what is saved. */
  | { readonly kind: "rebooted" }
  | { readonly kind: "unknown"; readonly cause: Error | undefined; readonly state: State }
  | { readonly kind: "left to the router"; readonly state: State };

export interface State {
  readonly phase: "starting" | "running" | "judging" | "keeping" | "undoing";
  /** Status lines seen. */
  readonly lines: number;
  /** Since the script says that it waits: when, by the router's uptime, and for how many seconds. */
  readonly waits: { readonly at: number; readonly seconds: number } | undefined;
  readonly why: Why | undefined;
  readonly evidence: Evidence | undefined;
  /** The script's own word on why it goes back. */
  readonly goesBack: string | undefined;
  readonly interrupts: number;
  readonly losses: number;
  readonly revived: boolean;
  readonly cause: Error | undefined;
}

/** How often a link may be lost in one change before it is given up. */
const mostLosses = 6;

export const atStart: State = {
  phase: "starting",
  lines: 0,
  waits: undefined,
  why: undefined,
  evidence: undefined,
  goesBack: undefined,
  interrupts: 0,
  losses: 0,
  revived: false,
  cause: undefined,
};

export function next(state: State, seen: Seen): readonly [State, Step] {
  switch (seen.saw) {
    case "started":
      return follow({ ...state, phase: "running" });
    case "not started":
      return end(state, { kind: "nothing done", because: seen.because, output: seen.output });
    case "status":
      return afterStatus(state, seen);
    case "verdict":
      return afterVerdict(state, seen.verdict);
    case "no new connection":
      return say({ ...state, why: "no new connection", cause: seen.cause }, "back");
    case "link lost": {
      const lost = { ...state, losses: state.losses + 1, cause: seen.cause };
      return lost.losses > mostLosses
        ? end(lost, { kind: "unknown", cause: seen.cause, state: lost })
        : [lost, { do: "reconnect" }];
    }
    case "connected":
      return [state, { do: "look", behind: state.lines }];
    case "no connection":
      return end(state, { kind: "unknown", cause: seen.cause, state });
    case "interrupt":
      return afterInterrupt({ ...state, interrupts: state.interrupts + 1 });
    default:
      return seen satisfies never;
  }
}

/** Once: back, and the end is waited for. Twice: the router goes back by itself. */
function afterInterrupt(state: State): readonly [State, Step] {
  if (state.interrupts > 1) return end(state, { kind: "left to the router", state });
  // Whatever was on its way may not have arrived. A router that keeps already, or goes back already, does not mind the word.
  return say({ ...state, why: state.why ?? "interrupt" }, "back");
}

function afterStatus(
  before: State,
  { lines, unit, anew }: Extract<Seen, { readonly saw: "status" }>,
): readonly [State, Step] {
  const state = lines.reduce(withLine, before);
  const last = lines.findLast(({ words }) => words[0] === "end");
  if (last !== undefined) return end(state, outcomeOf(state, last.words.slice(1)));
  if (lines.some(({ words }) => words[0] === "reboot")) return [state, { do: "reconnect" }];
  if (unit !== "runs" && state.lines === 0) return end(state, neverBegun(state));
  if (unit === "nothing there") return end(state, { kind: "rebooted" });
  if (unit === "gone" && lines.length === 0) {
    if (state.revived) return end(state, { kind: "unknown", cause: state.cause, state });
    return [{ ...state, revived: true }, { do: "revive" }];
  }
  if (state.phase === "undoing")
    return anew && state.goesBack === undefined ? say(state, "back") : follow(state);
  if (state.phase === "keeping") return anew && lines.length === 0 ? say(state, "keep") : follow(state);
  const running: State = { ...state, phase: "running" };
  if (state.waits === undefined) return follow(running);
  return [{ ...running, phase: "judging" }, { do: "judge" }];
}

/** After a link lost on the way nobody knows how far it came, so the router is read anew; else it would not start. */
function neverBegun({ phase }: State): Outcome {
  const because = phase === "starting" ? "changed" : "not started";
  return { kind: "nothing done", because, output: "" };
}

function withLine(state: State, { at, words: [word, detail] }: Status): State {
  const seen = { ...state, lines: state.lines + 1 };
  if (word === "waiting") return { ...seen, waits: { at, seconds: Number(detail) } };
  if (word === "keeping") return { ...seen, phase: "keeping" };
  if (word === "back") return { ...seen, phase: "undoing", goesBack: detail };
  return seen;
}

function afterVerdict(state: State, verdict: Verdict): readonly [State, Step] {
  if (verdict.good) return say(state, "keep");
  const evidence = "evidence" in verdict ? verdict.evidence : undefined;
  return say({ ...state, why: verdict.why, evidence }, "back");
}

function say(state: State, word: "keep" | "back"): readonly [State, Step] {
  const phase = word === "keep" ? "keeping" : "undoing";
  return [
    { ...state, phase },
    { do: "say", word, behind: state.lines },
  ];
}

function follow(state: State): readonly [State, Step] {
  return [state, { do: "follow", behind: state.lines }];
}

function end(state: State, outcome: Outcome): readonly [State, Step] {
  return [state, { do: "end", outcome }];
}

function outcomeOf(state: State, [word = "", detail = ""]: readonly string[]): Outcome {
  const { why, evidence, cause, goesBack = "" } = state;
  if (word === "kept") return { kind: "kept" };
  if (word === "unsaved") return { kind: "not saved", because: detail };
  if (word === "back") {
    const asked = goesBack === "asked" ? why : undefined;
    return { kind: "put back", because: goesBack, why: asked, evidence, beside: detail === "beside", cause };
  }
  return { kind: "nothing done", because: word, output: "" };
}

/** `647.57 committing change` */
export function parseStatus(text: string): Status[] {
  return text.split("\n").flatMap((line): Status[] => {
    const [at = "", ...words] = line.trim().split(/\s+/);
    return /^[0-9]+(?:\.[0-9]+)?$/.test(at) && words.length > 0 ? [{ at: Number(at), words }] : [];
  });
}
