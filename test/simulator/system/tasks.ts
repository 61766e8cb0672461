/**
 * `system task-scheduler`: VyOS writes each task to cron, which runs it as root in the group vyattacfg. Whole
 * minutes only, and only while the task is configured. It must never run one twice at a time.
 */
import type { Clock } from "./clock.ts";

export interface Task {
  readonly name: string;
  /** 0: never. */
  readonly everySeconds: number;
  readonly command: readonly string[];
}

const minute = 60; // seconds

export class Tasks {
  readonly #clock: Clock;
  readonly #tasks: () => readonly Task[];
  readonly #run: (task: Task) => void;
  /** The names and intervals that cron has now; empty while its clock stands still. */
  #known = "";
  #stop: () => void = () => {};

  constructor(clock: Clock, tasks: () => readonly Task[], run: (task: Task) => void) {
    this.#clock = clock;
    this.#tasks = tasks;
    this.#run = run;
  }

  /** Called at every change of what is configured, and at boot. */
  read(): void {
    const tasks = this.#tasks();
    const now = JSON.stringify(tasks.map(({ name, everySeconds }) => [name, everySeconds]));
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

  /** Cron wakes up at each full minute of the wall's clock. */
  #wait(): void {
    this.#stop = this.#clock.after(minute - (this.#clock.wall() % minute), () => {
      const minutes = Math.round(this.#clock.wall() / minute);
      for (const task of this.#tasks()) {
        const every = task.everySeconds / minute;
        if (every > 0 && minutes % every === 0) this.#run(task);
      }
      this.#wait();
    });
  }
}
