/**
 * One batch: many operations, one commit. Read, set, change (router/change.ts), save. Must never save what was not
 * verified, and never let one refused operation take the others with it.
 */

import { CommandRefused, LeftOut, NotSaved, UnsavedWork } from "../../errors.ts";
import { type Command, printCommand } from "../../vyos/commands.ts";
import { type ConfigTree, sameTree } from "../../vyos/tree.ts";
import type { ConfigSession } from "../wire/session.ts";
import { Change, type ChangeOptions } from "./change.ts";
import { leavesDoubt } from "./commit.ts";
import {
  commandsFor,
  companionsOf,
  differencesBeside,
  filesOf,
  missingFor,
  type Operation,
} from "./operation.ts";
import { changedFiles, type FoundFiles, pathsThere, readFiles } from "./scripts.ts";

export type Outcome =
  /** `before` is the configuration that the batch found; `commit` is false when nothing had to change. */
  | {
      readonly kind: "done";
      readonly before: ConfigTree;
      readonly files: FoundFiles;
      readonly committed: boolean;
    }
  /** Wait for a later batch: these required paths are not there yet. */
  | { readonly kind: "waiting"; readonly missing: readonly string[] }
  /** `applied` is true when the router holds what was asked for although the operation failed (not saved). */
  | {
      readonly kind: "failed";
      readonly error: Error;
      readonly applied: boolean;
      readonly before: ConfigTree;
      readonly files: FoundFiles;
    };

export interface BatchOptions extends ChangeOptions {
  readonly allowUnsavedWork: boolean;
}

interface Prepared {
  readonly operation: Operation;
  readonly commands: readonly Command[];
  /** The paths of the files that it changes. */
  readonly files: readonly string[];
}

/** Each operation gets an outcome; one that is refused does not take the others with it. */
export async function runBatch(
  session: ConfigSession,
  operations: readonly Operation[],
  options: BatchOptions,
): Promise<Map<Operation, Outcome>> {
  const batch = new Batch(session, options);
  await batch.run(operations);
  return batch.outcomes;
}

class Batch {
  readonly outcomes = new Map<Operation, Outcome>();
  readonly #options: BatchOptions;
  #session: ConfigSession;
  #before: ConfigTree = new Map();
  #files: FoundFiles = new Map();

  constructor(session: ConfigSession, options: BatchOptions) {
    this.#session = session;
    this.#options = options;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    const run = (line: string) => this.#session.run(line);
    const [running, saved, files] = await Promise.all([
      this.#session.readRunning(),
      this.#session.readSaved(),
      readFiles(run, filesOf(operations)),
    ]);
    this.#before = running;
    this.#files = files;
    const unsaved = differencesBeside(operations, saved, running);
    if (unsaved.length > 0 && !this.#options.allowUnsavedWork) {
      this.#fail(operations, new UnsavedWork(unsaved.map(printCommand)));
      return;
    }
    const accepted = await this.#fill(this.#prepare(operations));
    const changing = accepted
      .filter(({ commands, files: changed }) => commands.length + changed.length > 0)
      .map(({ operation }) => operation);
    const all = accepted.map(({ operation }) => operation);
    const now = changing.length > 0 ? await this.#change(changing, all) : running;
    if (now === undefined) return;
    if (!sameTree(saved, now)) await this.#save(all, now);
    for (const operation of all) {
      if (!this.outcomes.has(operation)) {
        this.outcomes.set(operation, {
          kind: "done",
          before: running,
          files,
          committed: changing.includes(operation),
        });
      }
    }
  }

