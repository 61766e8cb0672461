/** What a change says to a person: a sentence a step while it runs, and one error for whatever it ended with. Pure. */

import {
  ChangedMeanwhile,
  CommitLocked,
  CommitRejected,
  CutOff,
  Interrupted,
  LanSilent,
  NoRoom,
  NotArmed,
  NotSaved,
  OutcomeUnknown,
  ProbeFailed,
  ScriptFailed,
  UndoneByRouter,
} from "../../errors.ts";
import type { Outcome, State, Status } from "./next.ts";

/** Undefined: nothing that a person waits for. */
export function told({ words: [word, detail = "", status] }: Status): string | undefined {
  switch (word) {
    case "loaded":
      return detail === "" ? "the whole configuration is loaded" : "the router takes it line by line";
    case "committing":
      return detail === "change"
        ? "the router commits; it goes on by itself whatever becomes of this connection"
        : "the router commits once more, to put it back";
    case "committed":
      return status === "0" ? "the commit has ended" : "the commit has ended with errors";
    case "waiting":
      return `the router waits for the verdict, ${detail} s at most`;
    case "keeping":
      return "good: the router saves";
    case "back":
      return `the router puts the old configuration back (${reasons[detail] ?? detail})`;
    case "mending":
      return "a commit was cut off: the router brings it to its end, then undoes it";
    case "empty":
      return "a commit has left the router's configuration empty: its copy is put back";
    case "boot":
      return "somebody has saved in between: what is saved is put right";
    case "reboot":
      return "the router reboots into what is saved, for it could not put the old configuration back otherwise";
    default:
      return undefined;
  }
}

const reasons: Readonly<Record<string, string>> = {
  asked: "as it was told",
  silence: "nobody said in time that the new one is good",
  partial: "the commit was rejected in part",
  torn: "the commit was cut off",
  killed: "the change was killed",
  forgotten: "FRR was restarted meanwhile and had lost every static route",
};

const notSaved: Readonly<Record<string, string>> = {
  neighbour: "somebody else has committed meanwhile, and saving would keep their work too",
  room: "the router could not write it (df /config), and the config.boot of before stands there again",
  journal: "the router could not write /config/vyos-uplink/journal.json",
};

/** What the router knows more of it. */
export interface Details {
  /** What the commit printed. */
  readonly commit: string;
  /** Which file, and what its script printed. */
  readonly script: { readonly what: string; readonly output: string };
  readonly lockSeconds: number;
  readonly attempts: number;
  /** Where the router goes back by itself, until when. */
  readonly until: string;
}

/** Undefined: it is done. */
export function errorOf(outcome: Outcome, details: Details): Error | undefined {
  switch (outcome.kind) {
    case "kept":
      return undefined;
    case "not saved":
      return new NotSaved(notSaved[outcome.because] ?? outcome.because);
    case "nothing done":
      return nothingDone(outcome.because, outcome.output, details);
    case "put back":
      return putBack(outcome, details);
    case "rebooted":
      return new CutOff("The router rebooted in the middle of the change", false);
    case "unknown":
      return new OutcomeUnknown(details.until, outcome.cause);
    case "left to the router":
      return new Interrupted(`the change was left to the router. ${details.until}`);
    default:
      return outcome satisfies never;
  }
}

function nothingDone(because: string, output: string, details: Details): Error {
  if (because === "noroom") return new NoRoom();
  if (because === "locked") return new CommitLocked(details.lockSeconds, "");
  if (because === "script") return new ScriptFailed(details.script.what, details.script.output);
  if (because === "changed") return new ChangedMeanwhile(details.attempts);
  if (because === "killed")
    return new CutOff("The change was stopped on the router before its commit", false);
  return new NotArmed(output);
}

function putBack(outcome: Extract<Outcome, { readonly kind: "put back" }>, details: Details): Error {
  const { because, why, evidence, beside, cause } = outcome;
  if (why === "probe" && evidence !== undefined) {
    const undone = "so the old configuration was put back and carries on";
    return new ProbeFailed(evidence.lines, evidence.likely, undone);
  }
  if (why === "lan" && evidence !== undefined) return new LanSilent(evidence.lines);
  if (why === "interrupt") return new Interrupted("the old configuration is back");
  if (why === "no new connection") {
    return new UndoneByRouter("after the commit nobody could log in any more", cause);
  }
  if (why === "otherwise") return new CutOff("The commit came to something else than was wanted", beside);
  if (because === "partial") return new CommitRejected(details.commit);
  if (because === "torn") return new CutOff("The commit was killed on its way", beside);
  if (because === "killed") return new CutOff("The change was killed on the router", beside);
  if (because === "asked") return new UndoneByRouter("somebody asked for it there", cause);
  return new UndoneByRouter(reasons[because] ?? because, cause);
}

/** Until when the router goes back by itself, as far as is known. */
export function untilOf({ waits }: State, waitSeconds: number): string {
  return waits === undefined
    ? `The router puts the old configuration back by itself ${waitSeconds} s after the commit has ended`
    : `The router puts the old configuration back by itself within ${waits.seconds} s`;
}
