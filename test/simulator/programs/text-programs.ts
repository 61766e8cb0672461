/** Programs that only turn text into text: echo, printf, test, head and their like. They must never keep anything. */

import { createHash } from "node:crypto";
import { done, fail, no, type Program, say } from "../system/program.ts";
import { pcapMagic } from "./tcpdump.ts";

export const textPrograms: Readonly<Record<string, Program>> = {
  echo: ({ args }) => (args[0] === "-n" ? say(args.slice(1).join(" ")) : say(`${args.join(" ")}\n`)),
  printf: ({ args: [format = "", ...args] }) => say(printf(format, args)),
  base64: ({ args, stdin }) => {
    if (args.includes("-d") || args.includes("--decode")) return say(Buffer.from(stdin, "base64").toString());
    return say(
      `${Buffer.from(stdin, stdin.startsWith(pcapMagic) ? "latin1" : "utf8")
        .toString("base64")
        .replace(/.{76}(?=.)/g, "$&\n")}\n`,
    );
  },
  seq: ({ args }) => {
    const [from, to] = args.length === 1 ? [1, Number(args[0])] : [Number(args[0]), Number(args[1])];
    return say(
      Array.from({ length: Math.max(0, to - from + 1) }, (_one, index) => `${from + index}\n`).join(""),
    );
  },
  grep: ({ args, stdin }) => grep(args, stdin),
};

/** `-d' ' -f1`; undefined: it was asked otherwise. */
export function cut(args: readonly string[], stdin: string): string | undefined {
  const by = /-d(.)/.exec(args.join("\n"))?.[1] ?? "\t";
  const field = /-f\n?(\d+)/.exec(args.join("\n"))?.[1];
  if (field === undefined) return undefined;
  return stdin
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => `${line.includes(by) ? (line.split(by)[Number(field) - 1] ?? "") : line}\n`)
    .join("");
}

/** Repeats its format until the arguments are used up, as bash's does; `%s`, `%d`, `%b` and `%%`. */
export function printf(format: string, args: readonly string[]): string {
  const left = [...args];
  let text = "";
  do {
    text += plainOf(format).replace(/%[sdb%]/g, (found) => {
      if (found === "%%") return "%";
      const value = left.shift() ?? (found === "%d" ? "0" : "");
      return found === "%b" ? plainOf(value) : value;
    });
  } while (left.length > 0 && /%[sdb]/.test(format));
  return text;
}

function plainOf(text: string): string {
  const known: Record<string, string> = { n: "\n", t: "\t", "\\": "\\", "0": "\0" };
  return text.replace(/\\([nt\\0])/g, (_all, character: string) => known[character] as string);
}

function grep(args: readonly string[], stdin: string): ReturnType<Program> {
  const options = args.filter((arg) => arg.startsWith("-"));
  const [pattern = "", file] = args.filter((arg) => !arg.startsWith("-"));
  if (file !== undefined) return fail("grep: files are not known here", 2);
  const fixed = options.some((option) => option.includes("F"));
  const matches = (line: string) => (fixed ? line.includes(pattern) : new RegExp(pattern).test(line));
  const wanted = !options.some((option) => option.includes("v"));
  const found = stdin.split("\n").filter((line) => line !== "" && matches(line) === wanted);
  if (found.length === 0) return no;
  return options.some((option) => option.includes("q")) ? done : say(`${found.join("\n")}\n`);
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