  /** Leaves out what may not change what it finds, then, until nothing changes, what needs something that does not come. */
  #prepare(operations: readonly Operation[]): Prepared[] {
    let prepared = operations.flatMap((operation): Prepared[] => {
      try {
        const files = changedFiles(operation, this.#files);
        return [{ operation, commands: commandsFor(operation, this.#before), files }];
      } catch (error) {
        this.#failWithCompanions(operation, error as Error, operations);
        return [];
      }
    });
    prepared = prepared.filter(({ operation }) => !this.outcomes.has(operation));
    for (;;) {
      const others = prepared.map(({ operation }) => operation);
      const ready = prepared.filter(({ operation }) => {
        const missing = missingFor(operation, this.#before, others, pathsThere(this.#files));
        if (missing.length > 0) this.outcomes.set(operation, { kind: "waiting", missing });
        return missing.length === 0;
      });
      if (ready.length === prepared.length) return ready;
      prepared = ready;
    }
  }

  /** Puts the commands into the candidate. A refused operation is left out, and the rest is put in anew without it. */
  async #fill(prepared: readonly Prepared[]): Promise<readonly Prepared[]> {
    const answers = await Promise.all(
      prepared.map(({ commands }) => Promise.all(commands.map((command) => this.#session.apply(command)))),
    );
    const accepted = prepared.filter(({ operation, commands }, index) => {
      const refused = (answers[index] ?? []).findIndex(({ status }) => status !== 0);
      const command = commands[refused];
      if (command === undefined) return true;
      const output = answers[index]?.[refused]?.output ?? "";
      const error = new CommandRefused(printCommand(command), output);
      const all = prepared.map((each) => each.operation);
      this.#failWithCompanions(operation, error, all);
      return false;
    });
    if (accepted.length === prepared.length) return accepted;
    await this.#session.discard();
    const left = accepted.map(({ operation }) => operation);
    return this.#fill(this.#prepare(left.filter((operation) => !this.outcomes.has(operation))));
  }

  /** The running configuration once it holds what was asked for; undefined when it does not. */
  async #change(changing: readonly Operation[], all: readonly Operation[]): Promise<ConfigTree | undefined> {
    const change = new Change(this.#session, this.#options, {
      all,
      changing,
      before: this.#before,
      files: this.#files,
    });
    try {
      const { session, running, error } = await change.run();
      this.#session = session;
      if (error === undefined) return running;
      this.#fail(all, error);
    } catch (error) {
      await this.#session.discard().catch(() => undefined);
      this.#fail(all, error as Error);
    }
    return undefined;
  }

  /** Saved is what config.boot holds afterwards, not what the saver said. */
  async #save(operations: readonly Operation[], verified: ConfigTree): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        const { output } = await this.#session.save();
        if (sameTree(await this.#session.readSaved(), verified)) return;
        return this.#failSave(operations, new NotSaved(output));
      } catch (error) {
        // Saving twice does no harm, and verified it is.
        const reason = error instanceof Error ? error.message : String(error);
        if (attempt > 0 || !leavesDoubt(error)) return this.#failSave(operations, new NotSaved(reason));
        const session = await this.#options.reopen(0).catch(() => undefined);
        if (session === undefined) return this.#failSave(operations, new NotSaved(reason));
        this.#session = session;
        // A router that has rebooted meanwhile runs what was saved before.
        if (!sameTree(await session.readRunning(), verified)) return this.#fail(operations, error);
      }
    }
  }

  #failWithCompanions(operation: Operation, error: Error, all: readonly Operation[]): void {
    this.#fail([operation], error);
    for (const companion of companionsOf(operation, all)) {
      this.#fail([companion], new LeftOut(companion.id, operation.id));
    }
  }

  #found(): { before: ConfigTree; files: FoundFiles } {
    return { before: this.#before, files: this.#files };
  }

  #failSave(operations: readonly Operation[], error: Error): void {
    for (const operation of operations) {
      this.outcomes.set(operation, { kind: "failed", error, applied: true, ...this.#found() });
    }
  }

  #fail(operations: readonly Operation[], error: Error): void {
    for (const operation of operations) {
      if (this.outcomes.get(operation)?.kind === "failed") continue;
      this.outcomes.set(operation, { kind: "failed", error, applied: false, ...this.#found() });
    }
  }
}
