/**
 * One process of the simulated router: a client's shell or a script that the router runs by itself. It owns its
 * open files, variables and configuration session id, and must never outlive what it belongs to unnoticed.
 */
import { OpenFile, type User } from "./files.ts";
import type { Machine } from "./machine.ts";

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

export class Process {
  readonly pid: number;
  readonly machine: Machine;
  readonly user: User;
  /** As `ps` shows it. */
  readonly args: string;
  /** Of a client's shell only. */
  readonly link: Link | undefined;
  readonly fds = new Map<number, Sink>();
  /** Descriptor tables put aside while a command has others: what is in them is still open. */
  readonly aside = new Set<ReadonlyMap<number, Sink>>();
  readonly variables = new Map<string, string>();
  stdin = "";
  /** The configuration session that its environment names (getSessionEnv). */
  sessionId: number | undefined;
  alive = true;

  constructor(machine: Machine, user: User, args: string, link?: Link) {
    this.machine = machine;
    this.user = user;
    this.args = args;
    this.link = link;
    this.pid = machine.processes.add(this);
  }

  /** A second end does nothing. */
  end(): void {
    if (!this.alive) return;
    this.alive = false;
    this.machine.processes.remove(this);
    const tables = [this.fds, ...this.aside];
    for (const sink of new Set(tables.flatMap((table) => [...table.values()]))) sink.close();
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

/** The process table. */
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

  /** The scripts that the router runs by itself. */
  scripts(): Process[] {
    return [...this.#all.values()].filter((process) => process.link === undefined);
  }

  /** The shells of one connection, and what they run. */
  endOf(link: Link): void {
    for (const process of [...this.#all.values()]) if (process.link === link) process.end();
  }

  endAll(): void {
    for (const process of [...this.#all.values()]) process.end();
  }
}
