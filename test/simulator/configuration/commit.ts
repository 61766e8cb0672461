/**
 * `my_commit`: not atomic. Each changed subtree is applied by itself, in order of priority, deletions first in
 * reverse; what fails its checks stays pending while the rest is active. It must never roll anything back.
 */

import { noise } from "../system/faults.ts";
import type { Machine } from "../system/machine.ts";
import { Gone, type Process } from "../system/process.ts";
import { Broken, reach, type Told } from "../system/steps.ts";
import { runHooks } from "./hooks.ts";
import type { Answer, Session } from "./session.ts";
import { printCommands } from "./text.ts";
import { type Change, find, graft, type Path, type Step, type TreeNode, wordsOf } from "./tree.ts";
import { verify } from "./verify.ts";

type Unit = readonly string[];

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

/**
 * Commits with the lock held, the changed subtrees spread over `commitSeconds`. When the client's process has
 * ended meanwhile it goes on to the end, or stops where it is: which of them a real one does was not seen, so
 * that is an option of the machine.
 */
export async function commit(session: Session, by: Process): Promise<Answer> {
  const { machine } = session;
  if (machine.locked !== undefined) return { text: lockedText, status: 1 };
  const lock = { pid: by.pid + 1, user: by.user };
  machine.locked = lock;
  const run = new Run(session);
  const pauseSeconds = machine.commitSeconds / run.units.length;
  let middle: { told?: Told; broken?: Broken } = {};
  try {
    for (const [index, unit] of run.units.entries()) {
      await machine.clock.sleep(pauseSeconds);
      if (index === Math.floor(run.units.length / 2)) middle = reachMiddle(by);
      if (machine.locked !== lock) throw new Gone(); // a reboot
      if (!by.alive && !machine.commitSurvivesLinkLoss) throw new Gone();
      if (middle.told === "refuse") run.fail(unit, "");
      else run.apply(unit);
    }
    const answer = run.finish();
    await runHooks(machine, by.user);
    if (middle.broken !== undefined) throw middle.broken;
    return middle.told === "garble" ? { ...answer, text: noise } : answer;
  } finally {
    if (machine.locked === lock) machine.locked = undefined;
  }
}

/** A lost link does not end the commit by itself. */
function reachMiddle(by: Process): { told?: Told; broken?: Broken } {
  try {
    return { told: reach(by, "commit-middle") };
  } catch (error) {
    if (error instanceof Broken) return { broken: error };
    throw error;
  }
}

/** The whole commit at once; whoever calls it has seen that nobody holds the lock. */
export function commitNow(session: Session): Answer {
  const run = new Run(session);
  for (const unit of run.units) run.apply(unit);
  return run.finish();
}

/** One commit on its way, subtree by subtree. */
class Run {
  readonly units: readonly Unit[];
  readonly #session: Session;
  readonly #working: TreeNode;
  readonly #failed: Unit[] = [];
  #text = "";

  constructor(session: Session) {
    this.#session = session;
    this.#working = session.working();
    this.units = changedUnits(session.machine.active, this.#working);
  }

  apply(unit: Unit): void {
    const { machine } = this.#session;
    noteRootCommands(machine, find(this.#working, unit));
    const verdict = verify(
      unit,
      this.#working,
      machine.active,
      machine.version,
      machine.kernel,
      machine.files,
    );
    if (verdict.text !== "") this.#text += `[ ${unit.join(" ")} ]\n${verdict.text}${gap(machine)}`;
    if (verdict.failed) {
      this.fail(unit, `[[${unit.join(" ")}]] failed\n`);
      return;
    }
    graft(machine.active, this.#working, unit);
    machine.generation++;
    machine.unsaved = true;
    machine.changed();
  }

  fail(unit: Unit, text: string): void {
    this.#text += text;
    this.#failed.push(unit);
  }

  finish(): Answer {
    this.#session.keep(pending(this.#session.changes, this.#failed));
    if (this.#failed.length === 0) return { text: this.#text, status: 0 };
    return { text: `${this.#text}Commit failed\n`, status: 1 };
  }
}

/** 1.4 leaves an empty line after what a subtree printed; rolling was recorded without. */
function gap(machine: Machine): string {
  return machine.version === "1.4" ? "\n" : "";
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

/** Every value of a subtree that is committed passes through scripts that run as root. */
function noteRootCommands(machine: Machine, node: TreeNode | undefined): void {
  for (const value of node?.values ?? []) if (/\$\(|`/.test(value)) machine.rootCommands.push(value);
  for (const child of node?.children.values() ?? []) noteRootCommands(machine, child);
}
