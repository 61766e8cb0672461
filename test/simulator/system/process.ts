/**
 * The process table of the simulated router: clients' shells, the scripts that it runs by itself, and commits. A process
 * owns its open files, variables and signal traps; what it was doing ends where it is when it is killed.
 */
import { OpenFile, type User } from "./file-node.ts";

/** Where a file descriptor writes to. */
export interface Sink {
  readonly kind: "client" | "file" | "null" | "pipe";
  write(text: string): void;
  close(): void;
}

/** The SSH connection that a client's shells belong to. */
export interface Link {
  cut(): void;
  /** Nothing is sent any more; the connection stays. */
  silence(): void;
}

export const nowhere: Sink = { kind: "null", write: () => {}, close: () => {} };

/** What a program writes for another one to read. */
export class Pipe implements Sink {
  readonly kind = "pipe";
  text = "";

  write(text: string): void {
    this.text += text;
  }

  close(): void {}
}

/** The process has ended while its program was still on its way. */
export class Gone extends Error {}

const numbers = { HUP: 1, INT: 2, KILL: 9, TERM: 15 };
export type Signal = keyof typeof numbers;

/** `9`, `-9`, `KILL` or `SIGKILL`; undefined for one that nothing here sends. */
export function signalOf(text: string): Signal | undefined {
  const name = text.replace(/^-?(SIG)?/, "");
  const found = Object.entries(numbers).find(([one, number]) => one === name || String(number) === name);
  return found?.[0] as Signal | undefined;
}

export interface Origin {
  readonly user: User;
  /** As `ps` shows it. */
  readonly args: string;
  readonly link?: Link | undefined;
  /** The service that it is part of: it ends with it. */
  readonly unit?: string | undefined;
  /** Its steps are those of a client's run: faults can happen at them. */
  readonly ofClient?: boolean;
  /** How many seconds it goes on when its link is lost; default 0. */
  readonly lingers?: number;
  /** Environment and ignored signals are inherited. */
  readonly parent?: Process | undefined;
}

export class Process {
  readonly pid: number;
  readonly user: User;
  readonly args: string;
  readonly link: Link | undefined;
  readonly unit: string | undefined;
  readonly ofClient: boolean;
  readonly lingers: number;
  readonly fds = new Map<number, Sink>();
  /** Descriptor tables put aside while a command has others: what is in them is still open. */
  readonly aside = new Set<ReadonlyMap<number, Sink>>();
  readonly variables = new Map<string, string>();
  readonly exported = new Set<string>();
  /** What `trap` was told, by signal or EXIT; "" ignores it. */
  readonly traps = new Map<string, string>();
  /** Commands of traps that wait for the command under way. */
  readonly trapped: string[] = [];
  stdin = "";
  alive = true;
  /** As a shell tells it: 128 and the signal. */
  status = 0;
  readonly #table: Processes;
  readonly #ends = new Set<() => void>();
  #interrupt: ((status: number) => void) | undefined;

  constructor(table: Processes, origin: Origin) {
    const { user, args, link, unit, ofClient, lingers = 0, parent } = origin;
    this.#table = table;
    this.user = user;
    this.args = args;
    this.link = link ?? parent?.link;
    this.unit = unit ?? parent?.unit;
    this.ofClient = ofClient ?? parent?.ofClient ?? false;
    this.lingers = lingers;
    for (const name of parent?.exported ?? []) {
      this.exported.add(name);
      this.variables.set(name, parent?.variables.get(name) ?? "");
    }
    for (const [name, command] of parent?.traps ?? []) if (command === "") this.traps.set(name, "");
    this.pid = table.add(this);
  }

  /** As the kernel names it. */
  get command(): string {
    return this.args.split(" ")[0]?.split("/").at(-1) ?? "";
  }

  /** The configuration session that its environment names (getSessionEnv). */
  get sessionId(): number | undefined {
    const found = /\d+$/.exec(this.variables.get("VYATTA_CHANGES_ONLY_DIR") ?? "");
    return found === null ? undefined : Number(found[0]);
  }

  /** Called once when it ends, however; what is returned takes it back. */
  onEnd(act: () => void): () => void {
    this.#ends.add(act);
    return () => this.#ends.delete(act);
  }

  /** A second end does nothing. */
  end(status = 0): void {
    if (!this.alive) return;
    this.alive = false;
    this.status = status;
    this.#table.remove(this);
    const tables = [this.fds, ...this.aside];
    for (const sink of new Set(tables.flatMap((table) => [...table.values()]))) sink.close();
    for (const act of [...this.#ends]) act();
  }

  /** Its own children live on. */
  signal(name: Signal): void {
    const command = name === "KILL" ? undefined : this.traps.get(name);
    if (command === "") return;
    if (command === undefined) this.end(128 + numbers[name]);
    else this.trapped.push(command);
  }

  /** The program that it waits for got a signal of its own, as all of a service do. */
  interrupt(name: Signal): void {
    if (this.traps.get(name) !== "" || name === "KILL") this.#interrupt?.(128 + numbers[name]);
  }

  /** What is waited for ends with the process; with an interruption the status is `interrupted(status)`. */
  async during<T>(running: Promise<T> | T, interrupted: (status: number) => T): Promise<T> {
    if (!(running instanceof Promise)) return running;
    let forget: () => void = () => {};
    const cut = new Promise<T>((resolve, reject) => {
      this.#interrupt = (status) => resolve(interrupted(status));
      forget = this.onEnd(() => reject(new Gone()));
    });
    running.catch(() => {});
    try {
      return await Promise.race([running, cut]);
    } finally {
      this.#interrupt = undefined;
      forget();
    }
  }

  /** The open files that a program started now inherits; it must close them when it ends. */
  inherit(): () => void {
    const files = [...new Set(this.fds.values())].filter((sink) => sink instanceof OpenFile);
    for (const file of files) file.share();
    return () => {
      for (const file of files) file.close();
    };
  }
}

export class Processes {
  readonly #all = new Map<number, Process>();
  #next = 4711;

  add(process: Process): number {
    const pid = this.#next;
    this.#next += 7; // other programs come and go between two of ours
    this.#all.set(pid, process);
    return pid;
  }

  remove(process: Process): void {
    this.#all.delete(process.pid);
  }

  get(pid: number): Process | undefined {
    return this.#all.get(pid);
  }

  /** Without a condition: all. */
  filter(fits: (process: Process) => boolean = () => true): Process[] {
    return [...this.#all.values()].filter(fits);
  }

  /** Every process of a service, and what each of them waits for. */
  signal(unit: string, name: Signal): void {
    for (const process of this.filter((one) => one.unit === unit)) {
      process.signal(name);
      process.interrupt(name);
    }
  }
}
