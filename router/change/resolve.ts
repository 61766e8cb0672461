/**
 * What one operation means on the router as it was found: what shall stand at each path, and what the journal shall say.
 * Pure. Must never give away what somebody else put there.
 */

import { Claimed, Occupied } from "../../errors.ts";
import { printCommand } from "../../vyos/commands.ts";
import { diffAt } from "../../vyos/diff.ts";
import { type ConfigDocument, depthAt, textAt, type Wanted, withWanted } from "../../vyos/document.ts";
import { freeNames } from "../../vyos/resources/free-names.ts";
import { fileKey, isOurs, type OwnedFile, textAfter } from "../../vyos/resources/owned-file.ts";
import type { OwnedNode } from "../../vyos/resources/resource.ts";
import { type ConfigPath, type ConfigTree, sameTree, subtree } from "../../vyos/tree.ts";
import type { Entry, Journal } from "./journal.ts";
import type { Operation } from "./operation.ts";
import { checkGuarded, checkHolders, checkJoined, checkVrf } from "./placing.ts";

/** A router as it was read. */
export interface Found {
  readonly document: ConfigDocument;
  readonly running: ConfigTree;
  readonly journal: Journal;
  /** As it lies there. */
  readonly journalText: string;
  /** By path; undefined: there is no such file. */
  readonly files: ReadonlyMap<string, string | undefined>;
  /** The MAC of another device on the link that answers for an address, by the address. */
  readonly holders: ReadonlyMap<string, string>;
}

export interface Target {
  readonly path: ConfigPath;
  readonly wanted: Wanted;
  /** Of a path that goes: how many of its words stay though nothing is below them. */
  readonly keep: number;
}

/** What shall become of a file, given what it holds when its turn comes. */
export interface FileTarget {
  readonly file: OwnedFile;
  after(found: string | undefined): string | undefined;
}

export interface Resolved {
  readonly targets: readonly Target[];
  readonly files: readonly FileTarget[];
  /** Undefined takes an entry out. */
  readonly journal: ReadonlyMap<string, Entry | undefined>;
  /** What is not ours any more and therefore stays, a sentence each. */
  readonly stays: readonly string[];
}

export interface Circumstances {
  readonly found: Found;
  /** The paths that this run has declared: what it takes away afterwards is the old half of a replacement. */
  readonly declared: ReadonlySet<string>;
  /** ISO 8601. */
  readonly now: string;
}

/** Throws Occupied, Claimed, and what ./placing.ts throws. */
export function resolve(operation: Operation, circumstances: Circumstances): Resolved {
  const resolving = new Resolving(operation, circumstances);
  const given = operation.verb === "declare" ? operation.left : [...operation.left, ...operation.nodes];
  if (operation.verb === "declare") {
    const held = operation.fulfilledBy(circumstances.found.running);
    checkJoined(operation, circumstances.found.running);
    checkHolders(operation, circumstances.found.holders);
    if (!held) resolving.checkOccupied();
    for (const node of operation.nodes) resolving.declare(node, held);
  }
  if (operation.verb === "declare" && operation.releases) resolving.release();
  for (const node of given) resolving.withdraw(node);
  for (const file of operation.files) {
    if (operation.verb === "declare") resolving.declareFile(file);
    else resolving.withdrawFile(file);
  }
  return resolving;
}

class Resolving implements Resolved {
  readonly targets: Target[] = [];
  readonly files: FileTarget[] = [];
  readonly journal = new Map<string, Entry | undefined>();
  readonly stays: string[] = [];
  readonly #operation: Operation;
  readonly #found: Found;
  readonly #declared: ReadonlySet<string>;
  readonly #now: string;

  constructor(operation: Operation, { found, declared, now }: Circumstances) {
    this.#operation = operation;
    this.#found = found;
    this.#declared = declared;
    this.#now = now;
  }

  /** Somebody else's lines at our paths are changed only when that is wished for. */
  checkOccupied(): void {
    const { id, nodes, owned, takeOver, remembered } = this.#operation;
    if (takeOver) return;
    const { running, journal } = this.#found;
    const occupied = nodes.filter(({ path, tree }) => {
      const key = path.join(" ");
      if (owned.has(key) || journal.has(key) || remembered !== undefined) return false;
      const there = subtree(running, path);
      return there !== undefined && !sameTree(there, tree);
    });
    if (occupied.length === 0) return;
    const ours = occupied.flatMap(({ path, tree }) =>
      diffAt(running, tree, path).filter(({ verb }) => verb === "set"),
    );
    const theirs = occupied.map(({ path }) => `in the way: ${path.join(" ")}`);
    throw new Occupied(
      id,
      [...theirs, ...ours.map(printCommand)],
      freeNames(
        nodes.map(({ path }) => path),
        running,
      ),
    );
  }

