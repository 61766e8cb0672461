/**
 * Commands that act on the shell itself, or that run another command for it: `exit`, `eval`, `sudo`, `sg` and
 * their like. None of them may touch the configuration.
 */
import { FileError } from "../system/file-node.ts";
import { parse } from "./shell-grammar.ts";
import { Leave, type Running } from "./shell-host.ts";

type Builtin = (shell: Running, args: readonly string[]) => number | Promise<number>;
/** By the name that it was called: another login looks for a process called vbash. */
const interpreter = (name: string): Builtin => {
  return (shell, args) => bash(shell, name, args);
};

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
  trap,
  exit: (shell, args) => {
    if (!shell.templated || args.length === 0) return leave("exit")(shell, args);
    shell.say(1, `\n  Invalid command: [${args.join(" ")}]\n\n`);
    return 1;
  },
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
  export: exported,
  readonly: assign,
  declare: (shell, args) => {
    const plain = args.filter((arg) => !/^-\w$/.test(arg));
    return args.includes("-x") ? exported(shell, plain) : assign(shell, plain);
  },
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
  ...Object.fromEntries(
    ["bash", "vbash", "sh", "/bin/bash", "/bin/vbash", "/bin/sh"].map((name) => [name, interpreter(name)]),
  ),
};

function assign(shell: Running, args: readonly string[]): number {
  for (const arg of args) {
    const [name = "", ...value] = arg.split("=");
    if (arg.includes("=")) shell.process.variables.set(name, value.join("="));
  }
  return 0;
}

function exported(shell: Running, args: readonly string[]): number {
  for (const arg of args) shell.process.exported.add(arg.split("=")[0] ?? "");
  return assign(shell, args);
}

/** `trap COMMAND SIGNAL...`; `-` takes it back. */
function trap(shell: Running, [command = "", ...signals]: readonly string[]): number {
  for (const signal of signals) {
    const name = signal.replace(/^SIG/, "");
    if (command === "-") shell.process.traps.delete(name);
    else shell.process.traps.set(name, command);
  }
  return 0;
}

/**
 * script-template sources the defaults, takes the positional parameters, and makes `exit` an alias (recorded); the
 * programs are there anyway.
 */
async function source(shell: Running, [file = ""]: readonly string[]): Promise<number> {
  const { policy } = shell;
  const { files } = shell.host.system;
  try {
    const text = files.read(file === template ? "/etc/default/vyatta" : file, shell.user);
    shell.policy = "script";
    if (file !== template) return await shell.text(text);
    await shell.text(text);
    shell.templated = policy === "script";
    shell.positional = [shell.positional[0] ?? "", "1"];
    return 0;
  } catch (error) {
    if (error instanceof Leave && error.how === "return") return error.status;
    if (!(error instanceof FileError)) throw error;
    return shell.fail(`${file}: ${error.message}`, 1);
  } finally {
    shell.policy = policy;
  }
}

async function sudo(shell: Running, args: readonly string[]): Promise<number> {
  const rest = [...args];
  if (shell.host.system.observed.sudo === "asks" && shell.user !== "root") {
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
async function timeout(shell: Running, seconds: number, args: readonly string[]): Promise<number> {
  const late = shell.host.system.clock.sleep(seconds).then(() => 124);
  return Promise.race([shell.execute(args), late]);
}

/** A text of its own, whose words behind it are `$0`, `$1` and so on. */
async function commandString(shell: Running, [text = "", ...words]: readonly string[]): Promise<number> {
  const before = shell.positional;
  try {
    return await shell.subshell(() => {
      shell.policy = "script";
      shell.positional = words;
      return shell.text(text);
    });
  } finally {
    shell.positional = before;
  }
}

async function bash(shell: Running, name: string, args: readonly string[]): Promise<number> {
  const [first = "", ...rest] = args;
  const { fds, stdin } = shell.process;
  const { files } = shell.host.system;
  if (first === "-s" || args.length === 0) {
    shell.scripted = true;
    return 0;
  }
  if (first === "-c") return commandString(shell, rest);
  try {
    const around = { user: shell.user, parent: shell.process, fds, stdin };
    if (first !== "-n") return await shell.host.script(name, args, around);
    parse(files.read(rest[0] ?? "", shell.user));
    return 0;
  } catch (error) {
    if (error instanceof FileError) return shell.fail(`${first}: ${error.message}`, 127);
    if (first !== "-n" || !(error instanceof Error)) throw error;
    shell.say(2, `${rest[0]}: ${error.message || "syntax error: unexpected end of file"}\n`);
    return 2;
  }
}
