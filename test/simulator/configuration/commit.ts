/**
 * What `my_commit` does, step by step: each changed subtree is applied to the machine by itself, in order of priority,
 * deletions first in reverse; at the end the active configuration is replaced at once, except for what failed. It waits for
 * nothing, and rolls nothing back.
 */
import type { Answer } from "../system/program.ts";
import type { Version } from "./schema.ts";
import type { Session } from "./session.ts";
import type { Store } from "./store.ts";
import { printCommands } from "./text.ts";
import {
  type Change,
  copyTree,
  emptyTree,
  find,
  graft,
  type Path,
  type Step,
  type TreeNode,
  wordsOf,
} from "./tree.ts";

export type Unit = readonly string[];

export interface Verdict {
  /** What the subtree's program prints, each line ended; empty when it is content. */
  readonly text: string;
  readonly failed: boolean;
}

/** The machine that a commit works on. */
export interface Applied {
  /** Looks at a subtree of `working`, and makes the machine what it says when nothing speaks against it. */
  apply(unit: Unit, working: TreeNode): Verdict;
}

export const lockedText = "Configuration system temporarily locked due to another commit in progress\n";

/** Lower runs first (priorities of upstream's definitions); what is not listed has no order of its own here. */
const priorities: Readonly<Record<string, number>> = {
  nat: 220,
  "interfaces dummy": 300,
  "interfaces loopback": 300,
  "interfaces ethernet": 318,
  "interfaces tunnel": 380,
  "system config-management": 400,
  "protocols static": 480,
  "protocols failover": 490,
  "system task-scheduler": 999,
};

/** One commit on its way, subtree by subtree. */
export class Run {
  readonly units: readonly Unit[];
  readonly #store: Store;
  readonly #session: Session;
  readonly #applied: Applied;
  readonly #working: TreeNode;
  readonly #failed: Unit[] = [];
  #text = "";

  constructor(store: Store, session: Session, applied: Applied) {
    this.#store = store;
    this.#session = session;
    this.#applied = applied;
    this.#working = session.working();
    this.units = changedUnits(store.active, this.#working);
  }

  apply(unit: Unit): void {
    const verdict = this.#applied.apply(unit, this.#working);
    if (verdict.text !== "")
      this.#text += `[ ${unit.join(" ")} ]\n${verdict.text}${gap(this.#store.version)}`;
    if (verdict.failed) this.fail(unit, `[[${unit.join(" ")}]] failed\n`);
  }

  fail(unit: Unit, text: string): void {
    this.#text += text;
    this.#failed.push(unit);
  }

  /** The session is unmounted and the active configuration emptied: whoever dies now leaves it so (recorded). */
  empty(): void {
    this.#session.broken = true;
    this.#store.replace(emptyTree());
  }

  /** `before`: what was active when it began. */
  fill(before: TreeNode): Answer {
    const next = copyTree(this.#working);
    for (const unit of this.#failed) graft(next, before, unit);
    this.#store.replace(next);
    this.#session.broken = false;
    this.#session.keep(pending(this.#session.changes, this.#failed));
    const failed = this.#failed.length > 0;
    return { text: failed ? `${this.#text}Commit failed\n` : this.#text, status: failed ? 1 : 0 };
  }
}

/** The whole commit at once; whoever calls it has seen that nobody holds the lock. */
export function commitNow(store: Store, session: Session, applied: Applied): Answer {
  const before = copyTree(store.active);
  const run = new Run(store, session, applied);
  for (const unit of run.units) run.apply(unit);
  return run.fill(before);
}

/** 1.4 leaves an empty line after what a subtree printed; rolling was recorded without. */
function gap(version: Version): string {
  return version === "1.4" ? "\n" : "";
}

function changedUnits(active: TreeNode, working: TreeNode): Unit[] {
  const all = new Map([...unitsOf(active), ...unitsOf(working)].map((unit) => [unit.join(" "), unit]));
  const changed = [...all.values()].filter((unit) => print(active, unit) !== print(working, unit));
  const isDeletion = (unit: Unit) => find(working, unit) === undefined;
  const deletions = changed.filter(isDeletion).sort((left, right) => priority(right) - priority(left));
  const others = changed.filter((unit) => !isDeletion(unit));
  return [...deletions, ...others.sort((left, right) => priority(left) - priority(right))];
}

function print(root: TreeNode, unit: Unit): string | undefined {
  const node = find(root, unit);
  if (node === undefined) return undefined;
  return JSON.stringify([node.values, printCommands(node)]);
}

function priority(unit: Unit): number {
  return priorities[unit.slice(0, 2).join(" ")] ?? priorities[unit[0] ?? ""] ?? 500;
}

/** The subtrees that one program owns: one interface, all of NAT, one protocol, one second-level node. */
function unitsOf(root: TreeNode): Unit[] {
  return [...root.children].flatMap(([top, node]): Unit[] => {
    if (top === "nat" || node.children.size === 0) return [[top]];
    return [...node.children].flatMap(([second, child]): Unit[] => {
      if (child.kind !== "tag") return [[top, second]];
      return [...child.children.keys()].map((name) => [top, second, name]);
    });
  });
}

/** The changes that touch a failed subtree; of a wider deletion only the part inside it. */
function pending(changes: readonly Change[], failed: readonly Unit[]): Change[] {
  return changes.flatMap((change) => {
    const words = wordsOf(change.path);
    return failed.flatMap((unit): Change[] => {
      const common = Math.min(words.length, unit.length);
      if (words.slice(0, common).join(" ") !== unit.slice(0, common).join(" ")) return [];
      return words.length >= unit.length
        ? [change]
        : [{ verb: change.verb, path: narrow(change.path, unit) }];
    });
  });
}

function narrow(path: Path, unit: Unit): Path {
  const more = unit.slice(path.steps.length).map((word): Step => ({ word, kind: "node" }));
  return { steps: [...path.steps, ...more], multi: false };
}