  /** `held`: what stands there serves as well. It stays, and is entered as what was there before. */
  declare({ path, tree }: OwnedNode, held: boolean): void {
    const key = path.join(" ");
    const { document, journal } = this.#found;
    const there = textAt(document, path);
    if (held && there === undefined) return;
    checkVrf({ path, tree }, this.#found.running);
    checkGuarded({ path, tree }, this.#found.running);
    const known = this.#mine(key);
    this.targets.push({ path, wanted: held ? there : tree, keep: path.length });
    if (known === "nobody") {
      const owned = this.#operation.owned.has(key) || this.#operation.remembered !== undefined;
      const before = owned ? this.#remembered(path) : (there ?? null);
      const above = owned ? path.length - 1 : Math.min(depthAt(document, path), parentsOf(path, journal));
      this.#enter(key, { before, above: Math.min(above, path.length - 1) });
    } else this.#enter(key, journal.get(key));
  }

  withdraw({ path, tree }: OwnedNode): void {
    const key = path.join(" ");
    if (this.#declared.has(key)) return;
    const entry = this.#found.journal.get(key);
    const { stack, remembered } = this.#operation;
    if (entry !== undefined) {
      if (entry.stack !== stack && stack !== "") return;
      this.targets.push({ path, wanted: entry.before ?? undefined, keep: entry.above });
      this.journal.set(key, undefined);
      return;
    }
    const there = subtree(this.#found.running, path);
    if (remembered !== undefined) {
      this.targets.push({ path, wanted: subtree(remembered.tree, path), keep: path.length - 1 });
    } else if (sameTree(there, tree)) this.targets.push({ path, wanted: undefined, keep: path.length - 1 });
    else if (there !== undefined) this.stays.push(`${key} is not what was put there any more, so it stays`);
  }

  /** A switch away from an uplink is one commit, though the engine deletes what it was made of only afterwards. */
  release(): void {
    const { nodes, requires, stack } = this.#operation;
    const { journal } = this.#found;
    const before = nodes.flatMap(({ path }) => journal.get(path.join(" "))?.requires ?? []);
    for (const key of before.filter((one) => !requires.includes(one) && !this.#declared.has(one))) {
      const entry = journal.get(key);
      if (key.startsWith("/") || entry?.stack !== stack) continue;
      this.targets.push({ path: key.split(" "), wanted: entry.before ?? undefined, keep: entry.above });
      this.journal.set(key, undefined);
    }
  }

  declareFile(file: OwnedFile): void {
    const key = fileKey(file);
    const text = this.#found.files.get(file.path);
    const foreign = file.kind === "script" && text !== undefined && !isOurs(text) ? text : undefined;
    const { owned, remembered, takeOver } = this.#operation;
    if (this.#mine(key) === "nobody") {
      const known = owned.has(key) || remembered !== undefined || takeOver;
      if (foreign !== undefined && foreign !== textAfter(file, "there", text) && !known)
        throw new Occupied(file.path, ["a script of somebody else's is in the way"]);
      this.#enter(key, { before: remembered?.files.get(file.path) ?? foreign ?? null, above: 0 });
    } else this.#enter(key, this.#found.journal.get(key));
    this.files.push({ file, after: (found) => textAfter(file, "there", found) });
  }

  withdrawFile(file: OwnedFile): void {
    const key = fileKey(file);
    if (this.#declared.has(key)) return;
    const entry = this.#found.journal.get(key);
    const { stack, remembered } = this.#operation;
    if (entry !== undefined && entry.stack !== stack && stack !== "") return;
    if (entry !== undefined) this.journal.set(key, undefined);
    const before = entry?.before ?? remembered?.files.get(file.path);
    this.files.push({
      file: file.kind === "script" ? { ...file, start: undefined } : file,
      after: (found) => {
        const left = textAfter(file, "gone", found);
        return left === undefined && file.kind === "script" ? before : left;
      },
    });
  }

  /** Throws Claimed for another stack's. */
  #mine(key: string): "nobody" | "ours" {
    const entry = this.#found.journal.get(key);
    if (entry === undefined) return "nobody";
    const { stack, owned, takeOver } = this.#operation;
    if (stack !== "" && entry.stack !== stack && !owned.has(key) && !takeOver)
      throw new Claimed(key, entry.stack, entry.since);
    return "ours";
  }

  #enter(key: string, entry: Pick<Entry, "before" | "above"> | Entry | undefined): void {
    if (entry === undefined) return;
    const { stack, requires } = this.#operation;
    const next: Entry = { since: this.#now, ...entry, stack, requires, pending: false };
    if (JSON.stringify(next) !== JSON.stringify(this.#found.journal.get(key))) this.journal.set(key, next);
  }

  /** In VyOS's form, as an older version's state tells it word by word. */
  #remembered(path: ConfigPath): string | null {
    const tree = subtree(this.#operation.remembered?.tree ?? new Map(), path);
    return tree === undefined ? null : (textAt(withWanted([], path, tree), path) ?? null);
  }
}

/** How many words of the path may have stood there before us: a parent that came with another of ours did not. */
function parentsOf(path: ConfigPath, journal: Journal): number {
  const common = (other: readonly string[]): number => {
    const at = other.findIndex((word, index) => word !== path[index]);
    return at < 0 ? other.length : at;
  };
  const limits = [...journal].map(([key, { above }]) =>
    common(key.split(" ")) > above ? above : path.length,
  );
  return Math.min(path.length, ...limits);
}
