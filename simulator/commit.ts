/**
 * `my_commit`: not atomic. Each changed subtree is applied by itself, in order of priority, deletions first in
 * reverse; what fails its checks stays pending while the rest is active. It must never roll anything back.
 */
import type { Machine } from "./machine.ts";
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

/** Waits `commitSeconds` with the lock held, then commits. */
export async function commit(session: Session): Promise<Answer> {
  const { machine } = session;
  if (!session.changed()) return { text: "", status: 0 };
  if (machine.locked) return { text: lockedText, status: 1 };
  machine.locked = true;
  try {
    if (machine.commitSeconds > 0) {
      await new Promise((resolve) => setTimeout(resolve, machine.commitSeconds * 1000));
    }
    return commitNow(session);
  } finally {
    machine.locked = false;
  }
}

/** The commit itself; whoever calls it holds the lock. */
export function commitNow(session: Session): Answer {
  const { machine } = session;
  const working = session.working();
  const failed: Unit[] = [];
  let text = "";
  for (const unit of changedUnits(machine.active, working)) {
    noteRootCommands(machine, find(working, unit));
    const verdict = verify(unit, working, machine.active, machine.version);
    if (verdict.text !== "") text += `[ ${unit.join(" ")} ]\n${verdict.text}${gap(machine)}`;
    if (verdict.failed) {
      text += `[[${unit.join(" ")}]] failed\n`;
      failed.push(unit);
    } else {
      graft(machine.active, working, unit);
    }
  }
  machine.generation++;
  machine.unsaved = true;
  session.keep(pending(session.changes, failed));
  if (failed.length === 0) return { text, status: 0 };
  return { text: `${text}Commit failed\n`, status: 1 };
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
