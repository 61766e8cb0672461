/**
 * One armed change: undo timer, commit, verdict, probe, disarm. After anything that leaves doubt it reads the router again
 * and decides by what it holds; it never repeats blindly. It ends with the new configuration verified or the old one back,
 * and must never leave a timer armed when it could reach the router to stop it.
 */

import { printCommand } from "../vyos/commands.ts";
import {
  CommitLocked,
  CommitRejected,
  KernelLeftovers,
  LinkLost,
  OutcomeUnknown,
  ProbeFailed,
  UndoFailed,
  UndoneByRouter,
  UplinkError,
} from "../vyos/errors.ts";
import { type ConfigTree, subtree } from "../vyos/tree.ts";
import { arm, awaitUndo, type DeadManOptions, disarm, fire, readState } from "./dead-man.ts";
import { declaredTunnels, findLeftovers, type Leftover } from "./leftovers.ts";
import { isDone, isUntouched, type Operation, undoCommands } from "./operation.ts";
import { type Evidence, type ProbeSettings, probeUplink } from "./probe.ts";
import { explainOver } from "./reading.ts";
import type { ConfigSession } from "./session.ts";

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
  /** One line of progress for a person. */
  readonly report: (line: string) => void;
}

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
  #locked: Error | undefined;
  #lost: Error | undefined;
  #evidence: Evidence | undefined;
  /** The doctor's word on it. */
  #likely: string | undefined;
  #fired = false;
  #losses = 0;
  /** Last removed first. */
  readonly #removed: Leftover[] = [];

  /** `all` must hold at the end; `changing` are those with commands, which are in the session's candidate already. */
  constructor(
    session: ConfigSession,
    options: ChangeOptions,
    operations: {
      readonly all: readonly Operation[];
      readonly changing: readonly Operation[];
      readonly before: ConfigTree;
    },
  ) {
    this.#session = session;
    this.#options = options;
    this.#all = operations.all;
    this.#changing = operations.changing;
    this.#before = operations.before;
  }

  /** Throws KernelLeftovers and NotArmed, before anything was changed. */
  async run(): Promise<Verdict> {
    const leftovers = await this.#leftovers();
    if (leftovers.length > 0 && !this.#options.removeStray) throw new KernelLeftovers(leftovers);
    try {
      const restore = leftovers.toReversed().flatMap((leftover) => leftover.restore);
      await arm(this.#run, this.#options.deadMan, restore);
      for (const leftover of leftovers) {
        this.#options.report(`taking out of the kernel: ${leftover.what}`);
        this.#removed.unshift(leftover);
        await this.#run(leftover.remove);
      }
      const { output, locked } = await this.#commit(`uplink ${this.#changing.length} changed`);
      this.#output = output;
      this.#locked = locked;
    } catch (error) {
      if (!leavesDoubt(error)) throw error;
      this.#lost = error;
      const failed = await this.#reopen(error);
      if (failed) return failed;
    }
    return this.#settle();
  }

  readonly #run = (line: string) => this.#session.run(line);

  async #leftovers(): Promise<Leftover[]> {
    const tunnels = declaredTunnels(this.#changing.flatMap(({ targets }) => targets));
    if (tunnels.length === 0) return [];
    const configured = [...(subtree(this.#before, ["interfaces", "tunnel"])?.keys() ?? [])];
    return findLeftovers(tunnels, configured, await this.#session.readKernel());
  }

  /** Waits, so long as another commit runs. */
  async #commit(comment: string): Promise<{ output: string; locked: Error | undefined }> {
    const wait = this.#options.lockWaitSeconds;
    for (let waited = 0; ; waited += 1) {
      const { output } = await this.#session.commit(comment);
      if (!output.includes("Configuration system temporarily locked")) return { output, locked: undefined };
      if (waited >= wait) {
        return { output, locked: new CommitLocked(wait, await this.#session.commitHolder()) };
      }
      await this.#options.sleep(1000);
    }
  }

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
    const good = this.#locked === undefined && this.#all.every((operation) => isDone(operation, now));
    if (good && this.#evidence === undefined) {
      const evidence = await this.#probe();
      if (evidence === undefined || evidence.answered) return this.#keep(now);
      this.#evidence = evidence;
      this.#likely = await explainOver(this.#session, now);
    }
    const untouched = this.#changing.every((operation) => isUntouched(operation, this.#before, now));
    if (untouched) await this.#session.discard();
    const left = untouched ? [] : await this.#putBack(now);
    await disarm(this.#run);
    await this.#putBackLeftovers();
    if (left.length > 0) return this.#verdict(new UndoFailed(this.#output, left));
    return this.#verdict(this.#reason(untouched));
  }

  async #awaitRouterUndo(): Promise<void> {
    const state = await readState(this.#run);
    if (state === "running") await awaitUndo(this.#run, this.#options.deadMan);
    this.#fired ||= state === "running" || state === "fired";
  }

  async #probe(): Promise<Evidence | undefined> {
    const probe = this.#changing.findLast((operation) => operation.probe !== undefined)?.probe;
    if (probe === undefined) return undefined;
    this.#options.report("committed; asking over the new uplink");
    return probeUplink(this.#run, probe, this.#options.probe, this.#options.sleep);
  }

  /** The timer may have fired between the last answer and now: then the router is to be read once more. */
  async #keep(now: ConfigTree): Promise<Verdict> {
    if (await disarm(this.#run)) return { session: this.#session, running: now, error: undefined };
    this.#fired = true;
    await awaitUndo(this.#run, this.#options.deadMan);
    return this.#examine();
  }

  /** By inverse commands; when they fail, by the router's own snapshot. What is still different afterwards. */
  async #putBack(now: ConfigTree): Promise<string[]> {
    await this.#session.discard();
    for (const command of undoCommands(this.#changing, this.#before, now)) await this.#session.apply(command);
    await this.#commit("uplink put back");
    const left = await this.#leftToUndo();
    if (left.length === 0) return [];
    await this.#session.discard();
    this.#fired = await fire(this.#run, this.#options.deadMan);
    return this.#leftToUndo();
  }

  /** What the kernel held may have been what carried IPv4. The router's own undo has done it already. */
  async #putBackLeftovers(): Promise<void> {
    if (this.#fired) return;
    for (const { restore } of this.#removed) for (const line of restore) await this.#run(line);
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
    if (this.#locked) return this.#locked;
    return this.#lost ? new LinkLost(undone, this.#lost) : new CommitRejected(this.#output, undone);
  }

  #verdict(error: Error): Verdict {
    return { session: this.#session, running: this.#before, error };
  }
}

/** After these nobody knows what the router did last. Every other error was the router's own word. */
export function leavesDoubt(error: unknown): error is Error {
  const codes = ["ROUTER_UNREACHABLE", "COMMAND_TIMED_OUT", "ANSWER_GARBLED", "NOT_CONFIGURATION"];
  return error instanceof UplinkError && codes.includes(error.code);
}
