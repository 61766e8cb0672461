/** What a program of the simulated router is, and the answers that many of them give. */
import type { User } from "./file-node.ts";
import type { Process } from "./process.ts";

export interface Answer {
  readonly text: string;
  /** What goes to standard error. */
  readonly error?: string;
  readonly status: number;
}

export interface Call {
  readonly args: readonly string[];
  readonly stdin: string;
  readonly process: Process;
  /** As whom it runs: root behind `sudo`. */
  readonly user: User;
  /** Its standard output goes straight to the client. */
  readonly toClient: boolean;
}

export type Program = (call: Call) => Answer | Promise<Answer>;
export type Programs = Readonly<Record<string, Program>>;

export const done: Answer = { text: "", status: 0 };
export const no: Answer = { text: "", status: 1 };
export const say = (text: string): Answer => ({ text, status: 0 });
export const fail = (error: string, status = 1): Answer => ({ text: "", error: `${error}\n`, status });
