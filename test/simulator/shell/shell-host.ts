/** What a shell needs from around it, and how a command leaves the lists it is in. It must never run anything. */
import type { User } from "../system/files.ts";
import type { Machine } from "../system/machine.ts";
import type { Link, Sink } from "../system/process.ts";
import type { Shell } from "./shell.ts";

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

/** What a script inherits from whoever starts it. */
export interface Around {
  readonly link: Link | undefined;
  readonly stdin: string;
  readonly fds: ReadonlyMap<number, Sink>;
}

/** Runs what is no shell syntax. */
export interface Host {
  execute(shell: Shell, args: readonly string[]): Promise<number>;
  script(machine: Machine, args: readonly string[], user: User, around: Around): Promise<number>;
}
