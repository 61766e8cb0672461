/**
 * The one router of a run: gathers operations until it is quiet, runs them as one batch over one connection, and shares one
 * reading among all who only look. Must never open a connection before somebody asks for the router.
 */

import { randomBytes } from "node:crypto";
import { hostname, userInfo } from "node:os";
import { RequirementMissing, RouterUnreachable } from "../errors.ts";
import type { ConfigTree } from "../vyos/tree.ts";
import { type AdmissionOptions, admit, admitAgain } from "./change/admission.ts";
import { type Outcome, runBatch } from "./change/batch.ts";
import type { Explain } from "./change/change.ts";
import { type Done, type Operation, OperationFailed } from "./change/operation.ts";
import type { ProbeSettings } from "./change/probe.ts";
import { type FoundFiles, readFiles } from "./change/scripts.ts";
import { ConfigSession } from "./wire/session.ts";
import { type SshSettings, SshTransport } from "./wire/ssh.ts";
import type { Transport } from "./wire/transport.ts";

export interface RouterOptions {
  readonly ssh: SshSettings;
  /** Bounds each command but a commit. */
  readonly commandTimeoutSeconds: number;
  /** Bounds one commit; a slow router takes over a minute. */
  readonly commitTimeoutSeconds: number;
  /** Bounds the wait for another's commit to end. */
  readonly lockWaitSeconds: number;
  /** Operations that arrive within this time join one commit. */
  readonly quietMilliseconds: number;
  /** The router puts the old configuration back by itself after this time without a word. */
  readonly undoAfterSeconds: number;
  readonly probe: ProbeSettings;
  /** Take hand-made tunnels, routes and NAT rules that stand in the way out of the kernel. */
  readonly removeStray: boolean;
  /** Bounds the wait of a default route for the tunnel, address and rules it needs. */
  readonly requirementWaitSeconds: number;
  /** Go on, and save, when running differed from saved before the run. */
  readonly allowUnsavedWork: boolean;
}

export interface Surroundings {
  readonly connect: () => Transport;
  /** One line of progress, or a warning, for a person. */
  readonly report: (line: string) => void;
  /** The doctor's word on an uplink that was just committed and is silent. */
  readonly explain: Explain;
}

interface Waiting {
  readonly operation: Operation;
  readonly deadline: number;
  readonly resolve: (done: Done) => void;
  readonly reject: (error: Error) => void;
  missing: readonly string[];
}

export class Router {
  readonly #settings: RouterOptions;
  readonly #connect: () => Transport;
  #session: Promise<ConfigSession> | undefined;
  #reading: Promise<ConfigTree> | undefined;
  #queue: Waiting[] = [];
  #timer: NodeJS.Timeout | undefined;
  #busy = false;
  #closed = false;

  readonly #admission: AdmissionOptions;
  readonly #explain: Explain;
  /** The session that holds the lock of the run. */
  #admitted: ConfigSession | undefined;

