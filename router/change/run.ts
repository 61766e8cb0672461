/**
 * A run's operations on one router: read, prepare, change, until each of them is done, refused or waits for what is to come.
 * What is read decides; nothing is repeated that is not known to have come to nothing. Must never save what was not verified.
 */

import { CommandRefused, KernelLeftovers, LanBlocked, RunLocked, UnsavedWork } from "../../errors.ts";
import { printCommand } from "../../vyos/commands.ts";
import { nameOf } from "../../vyos/document.ts";
import { fileKey } from "../../vyos/resources/owned-file.ts";
import { sameTree, subtree } from "../../vyos/tree.ts";
import type { Session } from "../wire/session.ts";
import { type DriverOptions, drive } from "./driver.ts";
import { backUnit, home } from "./folder.ts";
import { differencesBeside, lanOf, redirectedTo, straysInTheWay } from "./in-the-way.ts";
import type { LanAsked } from "./lan-look.ts";
import { type Outcome as Ended, parseStatus } from "./next.ts";
import { type Done, type Operation, OperationFailed, type VerifiedFrom, writtenFor } from "./operation.ts";
import {
  type Change,
  compose,
  failWithCompanions,
  holdsAll,
  type Prepared,
  prepare,
  type Unready,
} from "./planning.ts";
import { type Earlier, type Reading, readRouter } from "./reading.ts";
import { type Details, errorOf, untilOf } from "./telling.ts";

export type Outcome = { readonly kind: "done"; readonly done: Done } | Unready;

export interface RunOptions extends Omit<DriverOptions, "folder" | "holds" | "lan"> {
  readonly removeStray: boolean;
  readonly allowUnsavedWork: boolean;
  /** A name that no other run has. */
  freshName(): string;
  /** ISO 8601. */
  now(): string;
  /** Whether the controller of an earlier change is gone for good, by what it said of itself. */
  isGone(who: string): boolean;
}

/** How often a router that somebody else changes is read again. */
const mostReadings = 5;

export class Run {
  /** Of the operations as they are written for this router. */
  readonly #outcomes = new Map<Operation, Outcome>();
  readonly #written = new Map<Operation, Operation>();
  session: Session | undefined;
  readonly #options: RunOptions;
  /** The paths that this process has declared; it lives as long as the router's other runs. */
  readonly #declared: Set<string>;

  constructor(session: Session, declared: Set<string>, options: RunOptions) {
    this.session = session;
    this.#declared = declared;
    this.#options = options;
  }

