/**
 * The programs that one connection may run on the simulated router, by name and arguments. Faults are met
 * here, where the real thing would fail. It must never see shell syntax.
 */
import { commit, lockedText } from "./commit.ts";
import { type Fault, type Faults, noise } from "./faults.ts";
import type { Machine } from "./machine.ts";
import { byDebianVersion } from "./order.ts";
import { understand } from "./schema.ts";
import { type Answer, Session } from "./session.ts";
import { printCommands, printShown } from "./text.ts";
import { find } from "./tree.ts";

/** The connection is to end (drop) or to fall silent (hang) instead of an answer. */
export class Broken extends Error {
  readonly kind: "drop" | "hang";

  constructor(kind: "drop" | "hang") {
    super(kind);
    this.kind = kind;
  }
}

type Program = (args: readonly string[], stdin: string) => Answer | Promise<Answer>;

const done: Answer = { text: "", status: 0 };
const no: Answer = { text: "", status: 1 };
const sbin = "/opt/vyatta/sbin/";

export class Programs {
  readonly #machine: Machine;
  readonly #faults: Faults;
  readonly #table: Readonly<Record<string, Program>>;
  #environment = false;
  #session: Session | undefined;

  constructor(machine: Machine, faults: Faults) {
    this.#machine = machine;
    this.#faults = faults;
    this.#table = { ...this.#system(), ...this.#configuration() };
  }

  /** Undefined: there is no such program. */
  async run(name: string, args: readonly string[], stdin: string): Promise<Answer | undefined> {
    const program = Object.hasOwn(this.#table, name) ? this.#table[name] : undefined;
    return program?.(args, stdin);
  }

  #system(): Record<string, Program> {
    const machine = this.#machine;
    return {
      true: () => done,
      ":": () => done,
      false: () => no,
      source: () => done,
      umask: () => done,
      echo: (args) => ({ text: `${args.join(" ")}\n`, status: 0 }),
      printf: ([format = "", ...args]) => ({ text: printf(format, args), status: 0 }),
      id: (args) => ({ text: args[0] === "-gn" ? "vyattacfg\n" : "vyos\n", status: 0 }),
      hostname: () => ({
        text: `${find(machine.active, ["system", "host-name"])?.values[0] ?? "vyos"}\n`,
        status: 0,
      }),
      cat: ([file = ""], stdin) => (file === "" ? { text: stdin, status: 0 } : this.#cat(file)),
      eval: (args) => {
        this.#environment = args.join(" ") === "getSessionEnv";
        return this.#environment ? done : { text: "", status: 127 };
      },
      "vyos-config-to-commands": (_args, stdin) => {
        return { text: stdin === "" ? "" : `${printCommands(machine.active).join("\n")}\n`, status: 0 };
      },
      "/usr/libexec/vyos/vyos-save-config.py": () => this.#save(),
    };
  }

  #configuration(): Record<string, Program> {
    const { counters } = this.#machine;
    return {
      "cli-shell-api": ([name = "", ...args]) => this.#api(name, args),
      [`${sbin}my_set`]: (args) => {
        counters.sets++;
        const refused = { text: "Invalid value\nValue validation failed\nSet failed\n", status: 1 };
        return this.#guard("set", refused, () => this.#within((session) => session.set(args)));
      },
      [`${sbin}my_delete`]: (args) => {
        counters.deletes++;
        return this.#within((session) => session.delete(args));
      },
      [`${sbin}my_discard`]: () => {
        counters.discards++;
        return this.#within((session) => session.discard());
      },
      [`${sbin}my_commit`]: () => this.#within((session) => this.#commit(session)),
    };
  }

