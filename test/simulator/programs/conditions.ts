/**
 * Programs that answer by their status: `test`, `flock`, and the search for sessions with pending changes. They
 * must never change a file.
 */

import { OpenFile, textOf } from "../system/file-node.ts";
import { type Answer, type Call, done, fail, no, type Programs, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";

export function conditionPrograms(machine: Uses<"files" | "sessions" | "escapes">): Programs {
  return {
    test: ({ args }) => test(machine, args),
    "[": ({ args }) => test(machine, args.slice(0, -1)),
    flock: ({ args, process }) => flock(args, (fd) => process.fds.get(fd)),
    find: (call) => find(machine, call),
  };
}

function test(machine: Uses<"files">, args: readonly string[]): Answer {
  const truth = isTrue(machine, args);
  if (truth === undefined) return fail(`[: ${args.join(" ")}: not understood`, 2);
  return truth ? done : no;
}

function isTrue(machine: Uses<"files">, args: readonly string[]): boolean | undefined {
  const [one = "", two = "", three = ""] = args;
  if (one === "!") {
    const rest = isTrue(machine, args.slice(1));
    return rest === undefined ? undefined : !rest;
  }
  if (args.length <= 1) return one !== "";
  const node = machine.files.find(two);
  const unary: Record<string, boolean> = {
    "-e": node !== undefined,
    "-f": node?.kind === "file",
    "-d": node?.kind === "directory",
    "-s": node !== undefined && (node.kind === "directory" || textOf(node) !== ""),
    "-x": node !== undefined && (node.mode & 0o111) !== 0,
    "-n": two !== "",
    "-z": two === "",
  };
  if (args.length === 2) return unary[one];
  const [left, right] = [Number(one), Number(three)];
  const binary: Record<string, boolean> = {
    "=": one === three,
    "==": one === three,
    "!=": one !== three,
    "-eq": left === right,
    "-ne": left !== right,
    "-lt": left < right,
    "-le": left <= right,
    "-gt": left > right,
    "-ge": left >= right,
  };
  return binary[two];
}

/** On a descriptor of the shell only: `flock -n 9`, `flock -u 9`. */
function flock(args: readonly string[], sinkOf: (fd: number) => unknown): Answer {
  const fd = Number(args.find((arg) => /^\d+$/.test(arg)));
  const file = sinkOf(fd);
  if (!(file instanceof OpenFile)) return fail(`flock: ${fd}: Bad file descriptor`, 65);
  if (args.includes("-u")) {
    file.unlock();
    return done;
  }
  return file.lock() ? done : no;
}

/** The search for sessions with pending changes, and `find DIR -mindepth 1 -delete`. */
function find(machine: Uses<"sessions" | "files" | "escapes">, { args, user }: Call): Answer {
  const [folder = ""] = args;
  if (args.slice(1).join(" ") === "-mindepth 1 -delete") {
    for (const name of [...machine.files.get(folder).entries.keys()])
      machine.files.remove(`${folder}/${name}`, user);
    return done;
  }
  if (folder !== "/opt/vyatta/config/tmp" || args.at(-1) !== "%h\\n") {
    machine.escapes.push(`find ${args.join(" ")}`);
    return fail("find: this search is not known here");
  }
  const rows = [...machine.sessions].flatMap(([id, session]) =>
    session.changedTops().map(() => `${folder}/changes_only_${id}\n`),
  );
  return say(rows.join(""));
}
