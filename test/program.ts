/**
 * A program that a test starts, in a process group of its own: whatever it started in turn ends with the test, also what
 * ignores signals. Not spawnSync: a simulated router answers in the test's own process.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { afterEach } from "@jest/globals";

export interface ProgramOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Standard input; it is closed after it. */
  readonly input?: string;
}

export interface Ended {
  /** As a shell tells it: 128 and the number of the signal that ended it would be null here. */
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Program {
  readonly pid: number;
  /** What came so far, of both outputs. */
  readonly heard: () => string;
  /** Resolves to the first match in what comes; rejects when it ends before. */
  readonly until: (pattern: RegExp) => Promise<RegExpExecArray>;
  /** To the program alone. */
  readonly signal: (name: NodeJS.Signals) => void;
  readonly ended: Promise<Ended>;
}

const groups = new Set<number>();

afterEach(() => {
  for (const group of groups) endGroup(group);
  groups.clear();
});

/** Starts a file of TypeScript with this Node, or any command that is given with its arguments. */
export function startProgram(command: readonly string[], options: ProgramOptions = {}): Program {
  const [file = "", ...args] = command;
  const [program, words] = file.endsWith(".ts") ? [process.execPath, [file, ...args]] : [file, args];
  const child = spawn(program, words, { cwd: options.cwd, env: options.env, detached: true });
  const group = child.pid ?? 0;
  groups.add(group);
  const heard = { out: "", err: "", both: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (bytes: Buffer) => {
      heard[name === "stdout" ? "out" : "err"] += bytes.toString();
      heard.both += bytes.toString();
    });
  child.stdin.on("error", () => {}).end(options.input ?? "");
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once("error", reject);
    // Something that it left behind may hold its outputs open for ever.
    child.once("exit", () => setTimeout(() => endGroup(group), 2000).unref());
    child.once("close", (status) => resolve({ status, out: heard.out, err: heard.err }));
  });
  return {
    pid: group,
    heard: () => heard.both,
    until: (pattern) => heardBy(child, () => heard.both, pattern),
    signal: (name) => void child.kill(name),
    ended,
  };
}

export function runProgram(command: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return startProgram(command, options).ended;
}

async function heardBy(child: ChildProcess, text: () => string, pattern: RegExp): Promise<RegExpExecArray> {
  for (;;) {
    const found = pattern.exec(text());
    if (found !== null) return found;
    if (child.exitCode !== null) throw new Error(`ended with ${child.exitCode}: ${text()}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

function endGroup(group: number): void {
  try {
    if (group > 0) process.kill(-group, "SIGKILL");
  } catch {
    // All of it has ended.
  }
}
