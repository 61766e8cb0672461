/**
 * One configuration session: the changes of one connection over the active configuration, as `my_set`,
 * `my_delete` and `my_discard` answer. Other sessions' commits show through. It must never commit.
 */
import type { Machine } from "../system/machine.ts";
import { type Understood, understand } from "./schema.ts";
import { printCommands, splitLine } from "./text.ts";
import { applyChange, type Change, copyTree, emptyTree, exists, type Path, type TreeNode } from "./tree.ts";
import { refusal } from "./validate.ts";

export interface Answer {
  readonly text: string;
  /** What goes to standard error. */
  readonly error?: string;
  readonly status: number;
}

export class Session {
  readonly machine: Machine;
  changes: Change[] = [];
  #working: TreeNode | undefined;
  #generation = -1;

  constructor(machine: Machine) {
    this.machine = machine;
  }

  /** The active configuration with this session's changes made to it. Read only. */
  working(): TreeNode {
    if (this.#working === undefined || this.#generation !== this.machine.generation) {
      this.#working = copyTree(this.machine.active);
      for (const change of this.changes) applyChange(this.#working, change);
      this.#generation = this.machine.generation;
    }
    return this.#working;
  }

  /** Replaces the pending changes, as a commit does with what it could not apply. */
  keep(changes: Change[]): void {
    this.changes = changes;
    this.#working = undefined;
  }

  changed(): boolean {
    if (this.changes.length === 0) return false;
    return printCommands(this.working()).join("\n") !== printCommands(this.machine.active).join("\n");
  }

  /** The top nodes in which it has changes. */
  changedTops(): string[] {
    if (!this.changed()) return [];
    return [...new Set(this.changes.map((change) => change.path.steps[0]?.word ?? ""))];
  }

  set(words: readonly string[]): Answer {
    const understood = understand(this.machine.schema, words);
    const refused = refuse(understood, words, "Set failed");
    if (refused !== undefined) return refused;
    const path = (understood as { path: Path }).path;
    if (exists(this.working(), path)) {
      return { text: `Configuration path: [${words.join(" ")}] already exists\n`, status: 0 };
    }
    this.#change({ verb: "set", path });
    return { text: "", status: 0 };
  }

  delete(words: readonly string[]): Answer {
    const understood = understand(this.machine.schema, words);
    if (understood.kind === "invalid" || words.length === 0) {
      return { text: `Configuration path: [${words.join(" ")}] is not valid\n\nDelete failed\n`, status: 1 };
    }
    if (!exists(this.working(), understood.path)) {
      const what = understood.path.value === undefined ? "node" : "value";
      return { text: `Nothing to delete (the specified ${what} does not exist)\n`, status: 0 };
    }
    this.#change({ verb: "delete", path: understood.path });
    return { text: "", status: 0 };
  }

  discard(): Answer {
    const text = this.changed() ? "Changes have been discarded\n" : "No changes have been discarded\n";
    this.keep([]);
    return { text, status: 0 };
  }

  /** Makes the candidate equal to a configuration that is given as the words of each of its lines. */
  load(wanted: readonly (readonly string[])[]): Answer {
    const target = emptyTree();
    for (const words of wanted) {
      const understood = understand(this.machine.schema, words);
      if (understood.kind !== "complete") return { text: `Set failed: ${words.join(" ")}\n`, status: 1 };
      applyChange(target, { verb: "set", path: understood.path });
    }
    const lines = printCommands(target);
    // Taking a node's last child away may uncover a node that was set by itself.
    for (let extra = this.#beside(lines); extra.length > 0; extra = this.#beside(lines)) {
      for (const line of extra) this.delete(splitLine(line).slice(1));
    }
    const there = new Set(printCommands(this.working()));
    for (const line of lines) if (!there.has(line)) this.set(splitLine(line).slice(1));
    return { text: "", status: 0 };
  }

  /** The lines of the candidate that are none of these, nor above one. */
  #beside(lines: readonly string[]): string[] {
    const wanted = new Set(lines);
    return printCommands(this.working()).filter(
      (line) => !wanted.has(line) && !lines.some((one) => one.startsWith(`${line} `)),
    );
  }

  #change(change: Change): void {
    applyChange(this.working(), change);
    this.changes.push(change);
  }
}

/** Values are checked on the way, so a refused name comes before an unknown word behind it. */
function refuse(understood: Understood, words: readonly string[], end: string): Answer | undefined {
  for (const check of understood.checks) {
    const text = refusal(check);
    if (text !== undefined) return { text: `${text}\nValue validation failed\n${end}\n`, status: 1 };
  }
  const path = `Configuration path: [${words.join(" ")}]`;
  if (understood.kind === "invalid") return { text: `${path} is not valid\n\n${end}\n`, status: 1 };
  if (understood.kind === "incomplete") return { text: `${path} requires a value\n${end}\n`, status: 1 };
  return undefined;
}
