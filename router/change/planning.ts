/**
 * Many operations as one change: which of them can go, and what the whole of them makes of configuration, files and journal.
 * Pure. Must never let one operation that is refused take others with it that do not belong to it.
 */

import { LeftOut } from "../../errors.ts";
import type { Command } from "../../vyos/commands.ts";
import { diffAt } from "../../vyos/diff.ts";
import { printDocument, textAt, withWanted } from "../../vyos/document.ts";
import { isOurs } from "../../vyos/resources/owned-file.ts";
import type { RouteProbe } from "../../vyos/resources/route-probe.ts";
import { parseTreeText } from "../../vyos/text.ts";
import { type ConfigTree, sameTree, subtree } from "../../vyos/tree.ts";
import { during, type Entry, type Journal, printJournal, withEntries } from "./journal.ts";
import { companionsOf, missingFor, type Operation, probeOf } from "./operation.ts";
import { type Circumstances, type Found, type Resolved, resolve } from "./resolve.ts";

export interface FileStep {
  readonly path: string;
  /** Undefined: there is no such file. */
  readonly before: string | undefined;
  readonly after: string | undefined;
  /** The argument to run it with once it is in place, and before it goes. */
  readonly start: string | undefined;
  readonly stop: string | undefined;
}

/** One command of a change, and whose it is. */
export interface Line {
  readonly operation: Operation;
  readonly command: Command;
}

export type Unready =
  /** `standsOn`: it is to go, and what stands on it is not. */
  | { readonly kind: "waiting"; readonly missing: readonly string[]; readonly standsOn: boolean }
  | { readonly kind: "failed"; readonly error: Error };

/** One change of a router, whole. */
export interface Change {
  readonly operations: readonly Operation[];
  /** Whether the configuration is another one afterwards, and whether anything at all is. */
  readonly configures: boolean;
  readonly changes: boolean;
  readonly before: string;
  readonly wanted: string;
  readonly wantedTree: ConfigTree;
  /** The same and its opposite line by line, for what a load cannot do. */
  readonly redo: readonly Line[];
  readonly undo: readonly Line[];
  readonly files: readonly FileStep[];
  readonly journal: { readonly before: string; readonly during: string; readonly after: string };
  readonly probe: RouteProbe | undefined;
  readonly stays: readonly string[];
}

export interface Prepared {
  readonly unready: ReadonlyMap<Operation, Unready>;
  readonly ready: readonly (readonly [Operation, Resolved])[];
}

/** Leaves out what is refused, then, until nothing changes, what needs something that does not come. */
export function prepare(operations: readonly Operation[], circumstances: Circumstances): Prepared {
  const unready = new Map<Operation, Unready>();
  let ready = operations.flatMap((operation): [Operation, Resolved][] => {
    try {
      return [[operation, resolve(operation, circumstances)]];
    } catch (error) {
      failWithCompanions(
        unready,
        operation,
        error instanceof Error ? error : new Error(String(error)),
        operations,
      );
      return [];
    }
  });
  ready = ready.filter(([operation]) => !unready.has(operation));
  for (let count = -1; count !== ready.length; ) {
    count = ready.length;
    ready = ready.filter(([operation]) => {
      const missing = missingOf(operation, ready, circumstances.found);
      if (missing.length > 0) unready.set(operation, { kind: "waiting", missing, standsOn: false });
      return missing.length === 0;
    });
  }
  // Withdrawals last: what does not come needs nothing to stand. The engine deletes a few at a time and in any order, so two
  // that go at once are the end of an uplink, whose route comes too; one alone is a mistake.
  const used = ready.flatMap(([operation, resolved]): [Operation, Unready][] => {
    const missing = standingOn(operation, resolved, ready, circumstances.found);
    return missing.length > 0 ? [[operation, { kind: "waiting", missing, standsOn: true }]] : [];
  });
  const [alone] = used;
  if (alone === undefined || used.length > 1) return { unready, ready };
  unready.set(...alone);
  return { unready, ready: ready.filter(([operation]) => operation !== alone[0]) };
}

export function failWithCompanions(
  outcomes: { has(operation: Operation): boolean; set(operation: Operation, outcome: Unready): unknown },
  operation: Operation,
  error: Error,
  all: readonly Operation[],
): void {
  outcomes.set(operation, { kind: "failed", error });
  for (const companion of companionsOf(operation, all)) {
    if (outcomes.has(companion)) continue;
    outcomes.set(companion, { kind: "failed", error: new LeftOut(companion.id, operation.id) });
  }
}

function missingOf(operation: Operation, ready: Prepared["ready"], { running, files }: Found): string[] {
  const there = new Set([...files].flatMap(([path, text]) => (text === undefined ? [] : [path])));
  const others = ready.map(([one]) => one);
  return missingFor(operation, running, others, there);
}

