/**
 * One armed change: undo timer, commit, verdict, probe, disarm. After anything that leaves doubt it reads the router again
 * and decides by what it holds; it never repeats blindly. It ends with the new configuration verified or the old one back,
 * and must never leave a timer armed when it could reach the router to stop it.
 */

import {
  CommitRejected,
  KernelLeftovers,
  LinkLost,
  OutcomeUnknown,
  ProbeFailed,
  ScriptFailed,
  UndoFailed,
  UndoneByRouter,
} from "../../errors.ts";
import { printCommand } from "../../vyos/commands.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import type { ConfigSession } from "../wire/session.ts";
import type { Answer } from "../wire/shell.ts";
import { Beside, leftoversInTheWay } from "./beside.ts";
import { commitWhenFree, leavesDoubt } from "./commit.ts";
import { arm, awaitUndo, type DeadManOptions, disarm, fire, readState } from "./dead-man.ts";
import { isDone, isUntouched, type Operation, probeOf, undoCommands } from "./operation.ts";
import { type Evidence, type ProbeSettings, probeUplink } from "./probe.ts";
import type { FoundFiles } from "./scripts.ts";

export interface ChangeOptions {
  readonly deadMan: DeadManOptions;
  readonly probe: ProbeSettings;
  /** Bounds the wait for another's commit to end. */
  readonly lockWaitSeconds: number;
  /** Take what stands in the way out of the kernel, instead of refusing. */
  readonly removeStray: boolean;
  /** A new session, tried for so long: the change itself may have cut the way until the router undoes it. */
  readonly reopen: (patienceSeconds: number) => Promise<ConfigSession>;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** One line on why the uplink that stands now does not answer; undefined: nothing is found. */
  readonly explain: Explain;
  /** One line of progress for a person. */
  readonly report: (line: string) => void;
}

/** May ask the router by the first. */
export type Explain = (
  ask: (line: string, timeoutSeconds: number) => Promise<Answer>,
  running: ConfigTree,
) => Promise<string | undefined>;

/** `error` undefined: `running` holds what was asked for, verified. Otherwise nothing of it is applied, as far as is known. */
export interface Verdict {
  readonly session: ConfigSession;
  readonly running: ConfigTree;
  readonly error: Error | undefined;
}

/** How often a link may be lost in one change before it is given up. */
const mostLosses = 4;

/** The router must have undone by itself when this much more than the timer's time is over. */
const marginSeconds = 60;

export class Change {
  readonly #options: ChangeOptions;
  readonly #changing: readonly Operation[];
  readonly #all: readonly Operation[];
  readonly #before: ConfigTree;
  #session: ConfigSession;
  #output = "";
  /** The router's own word on why it did not go: another's commit, or a script that would not run. */
  #failed: Error | undefined;
  #lost: Error | undefined;
  #evidence: Evidence | undefined;
  /** The doctor's word on it. */
  #likely: string | undefined;
  #fired = false;
  #losses = 0;
  readonly #files: FoundFiles;
  #beside: Beside;

  /** `all` must hold at the end; `changing` are those with commands, which are in the session's candidate already. */
  constructor(
    session: ConfigSession,
    options: ChangeOptions,
    operations: {
      readonly all: readonly Operation[];
      readonly changing: readonly Operation[];
      readonly before: ConfigTree;
      readonly files: FoundFiles;
    },
  ) {
    this.#session = session;
    this.#options = options;
    this.#all = operations.all;
    this.#changing = operations.changing;
    this.#before = operations.before;
    this.#files = operations.files;
    this.#beside = new Beside([], this.#changing, this.#files, options.report);
  }

