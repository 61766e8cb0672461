/**
 * What `>`, `>>`, `<` and `>&` do to the descriptors of a shell's process, for one command or (with a bare
 * `exec`) for good. It must never leave a descriptor changed that the command had for itself alone.
 */

import { FileError, realPath } from "../system/file-node.ts";
import { nowhere, type Sink } from "../system/process.ts";
import { oneField } from "./expansion.ts";
import type { Redirection } from "./shell-grammar.ts";
import type { Running } from "./shell-host.ts";

/** Runs `act` with the redirections in force; what `exec` changes meanwhile stays. */
export async function redirected(
  shell: Running,
  redirections: readonly Redirection[],
  act: () => Promise<number>,
): Promise<number> {
  const { process } = shell;
  const saved = new Map(process.fds);
  const { stdin } = process;
  const opened: Sink[] = [];
  process.aside.add(saved);
  try {
    for (const one of redirections) await apply(shell, one, opened);
    return await act();
  } catch (error) {
    if (error instanceof FileError) return shell.fail(error.message, 1);
    throw error;
  } finally {
    process.aside.delete(saved);
    for (const { fd, operator } of redirections) {
      for (const one of operator === ">&" ? [fd, 2] : [fd]) {
        const before = saved.get(one);
        if (before === undefined) process.fds.delete(one);
        else process.fds.set(one, before);
        // The process ended meanwhile, and what was put aside for the command was not closed with the rest.
        if (!process.alive) before?.close();
      }
    }
    process.stdin = stdin;
    for (const sink of opened) sink.close();
  }
}

/** `exec 9>>file`: for good; a file that no descriptor names any more is closed. */
export async function redirectForGood(shell: Running, redirections: readonly Redirection[]): Promise<number> {
  const before = new Set(shell.process.fds.values());
  try {
    for (const one of redirections) await apply(shell, one, []);
  } catch (error) {
    if (error instanceof FileError) return shell.fail(error.message, 1);
    throw error;
  }
  const after = new Set(shell.process.fds.values());
  for (const sink of before) if (!after.has(sink)) sink.close();
  return 0;
}

async function apply(shell: Running, one: Redirection, opened: Sink[]): Promise<void> {
  const { fds } = shell.process;
  const target = await oneField(one.target, shell.context());
  if (one.operator === ">&" && target === "-") {
    fds.delete(one.fd);
  } else if (one.operator === ">&" && /^\d+$/.test(target)) {
    fds.set(one.fd, fds.get(Number(target)) ?? nowhere);
  } else if (one.operator === "<") {
    shell.process.stdin = target === "/dev/null" ? "" : read(shell, target);
  } else if ([">", ">>", ">&"].includes(one.operator)) {
    const sink = open(shell, target, one.operator === ">>" ? "append" : "replace");
    opened.push(sink);
    fds.set(one.fd, sink);
    if (one.operator === ">&") fds.set(2, sink);
  } else {
    shell.host.system.escapes.push(`${one.operator}${target}`);
    throw new FileError(`${one.operator}: not known here`);
  }
}

function read(shell: Running, path: string): string {
  return naming(path, () => shell.host.system.files.read(path, shell.user));
}

/** A client may write below /run, /tmp and the configuration's scripts: anything else is an escape. */
function open(shell: Running, path: string, how: "append" | "replace"): Sink {
  const { escapes, faults, files } = shell.host.system;
  if (path === "/dev/null") return nowhere;
  if (shell.policy === "wire" && !/^\/(run|tmp|opt\/vyatta\/etc\/config\/scripts)\//.test(realPath(path)))
    escapes.push(`>${path}`);
  return naming(path, () => {
    if (faults.reach(shell.process, "write") === "refuse") throw new FileError("No space left on device");
    return files.open(path, shell.user, how);
  });
}

function naming<T>(path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    throw error instanceof FileError ? new FileError(`${path}: ${error.message}`) : error;
  }
}
