/** What a shell needs from around it, what a command sees of the shell, and how one leaves the lists it is in. */
import type { Clock } from "../system/clock.ts";
import type { Faults } from "../system/faults.ts";
import type { User } from "../system/file-node.ts";
import type { Files } from "../system/files.ts";
import type { Observed } from "../system/observed.ts";
import type { Process, Processes, Sink } from "../system/process.ts";
import type { Programs } from "../system/program.ts";
import type { Context, Policy } from "./expansion.ts";
import type { Command } from "./shell-grammar.ts";

/** `exit`, `return`, `break` and `continue` leave the lists they are in. */
export class Leave extends Error {
  readonly how: "exit" | "return" | "break" | "continue";
  readonly status: number;

  constructor(how: Leave["how"], status: number) {
    super(how);
    this.how = how;
    this.status = status;
  }
}

/** The router that shells run on. */
export interface System {
  readonly clock: Clock;
  readonly files: Files;
  readonly faults: Faults;
  readonly processes: Processes;
  readonly programs: Programs;
  readonly observed: Pick<Observed, "sudo" | "clientAddress">;
  /** What no shell here understands, or would have expanded: tests assert that there is nothing. */
  readonly escapes: string[];
}

/** What a script inherits from whoever starts it. */
export interface Around {
  readonly user: User;
  readonly parent?: Process;
  readonly unit?: string;
  readonly ofClient?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly fds: ReadonlyMap<number, Sink>;
}

/** Runs what is no shell syntax. */
export interface Host {
  readonly system: System;
  execute(shell: Running, args: readonly string[]): Promise<number>;
  /** A file as a process of its own, by the interpreter; its status. */
  script(interpreter: string, args: readonly string[], around: Around): Promise<number>;
}

/** A shell as the commands that it runs see it. */
export interface Running {
  readonly process: Process;
  readonly host: Host;
  policy: Policy;
  /** What `vbash -s` reads as a script, once it was started. */
  scripted: boolean;
  status: number;
  user: User;
  positional: readonly string[];
  readonly functions: Map<string, Command>;
  /** script-template was sourced: `exit` is an alias (recorded). */
  templated: boolean;
  context(): Context;
  text(text: string): Promise<number>;
  command(command: Command): Promise<number>;
  execute(args: readonly string[]): Promise<number>;
  subshell(act: () => Promise<number>): Promise<number>;
  say(fd: 1 | 2, text: string): void;
  fail(message: string, status: number): number;
}
