/**
 * A shell just large enough for the wire: it runs parsed lists one after another against the programs of one
 * simulated router. It must never expand what the wire does not need: such text is recorded as an escape.
 */
import type { Machine } from "./machine.ts";
import type { Programs } from "./programs.ts";
import {
  type Command,
  Incomplete,
  type List,
  parse,
  type Segment,
  SyntaxFault,
  type Word,
} from "./shell-words.ts";

interface Chunk {
  readonly fd: 1 | 2;
  readonly text: string;
}

export interface Result {
  readonly chunks: readonly Chunk[];
  readonly status: number;
}

export class Shell {
  /** What `vbash -s` reads as a script, once it was started. */
  scripted = false;
  ended = false;
  #status = 0;
  #waiting = "";
  #line = 0;
  readonly #machine: Machine;
  readonly #programs: Programs;

  constructor(machine: Machine, programs: Programs) {
    this.#machine = machine;
    this.#programs = programs;
  }

  /** Takes one line; undefined while a quote or a group is still open. */
  async line(line: string): Promise<Result | undefined> {
    this.#line++;
    this.#waiting += this.#waiting === "" ? line : `\n${line}`;
    let list: List;
    try {
      list = parse(this.#waiting);
    } catch (error) {
      if (error instanceof Incomplete) return undefined;
      if (!(error instanceof SyntaxFault)) throw error;
      this.#machine.escapes.push(this.#waiting);
      this.#waiting = "";
      return this.#failure(`line ${this.#line}: ${error.message}`, 2);
    }
    this.#waiting = "";
    return this.run(list, "");
  }

  async run(list: List, stdin: string): Promise<Result> {
    const chunks: Chunk[] = [];
    for (const { joiner, pipeline } of list) {
      if (this.ended) break;
      if (joiner === "&&" && this.#status !== 0) continue;
      if (joiner === "||" && this.#status === 0) continue;
      const result = await this.#pipeline(pipeline, stdin);
      chunks.push(...result.chunks);
      this.#status = result.status;
    }
    return { chunks, status: this.#status };
  }

  async #pipeline(pipeline: readonly Command[], stdin: string): Promise<Result> {
    const before: Chunk[] = [];
    let input = stdin;
    for (const command of pipeline.slice(0, -1)) {
      const { chunks } = await this.#command(command, input);
      before.push(...chunks.filter((chunk) => chunk.fd === 2));
      input = chunks.map((chunk) => (chunk.fd === 1 ? chunk.text : "")).join("");
    }
    const last = await this.#command(pipeline.at(-1) as Command, input);
    return { chunks: [...before, ...last.chunks], status: last.status };
  }

  async #command(command: Command, stdin: string): Promise<Result> {
    const result = command.group
      ? await this.run(command.group, stdin)
      : await this.#simple(command.words, stdin);
    return this.#redirect(result, command);
  }

  #redirect(result: Result, command: Command): Result {
    const target: Record<number, 1 | 2 | undefined> = { 1: 1, 2: 2 };
    for (const one of command.redirections) {
      const { text } = this.#expand(one.target);
      if (one.operator === ">&" && (text === "1" || text === "2")) target[one.fd] = target[Number(text)];
      else if (one.operator === ">" && text === "/dev/null") target[one.fd] = undefined;
      else if (!(one.operator === "<" && text === "/dev/null")) {
        this.#machine.escapes.push(`${one.operator}${text}`);
        return this.#failure(`line ${this.#line}: ${text}: Permission denied`, 1);
      }
    }
    const chunks = result.chunks.flatMap(({ fd, text }): Chunk[] => {
      const to = target[fd];
      return to === undefined ? [] : [{ fd: to, text }];
    });
    return { chunks, status: result.status };
  }

  async #simple(words: readonly Word[], stdin: string): Promise<Result> {
    const environment: Record<string, string> = {};
    let rest = [...words];
    while (rest.length > 0 && isAssignment(rest[0] as Word)) {
      const [name = "", ...value] = this.#expand(rest[0] as Word).text.split("=");
      environment[name] = value.join("=");
      rest = rest.slice(1);
    }
    const expanded = rest.map((word) => this.#expand(word));
    const escaped = expanded.find((word) => word.escape !== undefined);
    const args = expanded.map((word) => word.text);
    if (escaped?.escape !== undefined) {
      const name = escaped.escape.trim().split(/\s+/)[0] ?? "";
      return this.#failure(`line ${this.#line}: ${name}: command not found`, 127);
    }
    return args.length === 0 ? { chunks: [], status: 0 } : this.program(args, stdin, environment);
  }

  /** Runs one program by its words; `sg`, `sudo` and `eval` come back here with theirs. */
  async program(
    args: readonly string[],
    stdin: string,
    environment: Record<string, string>,
  ): Promise<Result> {
    const [name = "", ...rest] = args;
    if (name === "exit") {
      this.ended = true;
      return { chunks: [], status: Number(rest[0] ?? this.#status) };
    }
    if (name === "exec" || name === "builtin") return this.program(rest, stdin, environment);
    if (name === "vbash" || name === "bash") {
      this.scripted = rest[0] === "-s";
      return { chunks: [], status: 0 };
    }
    if (name === "sg")
      return this.run(
        parse(
          rest
            .filter((arg) => arg !== "-c")
            .slice(1)
            .join(" "),
        ),
        stdin,
      );
    if (name === "sudo")
      return this.program(
        rest.filter((arg) => arg !== "-n"),
        stdin,
        environment,
      );
    const answer = await this.#programs.run(name, rest, stdin);
    if (answer !== undefined) {
      return { chunks: answer.text === "" ? [] : [{ fd: 1, text: answer.text }], status: answer.status };
    }
    if (!this.scripted)
      return { chunks: [{ fd: 2, text: `\n  Invalid command: [${name}]\n\n` }], status: 127 };
    return this.#failure(`line ${this.#line}: ${name}: command not found`, 127);
  }

  #failure(text: string, status: number): Result {
    this.#status = status;
    return { chunks: [{ fd: 2, text: `vbash: ${text}\n` }], status };
  }

  #expand(word: Word): { text: string; escape?: string } {
    let text = "";
    let refused: string | undefined;
    for (const segment of word) {
      const known = this.#segment(segment);
      text += known ?? "";
      if (known === undefined) {
        refused = segment.text;
        this.#machine.escapes.push(segment.text);
      }
    }
    return refused === undefined ? { text } : { text, escape: refused };
  }

  /** The few expansions of the wire; undefined for any other. */
  #segment(segment: Segment): string | undefined {
    if (segment.kind === "text") return segment.text;
    if (segment.kind === "variable" && segment.text === "?") return String(this.#status);
    if (segment.kind === "variable" && segment.text === "$") return "4711";
    if (segment.kind !== "substitution" || !segment.quoted) return undefined;
    return segment.text === "cli-shell-api getSessionEnv $$" ? "getSessionEnv" : undefined;
  }
}

function isAssignment(word: Word): boolean {
  const [first] = word;
  return first?.kind === "text" && !first.quoted && /^[A-Za-z_]\w*=/.test(first.text);
}
