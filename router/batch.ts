/**
 * One batch: many operations, one commit. Read, set, commit, verdict, save. Must never save what was not read back as
 * wanted, and never believe an exit status about a commit: the verdict comes from reading again.
 */

import { type Command, printCommand } from "../vyos/commands.ts";
import {
  CommandRefused,
  CommitLocked,
  CommitRejected,
  NotSaved,
  UndoFailed,
  UnsavedWork,
} from "../vyos/errors.ts";
import { type ConfigTree, sameTree } from "../vyos/tree.ts";
import {
  commandsFor,
  differencesBeside,
  isDone,
  isUntouched,
  missingFor,
  type Operation,
  undoCommands,
} from "./operation.ts";
import type { ConfigSession } from "./session.ts";

export type Outcome =
  /** `before` is the configuration that the batch found; `commit` is false when nothing had to change. */
  | { readonly kind: "done"; readonly before: ConfigTree; readonly committed: boolean }
  /** Wait for a later batch: these required paths are not there yet. */
  | { readonly kind: "waiting"; readonly missing: readonly string[] }
  /** `applied` is true when the router holds what was asked for although the operation failed (not saved). */
  | {
      readonly kind: "failed";
      readonly error: Error;
      readonly applied: boolean;
      readonly before: ConfigTree;
    };

export interface BatchOptions {
  readonly allowUnsavedWork: boolean;
  readonly lockWaitSeconds: number;
  /** A new session after the link was lost in a commit; the old one is dead. */
  readonly reopen: () => Promise<ConfigSession>;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

interface Prepared {
  readonly operation: Operation;
  readonly commands: readonly Command[];
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

  constructor(session: ConfigSession, options: BatchOptions) {
    this.#session = session;
    this.#options = options;
  }

  async run(operations: readonly Operation[]): Promise<void> {
    const [running, saved] = await Promise.all([this.#session.readRunning(), this.#session.readSaved()]);
    this.#before = running;
    const unsaved = differencesBeside(operations, saved, running);
    if (unsaved.length > 0 && !this.#options.allowUnsavedWork) {
      this.#fail(operations, new UnsavedWork(unsaved.map(printCommand)));
      return;
    }
    const accepted = await this.#fill(this.#prepare(operations));
    const changing = accepted.filter(({ commands }) => commands.length > 0).map(({ operation }) => operation);
    const all = accepted.map(({ operation }) => operation);
    const now = changing.length > 0 ? await this.#commit(changing, all) : running;
    if (now === undefined) return;
    if (!sameTree(saved, now)) await this.#save(all, now);
    for (const operation of all) {
      if (!this.outcomes.has(operation)) {
        this.outcomes.set(operation, {
          kind: "done",
          before: running,
          committed: changing.includes(operation),
        });
      }
    }
  }

  /** Leaves out what may not change what it finds, then, until nothing changes, what needs something that does not come. */
  #prepare(operations: readonly Operation[]): Prepared[] {
    let prepared = operations.flatMap((operation): Prepared[] => {
      try {
        return [{ operation, commands: commandsFor(operation, this.#before) }];
      } catch (error) {
        this.#fail([operation], error as Error);
        return [];
      }
    });
    for (;;) {
      const others = prepared.map(({ operation }) => operation);
      const ready = prepared.filter(({ operation }) => {
        const missing = missingFor(operation, this.#before, others);
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
      this.#fail([operation], new CommandRefused(printCommand(command), output));
      return false;
    });
    if (accepted.length === prepared.length) return accepted;
    await this.#session.discard();
    return this.#fill(this.#prepare(accepted.map(({ operation }) => operation)));
  }

  /** The running configuration once it holds what was asked for; undefined when the commit failed and was put back. */
  async #commit(changing: readonly Operation[], all: readonly Operation[]): Promise<ConfigTree | undefined> {
    const { output, lost } = await this.#tryCommit(changing);
    const now = await this.#session.readRunning();
    if (all.every((operation) => isDone(operation, now))) return now;
    if (lost === undefined || lost instanceof CommitLocked) await this.#session.discard();
    if (changing.every((operation) => isUntouched(operation, this.#before, now))) {
      this.#fail(all, lost ?? new CommitRejected(output, "nothing had been applied"));
      return undefined;
    }
    await this.#undo(all, now, output);
    return undefined;
  }

  /** A lost link says nothing about the commit: a new session reads what became of it. */
  async #tryCommit(changing: readonly Operation[]): Promise<{ output: string; lost: Error | undefined }> {
    const comment = `uplink ${changing.length} changed`;
    const attempts = Math.max(1, this.#options.lockWaitSeconds);
    for (let attempt = 0; attempt < attempts; attempt += 1) {
      try {
        const { output } = await this.#session.commit(comment);
        if (!output.includes("Configuration system temporarily locked")) return { output, lost: undefined };
      } catch (error) {
        this.#session = await this.#options.reopen();
        return { output: "", lost: error as Error };
      }
      await this.#options.sleep(1000);
    }
    return { output: "", lost: new CommitLocked(attempts) };
  }

  async #undo(all: readonly Operation[], now: ConfigTree, output: string): Promise<void> {
    const commands = undoCommands(all, this.#before, now);
    for (const command of commands) await this.#session.apply(command);
    const second = await this.#session.commit("uplink put back after a partial commit");
    const after = await this.#session.readRunning();
    const left = undoCommands(all, this.#before, after).map(printCommand);
    if (left.length === 0) this.#fail(all, new CommitRejected(output, "what had been applied was put back"));
    else {
      await this.#session.discard();
      this.#fail(all, new UndoFailed(`${output}\n${second.output}`, left));
    }
  }

  /** Saved is what config.boot holds afterwards, not what the saver said. */
  async #save(operations: readonly Operation[], verified: ConfigTree): Promise<void> {
    const { output } = await this.#session.save();
    if (sameTree(await this.#session.readSaved(), verified)) return;
    const error = new NotSaved(output);
    for (const operation of operations) {
      this.outcomes.set(operation, { kind: "failed", error, applied: true, before: this.#before });
    }
  }

  #fail(operations: readonly Operation[], error: Error): void {
    for (const operation of operations) {
      if (this.outcomes.get(operation)?.kind === "failed") continue;
      this.outcomes.set(operation, { kind: "failed", error, applied: false, before: this.#before });
    }
  }
}
