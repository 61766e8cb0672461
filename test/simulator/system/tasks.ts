/**
 * `system task-scheduler`: VyOS writes each task to cron, which runs it as root in the group vyattacfg. Whole
 * minutes only, and only while the task is in the active configuration. It must never run one twice at a time.
 */

import { find, type TreeNode } from "../configuration/tree.ts";
import type { Machine } from "./machine.ts";

const minute = 60; // seconds

export class Tasks {
  readonly #machine: Machine;
  /** The names and intervals that cron has now; empty while its clock stands still. */
  #known = "";
  #stop: () => void = () => {};

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Reads the active configuration; called at every change of it and at boot. */
  read(): void {
    const tasks = this.#tasks();
    const now = JSON.stringify(tasks.map(([name, node]) => [name, everySeconds(node)]));
    if (now === this.#known) return;
    this.#known = now;
    this.#stop();
    this.#stop = () => {};
    if (tasks.length > 0) this.#wait();
  }

  /** A reboot: the clock has forgotten what was waited for. */
  clear(): void {
    this.#known = "";
  }

  /** Cron wakes up at each full minute. */
  #wait(): void {
    const { clock } = this.#machine;
    this.#stop = clock.after(minute - (clock.now() % minute), () => {
      const minutes = Math.round(clock.now() / minute);
      for (const [name, node] of this.#tasks()) {
        const every = everySeconds(node) / minute;
        if (every > 0 && minutes % every === 0) this.#run(name, node);
      }
      this.#wait();
    });
  }

  #run(name: string, node: TreeNode): void {
    const value = (word: string) => find(node, ["executable", word])?.values[0];
    const command = [value("path") ?? "", ...(value("arguments")?.split(" ") ?? [])];
    this.#machine.units.add({
      name: `cron-${name}`,
      command,
      user: "root",
      inSeconds: undefined,
      collect: true,
      oneshot: false,
    });
  }

  #tasks(): [string, TreeNode][] {
    const tag = find(this.#machine.active, ["system", "task-scheduler", "task"]);
    return [...(tag?.children ?? [])];
  }
}

/** `N`, `Nm`, `Nh` or `Nd`; a crontab-spec is not known here and never runs. */
function everySeconds(node: TreeNode): number {
  const found = /^(\d+)([mhd]?)$/.exec(find(node, ["interval"])?.values[0] ?? "");
  if (found === null) return 0;
  const unit = { "": minute, m: minute, h: 60 * minute, d: 24 * 60 * minute }[found[2] ?? ""] ?? minute;
  return Number(found[1]) * unit;
}