  /** Throws KernelLeftovers and NotArmed, before anything was changed. */
  async run(): Promise<Verdict> {
    const leftovers = await leftoversInTheWay(this.#session, this.#changing, this.#before);
    if (leftovers.length > 0 && !this.#options.removeStray) throw new KernelLeftovers(leftovers);
    this.#beside = new Beside(leftovers, this.#changing, this.#files, this.#options.report);
    try {
      await this.#beside.keepAside(this.#run);
      await arm(this.#run, this.#options.deadMan, this.#beside.restoreLast, this.#beside.restoreFirst);
      await this.#apply();
    } catch (error) {
      if (!leavesDoubt(error)) throw error;
      this.#lost = error;
      const failed = await this.#reopen(error);
      if (failed) return failed;
    }
    return this.#settle();
  }

  /** Files alone need no commit. */
  async #apply(): Promise<void> {
    try {
      await this.#beside.begin(this.#run);
    } catch (error) {
      if (!(error instanceof ScriptFailed)) throw error;
      this.#failed = error;
      return;
    }
    if (this.#changing.every((operation) => isDone(operation, this.#before))) return;
    const comment = `uplink ${this.#changing.length} changed`;
    const { output, locked } = await commitWhenFree(this.#session, comment, this.#options);
    this.#output = output;
    this.#failed = locked;
  }

  readonly #run = (line: string) => this.#session.run(line);

  /** Until the router could be read and one verdict stands. */
  async #settle(): Promise<Verdict> {
    for (;;) {
      try {
        return await this.#examine();
      } catch (error) {
        if (!leavesDoubt(error)) throw error;
        this.#lost = error;
        const failed = await this.#reopen(error);
        if (failed) return failed;
      }
    }
  }

  /** Undefined when there is a session again. */
  async #reopen(cause: Error): Promise<Verdict | undefined> {
    const { seconds } = this.#options.deadMan;
    this.#losses += 1;
    try {
      if (this.#losses > mostLosses) throw cause;
      this.#options.report(`the link was lost (${cause.message.split("\n")[0]}); reading the router again`);
      this.#session = await this.#options.reopen(seconds + marginSeconds);
      return undefined;
    } catch (error) {
      return this.#verdict(new OutcomeUnknown(seconds, error instanceof Error ? error : cause));
    }
  }

  async #examine(): Promise<Verdict> {
    if (this.#lost) await this.#session.awaitCommitEnd();
    if (this.#lost) await this.#awaitRouterUndo();
    const now = await this.#session.readRunning();
    const configured = this.#failed === undefined && this.#all.every((operation) => isDone(operation, now));
    const good = configured && (await this.#finish());
    if (good && this.#evidence === undefined) {
      const evidence = await this.#probe(now);
      if (evidence === undefined || evidence.answered) return this.#keep(now);
      this.#evidence = evidence;
      this.#likely = await this.#options.explain((line, seconds) => this.#session.run(line, seconds), now);
    }
    const untouched = this.#changing.every((operation) => isUntouched(operation, this.#before, now));
    if (untouched) await this.#session.discard();
    if (!this.#fired) await this.#beside.putBackFirst(this.#run);
    const left = untouched ? [] : await this.#putBack(now);
    if (!this.#fired) await this.#beside.putBackLast(this.#run);
    left.push(...(await this.#beside.leftToUndo(this.#run)));
    await disarm(this.#run);
    if (!this.#fired) await this.#beside.putBackLeftovers(this.#run);
    await this.#beside.forget(this.#run);
    if (left.length > 0) return this.#verdict(new UndoFailed(this.#output, left));
    return this.#verdict(this.#reason(untouched));
  }

  /** Files that go, go now, and all of them are read back. */
  async #finish(): Promise<boolean> {
    try {
      await this.#beside.finish(this.#run);
      return await this.#beside.holds(this.#run, this.#all);
    } catch (error) {
      if (!(error instanceof ScriptFailed)) throw error;
      this.#failed = error;
      return false;
    }
  }

  async #awaitRouterUndo(): Promise<void> {
    const state = await readState(this.#run);
    if (state === "running") await awaitUndo(this.#run, this.#options.deadMan);
    this.#fired ||= state === "running" || state === "fired";
  }

  async #probe(now: ConfigTree): Promise<Evidence | undefined> {
    const probe = probeOf(this.#changing, now);
    if (probe === undefined) return undefined;
    this.#options.report("committed; asking over the new uplink");
    return probeUplink(this.#run, probe, this.#options.probe, this.#options.sleep);
  }

  /** The timer may have fired between the last answer and now: then the router is to be read once more. */
  async #keep(now: ConfigTree): Promise<Verdict> {
    if (await disarm(this.#run)) {
      await this.#beside.forget(this.#run);
      return { session: this.#session, running: now, error: undefined };
    }
    this.#fired = true;
    await awaitUndo(this.#run, this.#options.deadMan);
    return this.#examine();
  }

  /** By inverse commands; when they fail, by the router's own snapshot. What is still different afterwards. */
  async #putBack(now: ConfigTree): Promise<string[]> {
    await this.#session.discard();
    for (const command of undoCommands(this.#changing, this.#before, now)) await this.#session.apply(command);
    await commitWhenFree(this.#session, "uplink put back", this.#options);
    const left = await this.#leftToUndo();
    if (left.length === 0) return [];
    await this.#session.discard();
    this.#fired = await fire(this.#run, this.#options.deadMan);
    return this.#leftToUndo();
  }

  async #leftToUndo(): Promise<string[]> {
    return undoCommands(this.#changing, this.#before, await this.#session.readRunning()).map(printCommand);
  }

  #reason(untouched: boolean): Error {
    const { seconds } = this.#options.deadMan;
    if (this.#evidence) {
      const undone = "so the old configuration was put back and carries on";
      return new ProbeFailed(this.#evidence.lines, this.#likely ?? this.#evidence.likely, undone);
    }
    if (this.#fired) return new UndoneByRouter(seconds, this.#lost);
    const undone = untouched ? "nothing had been applied" : "what had been applied was put back";
    if (this.#failed) return this.#failed;
    return this.#lost ? new LinkLost(undone, this.#lost) : new CommitRejected(this.#output, undone);
  }

  #verdict(error: Error): Verdict {
    return { session: this.#session, running: this.#before, error };
  }
}
