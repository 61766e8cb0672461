/**
 * A shell: it runs parsed lists against the programs of one simulated router, for one process. It must never
 * pass over text that it does not understand: that is recorded as an escape.
 */

import type { User } from "../system/file-node.ts";
import { Gone, Pipe, type Process, type Sink } from "../system/process.ts";
import { type Context, fields, oneField, type Policy, Refused } from "./expansion.ts";
import { redirected, redirectForGood } from "./redirections.ts";
import { type Command, type List, parse } from "./shell-grammar.ts";
import { type Host, Leave, type Running } from "./shell-host.ts";
import { Incomplete, SyntaxFault, type Word } from "./shell-words.ts";

/** More turns of one loop than any script here has reason for: it would never end. */
const mostTurns = 20_000;

export class Shell implements Running {
  readonly process: Process;
  readonly host: Host;
  policy: Policy;
  /** What `vbash -s` reads as a script, once it was started. */
  scripted = false;
  templated = false;
  status = 0;
  user: User;
  positional: readonly string[];
  readonly functions = new Map<string, Command>();
  #line = 0;
  #waiting = "";

  constructor(process: Process, policy: Policy, positional: readonly string[], host: Host) {
    this.process = process;
    this.host = host;
    this.policy = policy;
    this.user = process.user;
    this.positional = positional;
  }

  /** Takes one line of standard input; undefined while a quote or a group is still open. */
  async line(line: string): Promise<number | undefined> {
    this.#line++;
    this.#waiting += this.#waiting === "" ? line : `\n${line}`;
    const text = this.#waiting;
    let list: List;
    try {
      list = parse(text);
    } catch (error) {
      if (error instanceof Incomplete) return undefined;
      this.#waiting = "";
      if (error instanceof SyntaxFault) return this.refuse(text, error.message, 2);
      throw error;
    }
    this.#waiting = "";
    return this.run(list);
  }

  /** Text that is whole: of `eval`, `sg -c` or a file. */
  async text(text: string): Promise<number> {
    let list: List;
    try {
      list = parse(text);
    } catch (error) {
      if (error instanceof Incomplete) return this.refuse(text, "syntax error: unexpected end of file", 2);
      if (error instanceof SyntaxFault) return this.refuse(text, error.message, 2);
      throw error;
    }
    return this.run(list);
  }

  async run(list: List): Promise<number> {
    for (const { joiner, negated, pipeline } of list) {
      if (joiner === "&&" && this.status !== 0) continue;
      if (joiner === "||" && this.status === 0) continue;
      const status = await this.#pipeline(pipeline);
      this.status = negated ? Number(status === 0) : status;
      await this.#traps();
    }
    return this.status;
  }

