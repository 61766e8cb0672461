/**
 * Commands that act on the shell itself, or that run another command for it: `exit`, `eval`, `sudo`, `sg` and
 * their like. None of them may touch the configuration.
 */
import { FileError } from "../system/files.ts";
import type { Shell } from "./shell.ts";
import { parse } from "./shell-grammar.ts";
import { Leave } from "./shell-host.ts";

type Builtin = (shell: Shell, args: readonly string[]) => number | Promise<number>;

const template = "/opt/vyatta/etc/functions/script-template";
const leave = (how: Leave["how"]): Builtin => {
  return (shell, [status]) => {
    throw new Leave(how, Number(status ?? shell.status));
  };
};

export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  umask: () => 0,
  trap: () => 0,
  exit: leave("exit"),
  return: leave("return"),
  break: leave("break"),
  continue: leave("continue"),
  exec: async (shell, args) => {
    const status = await shell.execute(args);
    if (shell.policy === "script") throw new Leave("exit", status);
    return status;
  },
  builtin: (shell, args) => shell.execute(args),
  eval: (shell, args) => shell.text(args.join(" ")),
  ".": source,
  source,
  local: assign,
  export: assign,
  readonly: assign,
  declare: (shell, args) =>
    assign(
      shell,
      args.filter((arg) => !/^-\w$/.test(arg)),
    ),
  shift: (shell) => {
    shell.positional = [shell.positional[0] ?? "", ...shell.positional.slice(2)];
    return 0;
  },
  sudo: (shell, args) => shell.subshell(() => sudo(shell, args)),
  sg: (shell, args) =>
    shell.subshell(() =>
      shell.text(
        args
          .slice(1)
          .filter((arg) => arg !== "-c")
          .join(" "),
      ),
    ),
  timeout: (shell, [seconds = "0", ...args]) => timeout(shell, Number.parseFloat(seconds), args),
  bash,
  vbash: bash,
  sh: bash,
  "/bin/bash": bash,
  "/bin/vbash": bash,
};

function assign(shell: Shell, args: readonly string[]): number {
  for (const arg of args) {
    const [name = "", ...value] = arg.split("=");
    if (arg.includes("=")) shell.process.variables.set(name, value.join("="));
    // The session of the configuration that getSessionEnv gave to this shell.
    if (name === "VYATTA_CHANGES_ONLY_DIR") shell.process.sessionId = Number(/\d+$/.exec(arg)?.[0]);
  }
  return 0;
}

/** The script-template defines nothing that is needed here: the programs are there anyway. */
async function source(shell: Shell, [file = ""]: readonly string[]): Promise<number> {
  if (file === template) return 0;
  const { policy } = shell;
  try {
    const text = shell.process.machine.files.read(file, shell.user);
    shell.policy = "script";
    return await shell.text(text);
  } catch (error) {
    if (error instanceof Leave && error.how === "return") return error.status;
    if (!(error instanceof FileError)) throw error;
    return shell.fail(`${file}: ${error.message}`, 1);
  } finally {
    shell.policy = policy;
  }
}

async function sudo(shell: Shell, args: readonly string[]): Promise<number> {
  const rest = [...args];
  if (shell.process.machine.observed.sudo === "asks" && shell.user !== "root") {
    shell.say(2, "sudo: a password is required\n");
    return 1;
  }
  shell.user = "root";
  while (rest[0]?.startsWith("-")) {
    const option = rest.shift();
    if (option === "-u" || option === "-g") {
      const name = rest.shift();
      if (option === "-u") shell.user = name === "root" ? "root" : "vyos";
    }
  }
  return shell.execute(rest);
}

/** 124, as coreutils says, when the time runs out first. */
async function timeout(shell: Shell, seconds: number, args: readonly string[]): Promise<number> {
  const late = shell.process.machine.clock.sleep(seconds).then(() => 124);
  return Promise.race([shell.execute(args), late]);
}

async function bash(shell: Shell, args: readonly string[]): Promise<number> {
  const [first = "", ...rest] = args;
  const { machine, fds, stdin, link } = shell.process;
  if (first === "-s" || args.length === 0) {
    shell.scripted = true;
    return 0;
  }
  if (first === "-c") return shell.subshell(() => shell.text(rest[0] ?? ""));
  try {
    if (first !== "-n") return await shell.host.script(machine, args, shell.user, { link, fds, stdin });
    parse(machine.files.read(rest[0] ?? "", shell.user));
    return 0;
  } catch (error) {
    if (error instanceof FileError) return shell.fail(`${first}: ${error.message}`, 127);
    if (first !== "-n" || !(error instanceof Error)) throw error;
    shell.say(2, `${rest[0]}: ${error.message || "syntax error: unexpected end of file"}\n`);
    return 2;
  }
}