/** What would still stand and require what the operation takes away. */
function standingOn(
  { verb }: Operation,
  resolved: Resolved,
  ready: Prepared["ready"],
  { journal }: Found,
): string[] {
  if (verb === "declare") return [];
  const after = withEntries(journal, changesOf(ready));
  const goes = [...resolved.journal].flatMap(([key, entry]) => (entry === undefined ? [key] : []));
  return [...after].flatMap(([key, { requires }]) =>
    requires.some((required) => goes.includes(required)) ? [key] : [],
  );
}

export function compose({ ready }: Prepared, { found }: Circumstances): Change {
  const targets = ready.flatMap(([, resolved]) => resolved.targets);
  const document = targets.reduce(
    (all, { path, wanted, keep }) => withWanted(all, path, wanted, keep),
    found.document,
  );
  const before = printDocument(found.document);
  const wanted = printDocument(document);
  const wantedTree = parseTreeText(wanted);
  const changed = changesOf(ready);
  const { entries, files: leftFiles } = abandoned(found, changed);
  const journalAfter = withEntries(found.journal, new Map([...entries, ...changed]));
  const files = [...leftFiles, ...fileSteps(ready, found)];
  const operations = ready.map(([operation]) => operation);
  const journal = {
    before: found.journalText,
    during: printJournal(during(found.journal, changed)),
    after: changed.size + entries.size === 0 ? found.journalText : textOf(journalAfter),
  };
  const configures = !sameTree(found.running, wantedTree);
  return {
    operations,
    configures,
    changes: configures || files.length > 0 || journal.after !== journal.before,
    before,
    wanted,
    wantedTree,
    redo: linesOf(ready, found.running, wantedTree),
    undo: linesOf(ready, wantedTree, found.running),
    files,
    journal,
    probe: configures ? probeOf(operations, wantedTree) : undefined,
    stays: ready.flatMap(([, { stays }]) => stays),
  };
}

/** Without an entry there is no file. */
function textOf(journal: Journal): string {
  return journal.size === 0 ? "" : printJournal(journal);
}

/** Whether a configuration holds at every path what the change wants there. */
export function holdsAll(ready: Prepared["ready"], wantedTree: ConfigTree, now: ConfigTree): boolean {
  return ready.every(([, { targets }]) =>
    targets.every(({ path }) => sameTree(subtree(now, path), subtree(wantedTree, path))),
  );
}

function changesOf(ready: Prepared["ready"]): Map<string, Entry | undefined> {
  return new Map(ready.flatMap(([, { journal }]) => [...journal]));
}

function linesOf(ready: Prepared["ready"], from: ConfigTree, to: ConfigTree): Line[] {
  return ready.flatMap(([operation, { targets }]) =>
    targets
      .flatMap(({ path }) => diffAt(from, subtree(to, path), path))
      .map((command) => ({ operation, command })),
  );
}

/** What a change that a reboot cut off has left: entries that came to nothing, and files that no configuration needs. */
function abandoned(
  { document, journal, files }: Found,
  changed: ReadonlyMap<string, Entry | undefined>,
): { entries: Map<string, undefined>; files: FileStep[] } {
  const entries = new Map<string, undefined>();
  const steps: FileStep[] = [];
  for (const [key, entry] of journal) {
    if (!entry.pending || changed.has(key)) continue;
    if (!key.startsWith("/")) {
      if (textAt(document, key.split(" ")) === (entry.before ?? undefined)) entries.set(key, undefined);
      continue;
    }
    entries.set(key, undefined);
    const before = files.get(key);
    const after = entry.before ?? undefined;
    if (before === undefined || before === after || !isOurs(before)) continue;
    steps.push({ path: key, before, after, start: undefined, stop: undefined });
  }
  return { entries, files: steps };
}

/** All files of a change, each once, with what every operation wants of it. */
function fileSteps(ready: Prepared["ready"], { files }: Found): FileStep[] {
  const steps = new Map<string, FileStep>();
  for (const { file, after } of ready.flatMap(([, resolved]) => resolved.files)) {
    const before = files.get(file.path);
    const known = steps.get(file.path);
    const { start, stop } = file.kind === "script" ? file : { start: undefined, stop: undefined };
    const now = known === undefined ? before : known.after;
    steps.set(file.path, { path: file.path, before, after: after(now), start, stop });
  }
  return [...steps.values()].filter(({ before, after }) => before !== after);
}

/** The files that a change must have read before it is prepared: pending ones of an earlier run too. */
export function pendingFiles(journal: Journal): string[] {
  return [...journal].flatMap(([key, { pending }]) => (pending && /^\/[^:]*$/.test(key) ? [key] : []));
}
