/**
 * What comes before a run may change a router: the lock of the run, the end of a run before it that was cut off, and a
 * word about others who are at work there. Must never let two runs change one router at a time.
 */

import { CommitLocked } from "../../errors.ts";
import type { ConfigSession } from "../wire/session.ts";
import type { Run } from "../wire/workspace.ts";
import { type DeadManOptions, fire, forget, readState } from "./dead-man.ts";
import { type LockOptions, takeRunLock } from "./run-lock.ts";

export interface AdmissionOptions {
  readonly lock: LockOptions;
  readonly deadMan: DeadManOptions;
  readonly report: (line: string) => void;
}

/** Throws RunLocked when another run holds the router. */
export async function admit(session: ConfigSession, options: AdmissionOptions): Promise<void> {
  const run: Run = (line) => session.run(line);
  await takeRunLock(run, options.lock);
  await endPrevious(run, options);
  await warnOfOthers(session, options.report);
}

/** Once more after a lost link: the timer that is pending now is this run's own. */
export async function admitAgain(session: ConfigSession, options: AdmissionOptions): Promise<void> {
  await takeRunLock((line) => session.run(line), options.lock);
}

/** What a run that was cut off had committed was never verified, so it is undone before anything else. */
async function endPrevious(run: Run, { deadMan, report }: AdmissionOptions): Promise<void> {
  const state = await readState(run);
  if (state === "none") return;
  if (state === "fired") {
    report("a run before this one was cut off, and the router has put its old configuration back by itself");
  } else {
    report("a run before this one was cut off before its change was verified; undoing that change");
    const undone = await fire(run, deadMan);
    if (!undone) throw new CommitLocked(deadMan.undoSeconds, "the undo of a run that was cut off");
  }
  await forget(run);
}

async function warnOfOthers(session: ConfigSession, report: (line: string) => void): Promise<void> {
  for (const pid of await session.othersWithChanges()) {
    const { status, output } = await session.run(`ps -o user=,args= -p ${pid}`);
    // A session that ended without cleaning up holds nothing any more.
    if (status !== 0) continue;
    report(
      `another configuration session (pid ${pid}, ${output.trim()}) holds changes that it has not committed`,
    );
  }
}
