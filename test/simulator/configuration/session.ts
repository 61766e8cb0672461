/**
 * One configuration session: the changes of one shell over the active configuration, as `my_set`, `my_delete`,
 * `my_discard` and `loadFile` answer. Other sessions' commits show through. It commits nothing.
 */
import type { Answer } from "../system/program.ts";
import { portsOf } from "./ports.ts";
import { BadText, readText } from "./read-text.ts";
import { type Check, type Understood, understand } from "./schema.ts";
import type { Store } from "./store.ts";
import { applyChange, type Change, copyTree, exists, type Path, type Step, type TreeNode } from "./tree.ts";

/** The text with which a value is refused. */
export type Refusal = (check: Check) => string | undefined;

export class Session {
  readonly owner: string;
  changes: Change[] = [];
  /** A commit of its own died while VyOS had it unmounted: nothing of it answers any more (recorded). */
  broken = false;
  readonly #store: Store;
  #working: TreeNode | undefined;
  #generation = -1;

  constructor(store: Store, owner: string) {
    this.#store = store;
    this.owner = owner;
  }

  /** The active configuration with this session's changes made to it. Read only. */
  working(): TreeNode {
    if (this.#working === undefined || this.#generation !== this.#store.generation) {
      this.#working = copyTree(this.#store.active);
      for (const change of this.changes) applyChange(this.#working, change);
      this.#generation = this.#store.generation;
    }
    return this.#working;
  }

  /** Replaces the pending changes, as a commit does with what it could not apply. */
  keep(changes: Change[]): void {
    this.changes = changes;
    this.#working = undefined;
  }

  /** A marker that every change leaves, also one that another change took back (vyatta-cfg: sessionChanged). */
  changed(): boolean {
    return this.changes.length > 0 && !this.broken;
  }

  /** The top nodes in which it has changes. */
  changedTops(): string[] {
    if (!this.changed()) return [];
    return [...new Set(this.changes.map((change) => change.path.steps[0]?.word ?? ""))];
  }

  set(words: readonly string[], refusal: Refusal): Answer {
    const refused = this.#set(words, refusal);
    return refused === undefined || refused.status === 0
      ? (refused ?? { text: "", status: 0 })
      : { text: `${refused.text}Set failed\n`, status: 1 };
  }

  delete(words: readonly string[]): Answer {
    const understood = understand(this.#store.schema, words);
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

  /**
   * `loadFile`: the difference between the active configuration and the text, made to the candidate. It goes on after
   * what is refused, with status 0 (recorded; vyatta-cfg: cstore.cpp, loadFile).
   */
  load(text: string, refusal: Refusal): Answer {
    let lines: string[][];
    try {
      lines = readText(text);
    } catch (error) {
      if (!(error instanceof BadText)) throw error;
      return { text: `${error.message}\nFailed to parse specified config file\n`, status: 1 };
    }
    const { active, schema } = this.#store;
    const target = this.#store.treeOf(lines);
    for (const path of gone(active, target, [])) this.#change({ verb: "delete", path });
    let said = "";
    for (const words of lines) {
      const understood = understand(schema, words);
      if (understood.kind === "complete" && exists(this.working(), understood.path)) continue;
      const refused = this.#set(words, refusal);
      if (refused !== undefined)
        said += `${refused.text}Set [${words.map((word) => `'${word}'`).join(" ")}] failed\n`;
    }
    return { text: said, status: 0 };
  }

  /** Undefined when it was set; status 0 when it was there. */
  #set(words: readonly string[], refusal: Refusal): Answer | undefined {
    const understood = understand(this.#store.schema, words);
    const refused = refuse(understood, words, (check) =>
      this.#isDevice(check) ? undefined : refusal(check),
    );
    if (refused !== undefined || understood.kind === "invalid") return refused;
    const { path } = understood;
    if (exists(this.working(), path)) {
      return { text: `Configuration path: [${words.join(" ")}] already exists\n`, status: 0 };
    }
    this.#change({ verb: "set", path });
    return undefined;
  }

  /** VyOS takes whatever /sys/class/net holds, whatever the pattern beside it says. */
  #isDevice({ schema, value }: Check): boolean {
    const looks = schema.constraint?.includes("--lookup-path /sys/class/net") ?? false;
    return looks && portsOf(this.#store.active).some(([name]) => name === value);
  }

  #change(change: Change): void {
    applyChange(this.working(), change);
    this.changes.push(change);
  }
}

/** The highest nodes of one that the other has not, or has with other values. */
function gone(one: TreeNode, other: TreeNode, above: readonly Step[]): Path[] {
  return [...one.children].flatMap(([word, child]): Path[] => {
    const steps = [...above, { word, kind: child.kind }];
    const there = other.children.get(word);
    const same = there !== undefined && child.values.join("\n") === there.values.join("\n");
    return same ? gone(child, there, steps) : [{ steps, multi: false }];
  });
}

/** Values are checked on the way, so a refused name comes before an unknown word behind it. */
function refuse(understood: Understood, words: readonly string[], refusal: Refusal): Answer | undefined {
  for (const check of understood.checks) {
    const text = refusal(check);
    if (text !== undefined) return { text: `${text}\nValue validation failed\n`, status: 1 };
  }
  const path = `Configuration path: [${words.join(" ")}]`;
  if (understood.kind === "invalid") return { text: `${path} is not valid\n\n`, status: 1 };
  if (understood.kind === "incomplete") return { text: `${path} requires a value\n`, status: 1 };
  return undefined;
}
