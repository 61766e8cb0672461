/**
 * The changes the watch has made, in one small file: a watch that is started again must know how many switches the day has
 * seen, and whether it was itself that left mape. It appears whole or not at all, and must never hold a secret.
 */

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Uplink } from "../doctor/declared.ts";
import { InvalidValue } from "../errors.ts";

export interface Change {
  /** ISO 8601. */
  readonly at: string;
  readonly to: Uplink;
  readonly why: string;
  /** `begun` and nothing after it: the watch was cut off; the router decided by itself. */
  readonly outcome: "begun" | "done" | "failed";
  /** Why it failed; empty otherwise. */
  readonly words: string;
}

/** More than the page shows, and more than any day may have. */
const mostKept = 200;

export class Journal {
  readonly #file: string;
  #changes: Change[];

  /** Throws InvalidValue for a file that is no journal: to begin anew would forget the day's limit. */
  constructor(file: string) {
    this.#file = file;
    this.#changes = parse(file, readOrEmpty(file));
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** Milliseconds since 1970, of every attempt that is kept. */
  get attempts(): number[] {
    return this.#changes.map(({ at }) => Date.parse(at));
  }

  /** The last change that may have taken effect was one to wxr. */
  get fellBack(): boolean {
    return this.#changes.findLast(({ outcome }) => outcome !== "failed")?.to === "wxr";
  }

  begin(change: Pick<Change, "at" | "to" | "why">): void {
    this.#write([...this.#changes, { ...change, outcome: "begun", words: "" }]);
  }

  end(outcome: "done" | "failed", words: string): void {
    const last = this.#changes.at(-1);
    if (last !== undefined) this.#write([...this.#changes.slice(0, -1), { ...last, outcome, words }]);
  }

  #write(changes: Change[]): void {
    this.#changes = changes.slice(-mostKept);
    mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
    const partial = `${this.#file}.partial`;
    writeFileSync(partial, `${JSON.stringify(this.#changes, undefined, 1)}\n`, { mode: 0o600 });
    renameSync(partial, this.#file);
  }
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    if (typeof error === "object" && error !== null && "code" in error && error.code === "ENOENT")
      return "[]";
    throw error;
  }
}

function parse(file: string, text: string): Change[] {
  try {
    const parsed: unknown = JSON.parse(text);
    if (Array.isArray(parsed) && parsed.every(isChange)) return parsed;
  } catch {
    // No JSON at all: the same refusal.
  }
  throw new InvalidValue("journal", file, "is not a journal of this watch", "move it away, then start again");
}

function isChange(value: unknown): value is Change {
  if (typeof value !== "object" || value === null) return false;
  const { at, to, why, outcome, words } = value as Partial<Record<keyof Change, unknown>>;
  const texts = typeof why === "string" && typeof words === "string";
  const dated = typeof at === "string" && !Number.isNaN(Date.parse(at));
  return texts && dated && oneOf(to, ["mape", "wxr"]) && oneOf(outcome, ["begun", "done", "failed"]);
}

function oneOf(value: unknown, choices: readonly string[]): boolean {
  return typeof value === "string" && choices.includes(value);
}
