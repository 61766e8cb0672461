/**
 * The one router of a run: gathers operations until it is quiet, makes one change of them, and shares one reading among all
 * who only look. Must never open a connection before somebody asks for the router.
 */

import { randomBytes } from "node:crypto";
import { InUse, RequirementMissing, RouterUnreachable } from "../errors.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import type { Explain } from "./change/judge.ts";
import type { Done, Operation } from "./change/operation.ts";
import type { ProbeSettings } from "./change/probe.ts";
import { readFiles, readRunning } from "./change/reading.ts";
import { type Outcome, Run, type RunOptions } from "./change/run.ts";
import { told } from "./change/telling.ts";
import { toldOnce } from "./told-once.ts";
import { isGone, thisRun } from "./who.ts";
import { Session } from "./wire/session.ts";
import { type SshSettings, SshTransport } from "./wire/ssh.ts";
import type { Transport } from "./wire/transport.ts";

export interface RouterOptions {
  readonly ssh: SshSettings;
  /** Bounds each answer but that of a commit, which takes as long as it takes. */
  readonly commandTimeoutSeconds: number;
  /** Bounds the wait for another's commit, and for another run's change, to end. */
  readonly lockWaitSeconds: number;
  /** Operations that arrive within this time join one commit. */
  readonly quietMilliseconds: number;
  /** The router puts the old configuration back by itself so long after the commit's end without a word. */
  readonly undoAfterSeconds: number;
  readonly probe: ProbeSettings;
  /** Take hand-made tunnels, routes and NAT rules that stand in the way out of the kernel. */
  readonly removeStray: boolean;
  /** Bounds the wait of a default route for the tunnel, address and rules it needs. */
  readonly requirementWaitSeconds: number;
  /** Go on, and save, when running differed from saved before the run. */
  readonly allowUnsavedWork: boolean;
  /** Go on when the LAN would get nothing by the new uplink. */
  readonly allowBlockedLan: boolean;
}

export interface Surroundings {
  readonly connect: () => Transport;
  /** One line of progress, or a warning, for a person. */
  readonly report: (line: string) => void;
  /** The doctor's word on an uplink that was just committed and is silent. */
  readonly explain: Explain;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Waiting {
  readonly operation: Operation;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  /** Undefined: not tried yet. */
  lacks: Extract<Outcome, { kind: "waiting" }> | undefined;
}

export class Router {
  readonly #settings: RouterOptions;
  readonly #surroundings: Surroundings;
  readonly #declared = new Set<string>();
  #session: Promise<Session> | undefined;
  #reading: Promise<ConfigTree> | undefined;
  #queue: Waiting[] = [];
  /** Until when something that is lacking may come, counted from the last that came or was done. */
  #deadline = 0;
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #closed = false;
  #interrupt: () => void = () => {};

  constructor(settings: RouterOptions, surroundings: Partial<Surroundings> = {}) {
    this.#settings = settings;
    this.#surroundings = {
      connect: () => new SshTransport(settings.ssh),
      report: () => {},
      explain: () => Promise.resolve(undefined),
      sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      ...surroundings,
    };
  }

  /** Resolves when the change is on the router, verified and saved. */
  submit(operation: Operation): Promise<Done> {
    return new Promise((resolve, reject) => {
      this.#queue.push({ operation, resolve, reject, lacks: undefined });
      this.#wait();
      this.#flushAfter(this.#settings.quietMilliseconds);
    });
  }

  /** The running configuration, read once for all who ask until the next change. */
  readRunning(): Promise<ConfigTree> {
    this.#reading ??= this.#readAnew();
    return this.#reading;
  }

