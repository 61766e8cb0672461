/** Programs that read files, or their standard input, and print something of them: cat, cut, sort, cmp and their like. */
import type { Faults } from "../system/faults.ts";
import { FileError } from "../system/file-node.ts";
import {
  type Answer,
  type Call,
  done,
  fail,
  no,
  type Program,
  type Programs,
  say,
} from "../system/program.ts";
import { each, has, plain } from "./arguments.ts";
import type { Uses } from "./devices.ts";
import { matcher, sha256, translated } from "./text-programs.ts";

const linesOf = (text: string): string[] => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));
const joined = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

export function filterPrograms({ files, faults }: Uses<"files" | "faults">): Programs {
  const read = (path: string, { stdin, user }: Call): string =>
    path === "-" ? stdin : files.read(path, user);
  /** Of each file, or of the standard input, whose name is "". */
  const of = (name: string, act: (text: string, call: Call, path: string) => string): Program => {
    return (call) =>
      each(name, plain(call.args), call, (path, text) => act(text ?? read(path, call), call, path));
  };
  const some = (name: string, pick: (lines: string[], count: string) => string[]): Program => {
    return (call) => {
      const at = call.args.indexOf("-n");
      const short = call.args.find((arg) => /^-\d+$/.test(arg))?.slice(1);
      const rest = at < 0 ? call.args : call.args.toSpliced(at, 2);
      const count = at < 0 ? (short ?? "10") : (call.args[at + 1] ?? "");
      return of(name, (text) => joined(pick(linesOf(text), count)))({ ...call, args: rest });
    };
  };
  return {
    cat: (call) =>
      guardRead(faults, call, () =>
        each("cat", plain(call.args), call, (path, text) => text ?? read(path, call)),
      ),
    head: some("head", (lines, count) => lines.slice(0, Number(count))),
    // `+N` is "from the Nth on".
    tail: some("tail", (lines, count) =>
      lines.slice(count.startsWith("+") ? Number(count) - 1 : Math.max(0, lines.length - Number(count))),
    ),
    cut: of("cut", (text, { args }) => {
      const by = /-d(.)/.exec(args.join("\n"))?.[1] ?? "\t";
      const field = Number(/-f\n?(\d+)/.exec(args.join("\n"))?.[1]);
      if (Number.isNaN(field)) throw new FileError("not known here");
      return joined(
        linesOf(text).map((line) => (line.includes(by) ? (line.split(by)[field - 1] ?? "") : line)),
      );
    }),
    wc: of("wc", (text, _call, path) => `${text.split("\n").length - 1}${path === "" ? "" : ` ${path}`}\n`),
    sha256sum: of("sha256sum", (text, _call, path) => `${sha256(text)}  ${path === "" ? "-" : path}\n`),
    tr: ({ args, stdin }) => say(translated(args, stdin)),
    sort: (call) => {
      const paths = plain(call.args);
      const text = paths.length === 0 ? call.stdin : paths.map((path) => read(path, call)).join("");
      const lines = linesOf(text).sort((one, other) => (one < other ? -1 : Number(one > other)));
      return say(joined(has(call.args, "u") ? [...new Set(lines)] : lines));
    },
    comm: (call) => {
      const columns = call.args.find((arg) => /^-[123]+$/.test(arg));
      const [one = [], other = []] = plain(call.args).map((path) => linesOf(read(path, call)));
      const there = new Set(other);
      return say(joined(one.filter((line) => there.has(line) === (columns === "-12"))));
    },
    cmp: (call) => {
      const [one = "", other = ""] = plain(call.args);
      const silent = has(call.args, "s");
      try {
        if (read(one, call) === read(other, call)) return done;
        return silent ? no : { text: `${one} ${other} differ: byte 1, line 1\n`, status: 1 };
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        return silent ? { text: "", status: 2 } : fail(`cmp: ${one}: ${error.message}`, 2);
      }
    },
    grep: (call) => {
      const [pattern = "", ...paths] = plain(call.args);
      const fits = matcher(pattern, has(call.args, "F"));
      const text = paths.length === 0 ? call.stdin : paths.map((path) => read(path, call)).join("");
      const found = linesOf(text).filter((line) => fits(line) !== has(call.args, "v"));
      if (found.length === 0) return no;
      if (has(call.args, "q")) return done;
      const parts = (line: string) => line.match(new RegExp(pattern, "g")) ?? [];
      return say(joined(has(call.args, "o") ? found.flatMap(parts) : found));
    },
  };
}

/** The saved configuration is read at the step "read"; other files at none. */
function guardRead(faults: Faults, call: Call, act: () => Answer): Answer | Promise<Answer> {
  const [file = ""] = call.args;
  if (!file.endsWith("/config.boot")) return act();
  return faults.guard(call.process, "read", fail(`cat: ${file}: Input/output error`), act);
}
