/** Programs that read and change files: cat, install, rm and their like, with the texts of coreutils. */

import { FileError, type FileNode, split } from "../system/file-node.ts";
import type { Files } from "../system/files.ts";
import { type Answer, type Call, fail, type Program, type Programs, say } from "../system/program.ts";
import { each, has, plain } from "./arguments.ts";
import type { Uses } from "./devices.ts";

const octal = (text: string): number => Number.parseInt(text, 8);

export function filePrograms({ files, faults }: Uses<"files" | "faults">): Programs {
  const writes = (name: string, act: Program): Program => {
    return (call) => {
      if (faults.reach(call.process, "write") === "refuse") return fail(`${name}: No space left on device`);
      return act(call);
    };
  };
  return {
    rm: (call) => each("rm", plain(call.args), call, (path) => remove(files, path, call)),
    mkdir: writes("mkdir", (call) =>
      each("mkdir", plain(call.args), call, (path) => {
        files.makeDirectory(path, call.user, has(call.args, "p") ? "parents" : "one");
        return "";
      }),
    ),
    chmod: ({ args: [mode = "", ...paths], user }) =>
      each("chmod", paths, undefined, (path) => {
        files.chmod(path, newMode(files.get(path), mode), user);
        return "";
      }),
    chown: ({ args: [owner = "", ...paths], user }) =>
      each("chown", paths, undefined, (path) => {
        const [name = "", group = files.get(path).group] = owner.split(":");
        files.chown(path, name, group, user);
        return "";
      }),
    mv: writes("mv", ({ args, user }) => {
      const [from = "", to = ""] = plain(args);
      return each("mv", [from], undefined, () => {
        files.move(from, to, user);
        return "";
      });
    }),
    tee: writes("tee", (call) =>
      each("tee", plain(call.args), undefined, (path) => {
        files.open(path, call.user, has(call.args, "a") ? "append" : "replace").write(call.stdin);
        return call.stdin;
      }),
    ),
    cp: writes("cp", ({ args, user }) => {
      const [from = "", to = ""] = plain(args);
      const deep = ["a", "r", "R"].some((letter) => has(args, letter));
      return each("cp", [from], undefined, () => {
        if (files.get(from).kind === "directory" && !deep) throw new FileError("omitting directory");
        files.copy(from, to, user, has(args, "a") || has(args, "p"));
        return "";
      });
    }),
    df: ({ args }) => {
      const path = plain(args).at(-1) ?? "";
      const column = args.find((arg) => arg.startsWith("--output="))?.slice(9) ?? "avail";
      const block = args.includes("-B1") || args.includes("--block-size=1") ? 1 : 1024;
      const avail = Math.floor(files.roomAt(path) / block);
      return column === "avail"
        ? say(`${"Avail".padStart(10)}\n${String(avail).padStart(10)}\n`)
        : fail("df: this column is not known here");
    },
    install: writes("install", (call) => install(files, call)),
    ls: ({ args }) =>
      each("ls", plain(args), undefined, (path) => list(files.get(path), path, has(args, "l"))),
    touch: writes("touch", ({ args, user }) =>
      each("touch", plain(args), undefined, (path) => {
        files.open(path, user, "append").write("");
        return "";
      }),
    ),
    readlink: ({ args }) => say(`${plain(args).join("\n")}\n`),
    stat: ({ args }) => stat(files, args),
  };
}

function remove(files: Files, path: string, { args, user }: Call): string {
  const node = files.find(path);
  if (node === undefined && has(args, "f")) return "";
  if (node?.kind === "directory" && !has(args, "r")) throw new FileError("Is a directory");
  files.remove(path, user);
  return "";
}

/** `755`, or `+x` and `u+x` for what is executable. */
function newMode(node: FileNode, text: string): number {
  if (/^[0-7]+$/.test(text)) return octal(text);
  if (text === "+x" || text === "a+x") return node.mode | 0o111;
  if (text === "u+x") return node.mode | 0o100;
  throw new FileError(`invalid mode: ${text}`);
}

function install(files: Files, call: Call): Answer {
  const options = { m: "755", o: call.user as string, g: call.user === "root" ? "root" : "vyattacfg" };
  const paths: string[] = [];
  for (let index = 0; index < call.args.length; index++) {
    const letter = /^-([mog])$/.exec(call.args[index] ?? "")?.[1] as keyof typeof options | undefined;
    if (letter !== undefined) options[letter] = call.args[++index] ?? "";
    else if (!call.args[index]?.startsWith("-")) paths.push(call.args[index] as string);
  }
  const finish = (path: string): string => {
    files.chmod(path, octal(options.m), call.user);
    files.chown(path, options.o, options.g, call.user);
    return "";
  };
  if (has(call.args, "d")) {
    return each("install", paths, undefined, (path) => {
      files.makeDirectory(path, call.user, "parents");
      return finish(path);
    });
  }
  const [from = "", to = ""] = paths;
  return each("install", [to], undefined, () => {
    const text = from === "/dev/stdin" ? call.stdin : files.read(from, call.user);
    const target = files.find(to)?.kind === "directory" ? `${to}/${split(from)[1]}` : to;
    files.write(target, text, call.user);
    return finish(target);
  });
}

function list(node: FileNode, path: string, long: boolean): string {
  const rows: [string, FileNode][] = node.kind === "file" ? [[path, node]] : [...node.entries].sort();
  return rows.map(([name, one]) => `${long ? `${details(one)} ${name}` : name}\n`).join("");
}

function details(node: FileNode): string {
  const bits = [6, 3, 0].map((shift) =>
    ["r", "w", "x"].map((bit, at) => (((node.mode >> shift) & (4 >> at)) === 0 ? "-" : bit)).join(""),
  );
  const size = String((node.live?.() ?? node.text).length).padStart(5);
  return `${node.kind === "file" ? "-" : "d"}${bits.join("")} 1 ${node.owner} ${node.group} ${size}`;
}

/** `%a` mode, `%U` owner, `%G` group, `%s` size, `%Y` time of change, `%n` name, `%F` kind. */
function stat(files: Files, args: readonly string[]): Answer {
  const [format = "", ...paths] = args.filter((arg) => arg !== "-c" && arg !== "--");
  return each("stat", paths, undefined, (path) => {
    const node = files.get(path);
    const values: Record<string, string> = {
      a: (node.mode & 0o7777).toString(8),
      U: node.owner,
      G: node.group,
      s: String((node.live?.() ?? node.text).length),
      Y: String(Math.floor(node.changed)),
      n: path,
      F: node.kind === "file" ? "regular file" : "directory",
    };
    return `${format.replace(/%(\w)/g, (all, letter: string) => values[letter] ?? all)}\n`;
  });
}