  /** Files beside the configuration, as they are now. */
  async readFiles(paths: readonly string[]): Promise<ReadonlyMap<string, string | undefined>> {
    return readFiles((await this.#open()).run, paths);
  }

  /** A change is under way or waits to be. */
  get busy(): boolean {
    return this.#busy || this.#queue.length > 0;
  }

  /** Ctrl-C. The first puts a change back that is under way, the second leaves that to the router. */
  interrupt(): void {
    this.#interrupt();
  }

  /** For good: a change that is under way gets no new connection, and the router goes back by itself. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const session = await this.#session?.catch(() => undefined);
    await session?.close();
  }

  /** A reading that failed is not kept for the next who asks. */
  #readAnew(): Promise<ConfigTree> {
    const reading = this.#open().then((session) => readRunning(session.run));
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  #flushAfter(milliseconds: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#flush(), milliseconds);
  }

  async #flush(): Promise<void> {
    if (this.#busy || this.#queue.length === 0) return;
    this.#busy = true;
    const batch = this.#queue;
    this.#queue = [];
    this.#reading = undefined;
    const outcomes = await this.#run(batch.map(({ operation }) => operation));
    const progress = [...outcomes.values()].some(({ kind }) => kind === "done");
    // What came meanwhile has not been tried, and what was done lets the engine send more.
    if (progress || this.#queue.length > 0) this.#wait();
    for (const waiting of batch) this.#settle(waiting, outcomes.get(waiting.operation));
    this.#busy = false;
    this.#reading = undefined;
    this.#scheduleRest(progress);
  }

  #wait(): void {
    this.#deadline = Date.now() + this.#settings.requirementWaitSeconds * 1000;
  }

  /** What waits is tried again when something was done or is new, else when its time is over. */
  #scheduleRest(progress: boolean): void {
    if (this.#queue.length === 0) return;
    const fresh = progress || this.#queue.some(({ lacks }) => lacks === undefined);
    const wait = fresh ? this.#settings.quietMilliseconds : Math.max(0, this.#deadline - Date.now());
    this.#flushAfter(wait);
  }

  #settle(waiting: Waiting, outcome: Outcome | undefined): void {
    const { operation, resolve, reject } = waiting;
    if (outcome === undefined) reject(new Error(`no outcome for ${operation.id}`));
    else if (outcome.kind === "done") resolve(outcome.done);
    else if (outcome.kind === "failed") reject(outcome.error);
    else if (Date.now() < this.#deadline) this.#queue.push({ ...waiting, lacks: outcome });
    else {
      const { missing, standsOn } = outcome;
      reject(standsOn ? new InUse(operation.id, missing) : new RequirementMissing(operation.id, missing));
    }
  }

  async #run(operations: readonly Operation[]): Promise<ReadonlyMap<Operation, Outcome>> {
    const outcomes = new Map<Operation, Outcome>();
    try {
      const run = new Run(await this.#open(), this.#declared, this.#runOptions());
      try {
        await run.run(operations);
      } finally {
        this.#session = run.session && Promise.resolve(run.session);
        for (const operation of operations) {
          const outcome = run.outcomeOf(operation);
          if (outcome !== undefined) outcomes.set(operation, outcome);
        }
      }
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error(String(cause));
      for (const operation of operations) {
        if (!outcomes.has(operation)) outcomes.set(operation, { kind: "failed", error });
      }
    }
    return toldOnce(operations, outcomes);
  }

  #runOptions(): RunOptions {
    const { ssh, undoAfterSeconds, lockWaitSeconds, commandTimeoutSeconds, probe } = this.#settings;
    const { report, explain, sleep } = this.#surroundings;
    return {
      figures: {
        user: ssh.user,
        waitSeconds: undoAfterSeconds,
        lockSeconds: lockWaitSeconds,
        who: thisRun(new Date().toISOString()),
      },
      probe,
      // Within the bound of a command, and above the wait that a follow adds to it.
      followSeconds: Math.max(1, commandTimeoutSeconds - 5),
      patienceSeconds: undoAfterSeconds + 60,
      removeStray: this.#settings.removeStray,
      allowUnsavedWork: this.#settings.allowUnsavedWork,
      allowBlockedLan: this.#settings.allowBlockedLan,
      open: () => this.#login(),
      sleep,
      tell: (status) => {
        const line = told(status);
        if (line !== undefined) report(line);
      },
      explain,
      interrupted: () =>
        new Promise((resolve) => {
          this.#interrupt = resolve;
        }),
      freshName: () => randomBytes(8).toString("hex"),
      now: () => new Date().toISOString(),
      isGone,
      report,
    };
  }

  /** The living session, or one new one for all who ask at once. */
  async #open(): Promise<Session> {
    const known = this.#session;
    const session = await known?.catch(() => undefined);
    if (session?.alive) return session;
    if (this.#session === known) this.#session = this.#login();
    return this.#session ?? this.#login();
  }

  async #login(): Promise<Session> {
    const { ssh, commandTimeoutSeconds } = this.#settings;
    if (this.#closed) throw new RouterUnreachable(ssh.host, "the run has ended");
    return Session.open(this.#surroundings.connect(), `${ssh.host} port ${ssh.port}`, commandTimeoutSeconds);
  }
}
