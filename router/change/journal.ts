/**
 * What stood at each path of ours before our first change: kept by the router itself, so that a lost state, a killed engine
 * or a renamed resource loses nothing of it. Pure; the transaction writes the file together with the saved configuration.
 */

import { JournalBroken } from "../../errors.ts";

export const journalPath = "/config/vyos-uplink/journal.json";

export interface Entry {
  /** Which project and stack claims the path. */
  readonly stack: string;
  /** ISO 8601: when it first did. */
  readonly since: string;
  /** As VyOS printed it, or the text of a file; null: nothing stood there. */
  readonly before: string | null;
  /** How many words of the path stood there, so that parents which came with us can go with us. */
  readonly above: number;
  /** Of a file that stood there: its mode and owner as install(1) takes them. */
  readonly as?: string;
  /** The paths that cannot be taken away while this one stands. */
  readonly requires: readonly string[];
  /** A change has laid it and its end is not written: a reboot or a power cut came between. */
  readonly pending: boolean;
}

/** By configuration path as text, or a file's absolute path. */
export type Journal = ReadonlyMap<string, Entry>;

/** An empty text is a router that no change of ours has seen. */
export function parseJournal(text: string): Journal {
  if (text.trim() === "") return new Map();
  try {
    const { version, entries } = record(JSON.parse(text));
    if (version !== 1) throw new Error(`version ${String(version)} is not known`);
    return new Map(Object.entries(record(entries)).map(([key, value]) => [key, parseEntry(record(value))]));
  } catch (cause) {
    throw new JournalBroken(journalPath, cause instanceof Error ? cause.message : String(cause));
  }
}

export function printJournal(journal: Journal): string {
  const entries = [...journal].sort(([a], [b]) => (a < b ? -1 : 1));
  return `${JSON.stringify({ version: 1, entries: Object.fromEntries(entries) }, null, 1)}\n`;
}

/** Undefined takes an entry out. */
export function withEntries(journal: Journal, changes: ReadonlyMap<string, Entry | undefined>): Journal {
  const next = new Map(journal);
  for (const [key, entry] of changes) {
    if (entry === undefined) next.delete(key);
    else next.set(key, entry);
  }
  return next;
}

/** While the change runs: what it will add is there as pending, and what it will take out still stands. */
export function during(journal: Journal, changes: ReadonlyMap<string, Entry | undefined>): Journal {
  const added = [...changes].flatMap(([key, entry]): [string, Entry][] =>
    entry === undefined || journal.has(key) ? [] : [[key, { ...entry, pending: true }]],
  );
  return withEntries(journal, new Map(added));
}

function parseEntry(value: Readonly<Record<string, unknown>>): Entry {
  const { stack, since, before, above, as, requires, pending } = value;
  if (before !== null && typeof before !== "string") throw new Error("an entry does not say what was before");
  return {
    stack: String(stack),
    since: String(since),
    before,
    above: Number(above) || 0,
    ...(typeof as === "string" ? { as } : {}),
    requires: Array.isArray(requires) ? requires.map(String) : [],
    pending: pending === true,
  };
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new Error("it is no object");
  return Object.fromEntries(Object.entries(value));
}
