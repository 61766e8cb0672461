/**
 * Finds what a command's first word names (a function, a builtin, a program of the machine, a script by its path)
 * and runs it. It must never see shell syntax.
 */

import { Gone, Process, type Sink } from "../system/process.ts";
import type { Answer } from "../system/program.ts";
import { builtins } from "./builtins.ts";
import { Shell } from "./shell.ts";
import type { Command } from "./shell-grammar.ts";
import { type Around, type Host, Leave, type Running, type System } from "./shell-host.ts";

export function hostOf(system: System): Host {
  const host: Host = {
    system,
    execute: (shell, args) => execute(shell, args),
    script: (interpreter, args, around) => script(host, interpreter, args, around),
  };
  return host;
}

/** A command line that no shell reads, as of a unit: 203 when it cannot be executed (systemd.exec(5)). */
export async function runCommand(host: Host, command: readonly string[], around: Around): Promise<number> {
  const [name = "", ...args] = command;
  const { files } = host.system;
  if (/^(\/usr)?\/bin\/(true|false)$/.test(name)) return name.endsWith("true") ? 0 : 1;
  if (/^(\/usr)?\/bin\/(vba|ba)?sh$/.test(name))
    return files.find(args[0] ?? "")?.kind === "file" ? host.script(name, args, around) : 127;
  const known = files.find(name)?.kind === "file" && files.mayRun(name, around.user);
  return known ? runFile(host, command, around) : 203;
}

async function execute(shell: Running, args: readonly string[]): Promise<number> {
  const [name = "", ...rest] = args;
  const { programs } = shell.host.system;
  const own = shell.functions.get(name);
  if (own !== undefined) return call(shell, own, args);
  const builtin = Object.hasOwn(builtins, name) ? builtins[name] : undefined;
  if (builtin !== undefined) return builtin(shell, rest);
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  if (program === undefined) return byPath(shell, args);
  const { process, user } = shell;
  const close = process.inherit();
  const toClient = process.fds.get(1)?.kind === "client";
  const running = (async () => program({ args: rest, stdin: process.stdin, process, user, toClient }))();
  // A program lives on when its shell has ended, with the files that it inherited.
  void running.then(close, close);
  const answer = await process.during<Answer>(running, (status) => ({ text: "", status }));
  if (!process.alive) throw new Gone();
  shell.say(1, answer.text);
  shell.say(2, answer.error ?? "");
  return answer.status;
}

async function call(shell: Running, command: Command, args: readonly string[]): Promise<number> {
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

async function byPath(shell: Running, args: readonly string[]): Promise<number> {
  const [name = ""] = args;
  const { files, escapes } = shell.host.system;
  const node = name.includes("/") ? files.find(name) : undefined;
  if (node?.kind === "file") {
    if (!files.mayRun(name, shell.user)) return shell.fail(`${name}: Permission denied`, 126);
    const { process, user } = shell;
    return runFile(shell.host, args, { user, parent: process, stdin: process.stdin, fds: process.fds });
  }
  if (shell.policy === "script") escapes.push(name);
  if (!shell.scripted && shell.policy === "wire") {
    shell.say(2, `\n  Invalid command: [${name}]\n\n`);
    return 127;
  }
  return shell.fail(
    name.includes("/") ? `${name}: No such file or directory` : `${name}: command not found`,
    127,
  );
}

/** By its own first line. */
async function runFile(host: Host, args: readonly string[], around: Around): Promise<number> {
  const text = host.system.files.read(args[0] ?? "", "root");
  const interpreter = /^#!\s*(\S+)/.exec(text)?.[1] ?? "/bin/vbash";
  return script(host, interpreter, args, around);
}

/** Runs a file as a process of its own; its status. It has no more than its standard descriptors. */
async function script(
  host: Host,
  interpreter: string,
  args: readonly string[],
  around: Around,
): Promise<number> {
  const { files, processes } = host.system;
  const text = files.read(args[0] ?? "", around.user);
  const origin = { ...around, args: [interpreter, ...args].join(" ") };
  const process = new Process(processes, origin);
  for (const [name, value] of Object.entries(around.environment ?? {})) {
    process.variables.set(name, value);
    process.exported.add(name);
  }
  for (const fd of [1, 2]) {
    const sink = around.fds.get(fd);
    if (sink !== undefined) process.fds.set(fd, { ...sinkOf(sink), close: () => {} });
  }
  process.stdin = around.stdin;
  const shell = new Shell(process, "script", args, host);
  try {
    const status = await leaving(() => shell.text(text));
    const last = process.traps.get("EXIT");
    if (last === undefined || !process.alive) return status;
    process.traps.delete("EXIT");
    shell.status = status;
    return await leaving(() => shell.text(last).then(() => status));
  } catch (error) {
    if (error instanceof Gone) return process.status;
    throw error;
  } finally {
    process.end();
  }
}

async function leaving(act: () => Promise<number>): Promise<number> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof Leave) return error.status;
    throw error;
  }
}

function sinkOf(sink: Sink): Sink {
  return { kind: sink.kind, write: (text) => sink.write(text), close: () => sink.close() };
}
