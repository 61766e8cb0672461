/**
 * Commands over a shell's standard input, each answer framed by a random tag and carrying its exit status. No prompts.
 * Must never send a line that was not quoted by vyos/commands.ts or written here as a constant.
 */

import { randomBytes } from "node:crypto";
import { StringDecoder } from "node:string_decoder";
import { AnswerGarbled, CommandTimedOut, RouterUnreachable } from "../../errors.ts";
import type { Transport } from "./transport.ts";

export interface Answer {
  readonly output: string;
  readonly status: number;
}

interface Pending {
  readonly tag: string;
  readonly line: string;
  readonly timeoutSeconds: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: Error) => void;
}

/** Answers come in the order of the commands, so many commands may be on their way at once. */
export class Shell {
  readonly #transport: Transport;
  readonly #where: string;
  readonly #pending: Pending[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** A character may come in two pieces. */
  readonly #decoder = new StringDecoder("utf8");
  #received = "";
  #failure: Error | undefined;

  constructor(transport: Transport, where: string) {
    this.#transport = transport;
    this.#where = where;
  }

  async open(prelude: readonly string[]): Promise<void> {
    await this.#transport.open();
    void this.#pump();
    await this.#transport.write(Buffer.from(`${prelude.join("\n")}\n`));
  }

  /** True until the link is lost or a command ran out of time; then every command fails with the same reason. */
  get alive(): boolean {
    return this.#failure === undefined;
  }

  run(line: string, timeoutSeconds: number): Promise<Answer> {
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      const tag = randomBytes(12).toString("hex");
      this.#pending.push({ tag, line, timeoutSeconds, resolve, reject });
      if (this.#pending.length === 1) this.#startClock();
      const framed = `{ ${line}; } </dev/null 2>&1; printf '\\n%s %s\\n' '${tag}' "$?"\n`;
      this.#transport.write(Buffer.from(framed)).catch((error: Error) => this.#fail(error));
    });
  }

  async close(): Promise<void> {
    this.#fail(new RouterUnreachable(this.#where, "the session was closed"));
    await this.#transport.close();
  }

  async #pump(): Promise<void> {
    for (;;) {
      const bytes = await this.#transport.read();
      if (bytes.length === 0) break;
      this.#received += this.#decoder.write(bytes);
      while (this.#settleFirst());
    }
    this.#fail(new RouterUnreachable(this.#where, "the connection was lost"));
  }

  /** Settles the oldest command when its closing line has arrived. */
  #settleFirst(): boolean {
    const first = this.#pending[0];
    if (first === undefined) return false;
    const start = this.#received.indexOf(`\n${first.tag} `);
    if (start < 0) return false;
    const end = this.#received.indexOf("\n", start + 1);
    if (end < 0) return false;
    const output = this.#received.slice(0, start);
    const status = this.#received.slice(start + first.tag.length + 2, end);
    this.#received = this.#received.slice(end + 1);
    this.#pending.shift();
    this.#startClock();
    if (/^[0-9]{1,3}$/.test(status)) first.resolve({ output, status: Number(status) });
    else first.reject(new AnswerGarbled(first.line, status));
    return true;
  }

  /** The clock runs for the oldest command only: the others wait their turn on the router. */
  #startClock(): void {
    clearTimeout(this.#timer);
    const first = this.#pending[0];
    if (first === undefined) return;
    const late = (): void => {
      this.#fail(new CommandTimedOut(first.line.slice(0, 80), first.timeoutSeconds));
      void this.#transport.close();
    };
    this.#timer = setTimeout(late, first.timeoutSeconds * 1000);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    clearTimeout(this.#timer);
    for (const pending of this.#pending.splice(0)) pending.reject(this.#failure);
  }
}