  /** A signal's command runs when the command under way has ended, and changes no status. */
  async #traps(): Promise<void> {
    const { status } = this;
    for (let command = this.process.trapped.shift(); command !== undefined; ) {
      await this.text(command);
      command = this.process.trapped.shift();
    }
    this.status = status;
  }

  execute(args: readonly string[]): Promise<number> {
    return this.host.execute(this, args);
  }

  say(fd: 1 | 2, text: string): void {
    if (text !== "") this.process.fds.get(fd)?.write(text);
  }

  /** Says what bash says, and remembers what was not done. */
  refuse(text: string, message: string, status: number): number {
    this.host.system.escapes.push(text);
    return this.fail(message, status);
  }

  fail(message: string, status: number): number {
    this.say(2, `vbash: line ${this.#line}: ${message}\n`);
    this.status = status;
    return status;
  }

  context(): Context {
    const { policy, status, positional } = this;
    const { pid, variables } = this.process;
    const substitute = async (text: string): Promise<string> => {
      const pipe = new Pipe();
      await this.#with(pipe, this.process.stdin, () => this.subshell(() => this.text(text)));
      return pipe.text;
    };
    return { policy, status, pid, positional, variables, substitute };
  }

  /** Runs in a copy of the shell: what it sets or opens is gone afterwards. */
  async subshell(act: () => Promise<number>): Promise<number> {
    const { variables, fds } = this.process;
    const [variablesBefore, fdsBefore] = [new Map(variables), new Map(fds)];
    const { user, policy } = this;
    try {
      return await act();
    } catch (error) {
      if (error instanceof Leave && error.how === "exit") return error.status;
      throw error;
    } finally {
      refill(variables, variablesBefore);
      refill(fds, fdsBefore);
      this.user = user;
      this.policy = policy;
    }
  }

  async #with(out: Sink | undefined, stdin: string, act: () => Promise<number>): Promise<number> {
    const { fds, stdin: before } = this.process;
    const outBefore = fds.get(1);
    this.process.stdin = stdin;
    if (out !== undefined) fds.set(1, out);
    try {
      return await act();
    } finally {
      this.process.stdin = before;
      if (outBefore !== undefined) fds.set(1, outBefore);
    }
  }

  async #pipeline(pipeline: readonly Command[]): Promise<number> {
    const last = pipeline.at(-1) as Command;
    if (pipeline.length === 1) return this.command(last);
    let input = this.process.stdin;
    for (const command of pipeline.slice(0, -1)) {
      const pipe = new Pipe();
      await this.#with(pipe, input, () => this.subshell(() => this.command(command)));
      input = pipe.text;
    }
    return this.#with(undefined, input, () => this.subshell(() => this.command(last)));
  }

  async command(command: Command): Promise<number> {
    if (!this.process.alive) throw new Gone();
    const { redirections } = command;
    const act = () => this.#body(command);
    try {
      if (redirections.length === 0) return await act();
      if (command.kind === "simple" && command.words.length === 1 && isExec(command.words[0]))
        return await redirectForGood(this, redirections);
      return await redirected(this, redirections, act);
    } catch (error) {
      if (error instanceof Refused) return this.refuse(error.escape, error.message, 127);
      throw error;
    }
  }

  async #body(command: Command): Promise<number> {
    switch (command.kind) {
      case "simple":
        return this.#simple(command.words);
      case "group":
        return this.run(command.list);
      case "subshell":
        return this.subshell(() => this.run(command.list));
      case "if":
        for (const { condition, list } of command.branches)
          if ((await this.run(condition)) === 0) return this.run(list);
        this.status = 0;
        return this.run(command.otherwise);
      case "function":
        this.functions.set(command.name, command.command);
        return 0;
      case "for": {
        const words = (await this.#fields(command.words)).values();
        return this.#loop(command.list, async () => {
          const { done, value } = words.next();
          if (!done) this.process.variables.set(command.name, value);
          return !done;
        });
      }
      default:
        return this.#loop(command.list, async () => {
          return ((await this.run(command.condition)) === 0) === (command.kind === "while");
        });
    }
  }

  async #loop(list: List, more: () => Promise<boolean>): Promise<number> {
    let status = 0;
    for (let turn = 0; await more(); turn++) {
      if (!this.process.alive) throw new Gone();
      if (turn > mostTurns) return this.refuse("a loop", "a loop without an end", 1);
      try {
        status = await this.run(list);
      } catch (error) {
        if (!(error instanceof Leave) || error.how === "exit" || error.how === "return") throw error;
        if (error.how === "break") return 0;
      }
    }
    this.status = status;
    return status;
  }

  async #fields(words: readonly Word[]): Promise<string[]> {
    const all: string[] = [];
    for (const word of words) all.push(...(await fields(word, this.context())));
    return all;
  }

  async #simple(words: readonly Word[]): Promise<number> {
    const assigned: [string, string][] = [];
    let first = 0;
    for (; first < words.length && isAssignment(words[first] as Word); first++) {
      const [name = "", ...value] = (await oneField(words[first] as Word, this.context())).split("=");
      assigned.push([name, value.join("=")]);
    }
    const args = await this.#fields(words.slice(first));
    if (args.length > 0) return this.execute(args);
    for (const [name, value] of assigned) this.process.variables.set(name, value);
    return assigned.length > 0 && words.some(hasSubstitution) ? this.status : 0;
  }
}

function refill<K, V>(map: Map<K, V>, from: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of from) map.set(key, value);
}

function isAssignment(word: Word): boolean {
  const [first] = word;
  return first?.kind === "text" && !first.quoted && /^[A-Za-z_]\w*=/.test(first.text);
}

function isExec(word: Word | undefined): boolean {
  return word?.length === 1 && word[0]?.text === "exec";
}

function hasSubstitution(word: Word): boolean {
  return word.some((segment) => segment.kind === "substitution");
}
