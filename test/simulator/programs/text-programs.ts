/** Programs that only turn text into text: echo, printf, test, head and their like. They must never keep anything. */

import { createHash } from "node:crypto";
import { type Program, say } from "../system/program.ts";
import { pcapMagic } from "./tcpdump.ts";

export const textPrograms: Readonly<Record<string, Program>> = {
  echo: ({ args }) => (args[0] === "-n" ? say(args.slice(1).join(" ")) : say(`${args.join(" ")}\n`)),
  printf: ({ args: [format = "", ...args] }) => say(printf(format, args)),
  base64: ({ args, stdin }) => {
    if (args.includes("-d") || args.includes("--decode")) {
      const bytes = Buffer.from(stdin, "base64");
      const binary = bytes.toString("latin1");
      return say(binary.startsWith(pcapMagic) ? binary : bytes.toString());
    }
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
  dirname: ({ args: [path = ""] }) => say(`${path.slice(0, Math.max(1, path.lastIndexOf("/")))}\n`),
};

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

/** Of grep, whose basic patterns are written like ours where scripts here use them. */
export function matcher(pattern: string, fixed: boolean): (line: string) => boolean {
  const expression = new RegExp(fixed ? pattern.replace(/[.*+?^${}()|[\]\\]/g, "\\$&") : pattern);
  return (line) => expression.test(line);
}

/** `tr -d SET`, `tr ONE OTHER`. */
export function translated(args: readonly string[], text: string): string {
  const [one = "", other = ""] = args.filter((arg) => arg !== "-d").map((arg) => plainOf(arg));
  const gone = args.includes("-d");
  return [...text]
    .map((character) =>
      one.includes(character) ? (gone ? "" : (other[one.indexOf(character)] ?? other.at(-1))) : character,
    )
    .join("");
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
