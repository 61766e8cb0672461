/**
 * Finds what a command's first word names (a function, a builtin, a program of the machine, a script by its path)
 * and runs it. It must never see shell syntax.
 */

import { allows, type FileNode, type User } from "../system/files.ts";
import type { Machine } from "../system/machine.ts";
import { Gone, Process, type Sink } from "../system/process.ts";
import { builtins } from "./builtins.ts";
import { Shell } from "./shell.ts";
import type { Command } from "./shell-grammar.ts";
import { type Around, type Host, Leave } from "./shell-host.ts";

async function execute(shell: Shell, args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const { machine } = shell.process;
  const own = shell.functions.get(name);
  if (own !== undefined) return call(shell, own, args);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin !== undefined) return builtin(shell, rest);
  const program = Object.hasOwn(machine.programs, name) ? machine.programs[name] : undefined;
  if (program === undefined) return byPath(shell, args);
  const { process, user } = shell;
  const close = process.inherit();
  try {
    const toClient = process.fds.get(1)?.kind === "client";
    const answer = await program({ args: rest, stdin: process.stdin, process, user, toClient });
    if (!process.alive) throw new Gone();
    shell.say(1, answer.text);
    shell.say(2, answer.error ?? "");
    return answer.status;
  } finally {
    close();
  }
}

async function call(shell: Shell, command: Command, args: readonly string[]): Promise<number> {
  const before = shell.positional;
  shell.positional = args;
  try {
    return await shell.command(command);
  } catch (error) {
    if (error instanceof Leave && error.how === "return") return error.status;
    throw error;
  } finally {
    shell.positional = before;
  }
}

async function byPath(shell: Shell, args: readonly string[]): Promise<number> {
  const [name = ""] = args;
  const { machine, link } = shell.process;
  const node = name.includes("/") ? machine.files.find(name) : undefined;
  if (node?.kind === "file") {
    if (!isExecutable(node, shell.user)) return shell.fail(`${name}: Permission denied`, 126);
    return runScript(machine, args, shell.user, { link, stdin: shell.process.stdin, fds: shell.process.fds });
  }
  if (shell.policy === "script") machine.escapes.push(name);
  if (!shell.scripted && shell.policy === "wire") {
    shell.say(2, `\n  Invalid command: [${name}]\n\n`);
    return 127;
  }
  return shell.fail(
    name.includes("/") ? `${name}: No such file or directory` : `${name}: command not found`,
    127,
  );
}

export function isExecutable(node: FileNode, user: User): boolean {
  return user === "root" ? (node.mode & 0o111) !== 0 : allows(node, 1, user);
}

/** Runs a file as a process of its own; its status. It has no more than its standard descriptors. */
export async function runScript(
  machine: Machine,
  args: readonly string[],
  user: User,
  around: Around,
): Promise<number> {
  const text = machine.files.read(args[0] as string, "root");
  const interpreter = text.startsWith("#!") ? text.slice(2).split("\n")[0] : "/bin/vbash";
  const process = new Process(machine, user, `${interpreter} ${args.join(" ")}`, around.link);
  for (const fd of [1, 2]) {
    const sink = around.fds.get(fd);
    if (sink !== undefined) process.fds.set(fd, { ...sinkOf(sink), close: () => {} });
  }
  process.stdin = around.stdin;
  const shell = new Shell(process, "script", args, host);
  try {
    return await shell.text(text);
  } catch (error) {
    if (error instanceof Leave) return error.status;
    if (error instanceof Gone) return 143; // ended by a signal, as a shell tells it
    throw error;
  } finally {
    process.end();
  }
}

function sinkOf(sink: Sink): Sink {
  return { kind: sink.kind, write: (text) => sink.write(text), close: () => sink.close() };
}

export const host: Host = { execute, script: runScript };