  constructor(settings: RouterOptions, surroundings: Partial<Surroundings> = {}) {
    this.#settings = settings;
    this.#connect = surroundings.connect ?? (() => new SshTransport(settings.ssh));
    this.#explain = surroundings.explain ?? (() => Promise.resolve(undefined));
    this.#admission = {
      lock: {
        holder: `${userInfo().username}@${hostname()} since ${new Date().toISOString()}`,
        runId: randomBytes(6).toString("hex"),
        waitSeconds: settings.lockWaitSeconds,
        sleep,
      },
      deadMan: {
        user: settings.ssh.user,
        seconds: settings.undoAfterSeconds,
        undoSeconds: settings.commitTimeoutSeconds,
        sleep,
      },
      report: surroundings.report ?? (() => {}),
    };
  }

  /** Resolves when the change is on the router, read back and saved. */
  submit(operation: Operation): Promise<Done> {
    return new Promise((resolve, reject) => {
      const deadline = Date.now() + this.#settings.requirementWaitSeconds * 1000;
      this.#queue.push({ operation, deadline, resolve, reject, missing: [] });
      this.#flushAfter(this.#settings.quietMilliseconds);
    });
  }

  /** The running configuration, read once for all who ask until the next batch. */
  readRunning(): Promise<ConfigTree> {
    this.#reading ??= this.#readAnew();
    return this.#reading;
  }

  /** Files beside the configuration, as they are now. */
  async readFiles(paths: readonly string[]): Promise<FoundFiles> {
    const session = await this.#open();
    return readFiles((line) => session.run(line), paths);
  }

  /** A reading that failed is not kept for the next who asks. */
  #readAnew(): Promise<ConfigTree> {
    const reading = this.#open().then((session) => session.readRunning());
    reading.catch(() => {
      if (this.#reading === reading) this.#reading = undefined;
    });
    return reading;
  }

  /** A batch is under way or waits to be. */
  get busy(): boolean {
    return this.#busy || this.#queue.length > 0;
  }

  /** For good: a change that is under way gets no new connection, and is left to the router's own timer. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const session = await this.#session?.catch(() => undefined);
    await session?.close();
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
    let progress = false;
    try {
      const outcomes = await this.#run(batch.map(({ operation }) => operation));
      progress = [...outcomes.values()].some((outcome) => outcome.kind === "done");
      for (const waiting of batch) this.#settle(waiting, outcomes.get(waiting.operation));
    } catch (error) {
      for (const { reject } of batch) reject(error as Error);
    }
    this.#busy = false;
    this.#reading = undefined;
    this.#scheduleRest(progress);
  }

  /** What waits is tried again when something was done or is new, else when its time is over. */
  #scheduleRest(progress: boolean): void {
    if (this.#queue.length === 0) return;
    const fresh = progress || this.#queue.some(({ missing }) => missing.length === 0);
    const soonest = Math.min(...this.#queue.map(({ deadline }) => deadline));
    const wait = fresh ? this.#settings.quietMilliseconds : Math.max(0, soonest - Date.now());
    this.#flushAfter(wait);
  }

  #settle(waiting: Waiting, outcome: Outcome | undefined): void {
    switch (outcome?.kind) {
      case "done":
        waiting.resolve({
          before: outcome.before,
          files: outcome.files,
          committedAt: outcome.committed ? new Date().toISOString() : undefined,
        });
        return;
      case "failed":
        waiting.reject(new OperationFailed(outcome.error, outcome.applied, outcome.before, outcome.files));
        return;
      case "waiting":
        if (Date.now() >= waiting.deadline) {
          waiting.reject(new RequirementMissing(waiting.operation.id, outcome.missing));
        } else this.#queue.push({ ...waiting, missing: outcome.missing });
        return;
      default:
        waiting.reject(new Error(`no outcome for ${waiting.operation.id}`));
    }
  }

  async #run(operations: readonly Operation[]): Promise<Map<Operation, Outcome>> {
    return runBatch(await this.#openAdmitted(), operations, {
      ...this.#settings,
      deadMan: this.#admission.deadMan,
      reopen: (patienceSeconds) => this.#reopen(patienceSeconds),
      sleep,
      report: this.#admission.report,
      explain: this.#explain,
    });
  }

  /** For those who change something. */
  async #openAdmitted(): Promise<ConfigSession> {
    const session = await this.#open();
    if (this.#admitted === session) return session;
    await (this.#admitted ? admitAgain : admit)(session, this.#admission);
    this.#admitted = session;
    return session;
  }

  /** After a lost link the change itself may keep the router out of reach until the router undoes it. */
  async #reopen(patienceSeconds: number): Promise<ConfigSession> {
    const deadline = Date.now() + patienceSeconds * 1000;
    for (;;) {
      try {
        return await this.#openAdmitted();
      } catch (error) {
        const over = this.#closed || Date.now() >= deadline;
        if (over || !(error instanceof RouterUnreachable)) throw error;
        await sleep(2000);
      }
    }
  }

  /** The living session, or one new one for all who ask at once. */
  async #open(): Promise<ConfigSession> {
    if (this.#closed) throw new RouterUnreachable(this.#settings.ssh.host, "the run has ended");
    const known = this.#session;
    const session = await known?.catch(() => undefined);
    if (session?.alive) return session;
    if (this.#session === known) {
      const { host, port } = this.#settings.ssh;
      const where = `${host} port ${port}`;
      this.#session = ConfigSession.open(this.#connect(), where, { ...this.#settings, sleep });
    }
    return this.#session as Promise<ConfigSession>;
  }
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