  #within<T>(act: (session: Session) => T): T | Answer {
    if (this.#session === undefined) return { text: "Set failed\n", status: 1 };
    return act(this.#session);
  }

  async #commit(session: Session): Promise<Answer> {
    const had = session.changed();
    const fault = had ? this.#faults.take("commit") : undefined;
    if (fault === "lock") return { text: lockedText, status: 1 };
    if (fault === "refuse") return { text: "Commit failed\n", status: 1 };
    if (had && !this.#machine.locked) this.#machine.counters.commits++;
    return broken(fault, await commit(session));
  }

  #save(): Answer | Promise<Answer> {
    return this.#guard("save", { text: "OSError: [Errno 28] No space left on device\n", status: 1 }, () => {
      this.#machine.counters.saves++;
      this.#machine.save();
      return done;
    });
  }

  /** Meets the fault that is due, before the program acts. */
  #guard(at: Fault["at"], refused: Answer, act: () => Answer | Promise<Answer>): Answer | Promise<Answer> {
    const fault = this.#faults.take(at);
    if (fault === "refuse" || fault === "lock") return refused;
    if (fault === "drop" || fault === "hang") throw new Broken(fault);
    const answer = act();
    return answer instanceof Promise ? answer.then((one) => broken(fault, one)) : broken(fault, answer);
  }

  #cat(file: string): Answer | Promise<Answer> {
    if (file === "/usr/share/vyos/version.json") return { text: this.#machine.versionJson(), status: 0 };
    if (file === "/config/config.boot" || file === "/opt/vyatta/etc/config/config.boot") {
      const refused = { text: `cat: ${file}: Input/output error\n`, status: 1 };
      return this.#guard("read", refused, () => ({ text: this.#machine.configBoot(), status: 0 }));
    }
    return { text: `cat: ${file}: No such file or directory\n`, status: 1 };
  }

  #api(name: string, args: readonly string[]): Answer | Promise<Answer> {
    const session = this.#session;
    switch (name) {
      case "setupSession":
        if (!this.#environment) return no;
        this.#session ??= new Session(this.#machine);
        return done;
      case "teardownSession":
        this.#session = undefined;
        return done;
      case "inSession":
        return session === undefined ? no : done;
      case "sessionChanged":
        return session?.changed() ? done : no;
      case "sessionUnsaved":
        return this.#machine.unsaved ? done : no;
      case "unmarkSessionUnsaved":
        this.#machine.unsaved = false;
        return done;
      case "showCfg":
      case "showConfig":
        return this.#show(args.includes("--show-active-only"));
      default:
        return this.#question(name, args);
    }
  }

  #show(activeOnly: boolean): Answer | Promise<Answer> {
    return this.#guard("read", no, () => {
      this.#machine.counters.configReads++;
      const root = activeOnly ? this.#machine.active : (this.#session?.working() ?? this.#machine.active);
      return { text: printShown(root), status: 0 };
    });
  }

  /** Questions about the active configuration and the schema; values come without a line end (recorded). */
  #question(name: string, args: readonly string[]): Answer {
    const words = args[0] === "--" ? args.slice(1) : args;
    const node = find(this.#machine.active, words);
    switch (name) {
      case "validateTmplPath":
        return understand(this.#machine.schema, words).kind === "invalid" ? no : done;
      case "existsActive":
        return node !== undefined || this.#isActiveValue(words) ? done : no;
      case "returnActiveValue":
        return node?.values[0] === undefined ? no : { text: node.values[0], status: 0 };
      case "returnActiveValues":
        return node === undefined ? no : { text: quoteAll(node.values), status: 0 };
      case "listActiveNodes":
        return node === undefined
          ? no
          : { text: quoteAll([...node.children.keys()].sort(byDebianVersion)), status: 0 };
      default:
        return { text: `Unknown operation: ${name}\n`, status: 1 };
    }
  }

  #isActiveValue(words: readonly string[]): boolean {
    return find(this.#machine.active, words.slice(0, -1))?.values.includes(words.at(-1) ?? "") ?? false;
  }
}

/** What is left to break once the program has acted. */
function broken(fault: Fault["kind"] | undefined, answer: Answer): Answer {
  if (fault === "drop" || fault === "hang") throw new Broken(fault);
  return fault === "garble" ? { text: noise, status: answer.status } : answer;
}

function quoteAll(values: readonly string[]): string {
  return values.map((value) => `'${value}'`).join(" ");
}

/** `%s`, `\n` and `\\` only. */
function printf(format: string, args: readonly string[]): string {
  const left = [...args];
  return format.replace(/%s|%%|\\n|\\\\/g, (found) => {
    if (found === "%s") return left.shift() ?? "";
    return { "%%": "%", "\\n": "\n", "\\\\": "\\" }[found] as string;
  });
}