  /** Throws what keeps it from the router altogether. */
  async run(operations: readonly Operation[]): Promise<void> {
    for (let readings = 1; ; readings += 1) {
      const left = operations.filter((operation) => this.outcomeOf(operation) === undefined);
      if (left.length === 0) return;
      const reading = await this.#readIdle(left);
      const written = left.map((operation) => this.#writtenFor(operation, reading));
      const circumstances = { found: reading, declared: this.#declared, now: this.#options.now() };
      const prepared = prepare(written, circumstances);
      for (const [operation, unready] of prepared.unready) this.#outcomes.set(operation, unready);
      if (prepared.ready.length === 0) continue;
      const change = compose(prepared, circumstances);
      checkUnsaved(change, reading, this.#options.allowUnsavedWork);
      const lan = this.#checkLan(change, reading);
      for (const line of change.stays) this.#options.report(line);
      const saved = sameTree(reading.saved, change.wantedTree);
      if (!change.changes && saved) this.#finish(prepared, change, reading);
      else await this.#change(prepared, change, reading, { lan, readings });
    }
  }

  outcomeOf(operation: Operation): Outcome | undefined {
    return this.#outcomes.get(this.#written.get(operation) ?? operation);
  }

  #writtenFor(operation: Operation, { running }: Reading): Operation {
    const written = this.#written.get(operation) ?? writtenFor(operation, running);
    this.#written.set(operation, written);
    return written;
  }

  async #change(
    prepared: Prepared,
    change: Change,
    reading: Reading,
    { lan, readings }: { readonly lan: LanAsked | undefined; readonly readings: number },
  ): Promise<void> {
    const strays = straysInTheWay(change, reading);
    if (strays.length > 0 && !this.#options.removeStray) throw new KernelLeftovers(strays);
    for (const { what } of strays) this.#options.report(`taking out of the kernel: ${what}`);
    const options: DriverOptions = {
      ...this.#options,
      lan,
      folder: `${home}/${this.#options.freshName()}`,
      holds: (running) => holdsAll(prepared.ready, change.wantedTree, running),
    };
    const { outcome, session, verifiedFrom } = await drive(await this.#open(), change, strays, options);
    this.session = session;
    const again = outcome.kind === "nothing done" && ["changed", "busy"].includes(outcome.because);
    if (again && readings < mostReadings) return;
    if (outcome.kind === "kept") return this.#finish(prepared, change, reading, verifiedFrom);
    if (outcome.kind === "nothing done" && outcome.because === "refused") {
      return this.#refuse(change, options.folder);
    }
    const error = errorOf(outcome, await this.#details(outcome, change, options, readings));
    const applied = outcome.kind === "not saved";
    for (const [operation] of prepared.ready) {
      this.#outcomes.set(operation, {
        kind: "failed",
        error: new OperationFailed(error ?? new Error("no word"), applied),
      });
      if (applied) this.#declare(operation);
    }
  }

  /** Before anything is done: an uplink by which the router gets answers and the LAN none is no uplink. */
  #checkLan({ probe, ...change }: Change, reading: Reading): LanAsked | undefined {
    if (probe === undefined) return undefined;
    const read = lanOf(change, reading);
    const { verdict, because, notes, mend, declares } = read;
    if (verdict === "no" && !this.#options.allowBlockedLan) throw new LanBlocked(because, mend, declares);
    for (const line of [...because, ...notes]) this.#options.report(`the LAN: ${line}`);
    if (probe.kind !== "tunnel") return undefined;
    return { uplinkAddress: probe.sourceAddress, read, redirectedTo: redirectedTo(reading, read.lans) };
  }

  /** Those that the router has refused, word by word; the others are tried without them. */
  async #refuse({ operations, redo }: Change, folder: string): Promise<void> {
    const session = await this.#open();
    const { output } = await session.run(`cat ${folder}/refused ${folder}/load.out`);
    const refused = [...output.matchAll(/^refused ([0-9]+)\n((?:(?!refused ).*\n?)*)/gm)];
    for (const [, index = "", text = ""] of refused) {
      const line = redo[Number(index)];
      if (line === undefined || this.#outcomes.has(line.operation)) continue;
      const error = new CommandRefused(printCommand(line.command), text);
      failWithCompanions(this.#outcomes, line.operation, error, operations);
    }
    if (refused.length > 0) return;
    for (const operation of operations) {
      this.#outcomes.set(operation, { kind: "failed", error: new CommandRefused(operation.id, output) });
    }
  }

  #finish(
    { ready }: Prepared,
    { wantedTree }: Change,
    { running, files }: Reading,
    verifiedFrom?: VerifiedFrom,
  ): void {
    for (const [operation, resolved] of ready) {
      const changed =
        resolved.targets.some(({ path }) => !sameTree(subtree(running, path), subtree(wantedTree, path))) ||
        resolved.files.some(({ file, after }) => after(files.get(file.path)) !== files.get(file.path));
      const committedAt = changed ? this.#options.now() : undefined;
      const moves = operation.probe !== undefined;
      const done = { committedAt, verifiedFrom: moves ? verifiedFrom : undefined };
      this.#outcomes.set(operation, { kind: "done", done });
      this.#declare(operation);
    }
  }

  #declare({ verb, nodes, files }: Operation): void {
    if (verb !== "declare") return;
    for (const { path } of nodes) this.#declared.add(path.join(" "));
    for (const file of files) this.#declared.add(fileKey(file));
  }

  async #open(): Promise<Session> {
    if (!this.session?.alive) this.session = await this.#options.open();
    return this.session;
  }

  /** The router once nobody else's change is under way on it. */
  async #readIdle(operations: readonly Operation[]): Promise<Reading> {
    const { figures, report, isGone, sleep } = this.#options;
    for (let waited = 0; ; waited += 1) {
      const session = await this.#open();
      const reading = await readRouter(session.run, operations);
      const { earlier } = reading;
      if (earlier === undefined || (earlier.unit === "gone" && earlier.ended)) return reading;
      const gone = earlier.unit === "gone" || isGone(earlier.who);
      if (gone) await this.#endEarlier(session, earlier);
      else if (waited === 0) report(`another run changes the router: ${earlier.who}`);
      if (waited >= figures.lockSeconds) throw new RunLocked(earlier.who, waited);
      await sleep(1000);
    }
  }

  /** What a run that was cut off had committed was never verified, so it is undone before anything else. */
  async #endEarlier(session: Session, { who }: Earlier): Promise<void> {
    this.#options.report(`a run before this one was cut off (${who}): its change is put back first`);
    await session.run(`sudo systemctl start ${backUnit}.service`, 86_400);
  }

  async #details(
    outcome: Ended,
    change: Change,
    { folder, figures }: DriverOptions,
    attempts: number,
  ): Promise<Details> {
    const read = async (name: string): Promise<string> => {
      const answer = await this.session?.run(`cat ${folder}/${name}`).catch(() => undefined);
      return answer?.status === 0 ? answer.output : "";
    };
    const [commit, status, output] = await Promise.all([
      read("commit.change"),
      read("status"),
      read("script.out"),
    ]);
    const failed = parseStatus(status).find(({ words }) => words[0] === "failed")?.words;
    const what = `${failed?.[2] ?? "write"} ${change.files[Number(failed?.[1])]?.path ?? "a file"}`;
    const state = "state" in outcome ? outcome.state : undefined;
    const until = state === undefined ? "" : untilOf(state, figures.waitSeconds);
    return { commit, script: { what, output }, lockSeconds: figures.lockSeconds, attempts, until };
  }
}

/** Running differs from saved beside what the operations own: the paths, without values. */
function checkUnsaved(change: Change, reading: Reading, allowed: boolean): void {
  if (allowed) return;
  const names = differencesBeside(change, reading).map((path) => nameOf(reading.document, path).join(" "));
  if (names.length > 0) throw new UnsavedWork([...new Set(names)]);
}
