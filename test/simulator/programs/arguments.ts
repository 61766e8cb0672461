/** How programs of coreutils take their arguments, and what they say when a file is not as they want it. */
import { FileError } from "../system/file-node.ts";
import { type Answer, type Call, say } from "../system/program.ts";

export const plain = (args: readonly string[]): string[] =>
  args.filter((arg) => !/^-[^-]/.test(arg) && arg !== "--");
export const has = (args: readonly string[], letter: string): boolean =>
  args.some((arg) => /^-[a-zA-Z]+$/.test(arg) && arg.includes(letter));
/** One text for every path; without a path the standard input's. */
export function each(
  name: string,
  paths: readonly string[],
  call: Call | undefined,
  act: (path: string, text?: string) => string,
): Answer {
  if (paths.length === 0 && call !== undefined && name !== "rm") {
    return say(name === "cat" ? call.stdin : act("", call.stdin));
  }
  let [text, error] = ["", ""];
  for (const path of paths) {
    try {
      text += act(path);
    } catch (cause) {
      if (!(cause instanceof FileError)) throw cause;
      error += `${name}: ${prefixes[name] ?? ""}${quoting.has(name) ? `'${path}'` : path}: ${cause.message}\n`;
    }
  }
  return { text, error, status: error === "" ? 0 : name === "ls" ? 2 : 1 };
}

const quoting = new Set(["rm", "mkdir", "chmod", "chown", "mv", "cp", "ls", "install"]);
const prefixes: Readonly<Record<string, string>> = {
  rm: "cannot remove ",
  mkdir: "cannot create directory ",
  chmod: "cannot access ",
  chown: "cannot access ",
  mv: "cannot stat ",
  cp: "cannot stat ",
  ls: "cannot access ",
  install: "cannot create ",
};
