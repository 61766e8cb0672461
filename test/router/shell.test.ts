/** Shell over a pair of pipes in memory: whose answer is whose, however the bytes arrive. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { Shell } from "../../router/wire/shell.ts";
import type { Transport } from "../../router/wire/transport.ts";
import { rejection } from "./lab.ts";

/** Plays the router: keeps what was written, and hands out what the test lets it say. */
class Pipe implements Transport {
  written = "";
  readonly #said: Buffer[] = [];
  #waiting: ((bytes: Buffer) => void) | undefined;

  async open(): Promise<void> {}

  read(): Promise<Buffer> {
    const bytes = this.#said.shift();
    if (bytes !== undefined) return Promise.resolve(bytes);
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  async write(bytes: Buffer): Promise<void> {
    this.written += bytes.toString("utf8");
  }

  async close(): Promise<void> {
    this.say(Buffer.alloc(0));
  }

  say(bytes: Buffer): void {
    if (this.#waiting === undefined) this.#said.push(bytes);
    else this.#waiting(bytes);
    this.#waiting = undefined;
  }

  tags(): string[] {
    return [...this.written.matchAll(/printf '\\n%s %s\\n' '([0-9a-f]+)'/g)].map(([, tag]) => tag ?? "");
  }
}

async function start(): Promise<{ pipe: Pipe; shell: Shell }> {
  const pipe = new Pipe();
  const shell = new Shell(pipe, "a pipe");
  await shell.open([]);
  return { pipe, shell };
}

/** Pieces of the bytes, cut at the places that are within them. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...new Set(places.map((place) => place % bytes.length))].sort((a, b) => a - b);
  return [0, ...sorted]
    .map((from, index) => bytes.subarray(from, sorted[index] ?? bytes.length))
    .filter((piece) => piece.length > 0);
}

const output = fc.oneof(
  fc.string(),
  fc.string({ unit: "binary" }).map((text) => text.toWellFormed()),
  fc.constantFrom("", "\n", "\n\n", "a\nb\n", "日本語\n", "€", "🙂", "\n0123456789abcdef01234567 0\n"),
);
const answers = fc.array(fc.record({ output, status: fc.nat(255) }), { minLength: 1, maxLength: 5 });

describe("Shell.run()", () => {
  it("attributes answers in the order of the commands, split at any byte", async () => {
    await fc.assert(
      fc.asyncProperty(answers, fc.array(fc.nat(5000), { maxLength: 30 }), async (said, places) => {
        const { pipe, shell } = await start();
        const running = said.map((_, index) => shell.run(`command ${index}`, 10));
        const tags = pipe.tags();
        const text = said.map((one, index) => `${one.output}\n${tags[index]} ${one.status}\n`).join("");
        for (const piece of cut(Buffer.from(text), places)) pipe.say(piece);
        expect(await Promise.all(running)).toEqual(said);
        await shell.close();
      }),
    );
  });

  it("attributes an answer that arrives byte by byte, in the middle of characters of many bytes", async () => {
    const { pipe, shell } = await start();
    const running = shell.run("show", 10);
    for (const byte of Buffer.from(`日本 🙂\n${pipe.tags()[0]} 7\n`)) pipe.say(Buffer.from([byte]));
    expect(await running).toEqual({ output: "日本 🙂", status: 7 });
    await shell.close();
  });

  it("is not confused by the closing line of another command within an output", async () => {
    const { pipe, shell } = await start();
    const running = [shell.run("first", 10), shell.run("second", 10)];
    const [first, second] = pipe.tags();
    pipe.say(Buffer.from(`\n${second} 9\nechoed ${first} 3\n\n${first} 0\n`));
    pipe.say(Buffer.from(`real\n${second} 1\n`));
    expect(await Promise.all(running)).toEqual([
      { output: `\n${second} 9\nechoed ${first} 3\n`, status: 0 },
      { output: "real", status: 1 },
    ]);
    await shell.close();
  });

  it("gives every command a tag of its own", async () => {
    const { pipe, shell } = await start();
    const running = Array.from({ length: 50 }, () => shell.run("same", 10).catch(() => undefined));
    expect(new Set(pipe.tags()).size).toBe(50);
    await shell.close();
    await Promise.all(running);
  });

  it("refuses an exit status that is no number, and goes on with the next command", async () => {
    const { pipe, shell } = await start();
    const garbled = rejection(shell.run("first", 10));
    const next = shell.run("second", 10);
    const [first, second] = pipe.tags();
    pipe.say(Buffer.from(`\n${first} what\nfine\n${second} 0\n`));
    expect(await garbled).toHaveProperty("code", "ANSWER_GARBLED");
    expect(await next).toEqual({ output: "fine", status: 0 });
    await shell.close();
  });

  it("fails every command when the link closes, and every later one", async () => {
    const { pipe, shell } = await start();
    const running = [rejection(shell.run("first", 10)), rejection(shell.run("second", 10))];
    await pipe.close();
    for (const error of await Promise.all(running))
      expect(error).toHaveProperty("code", "ROUTER_UNREACHABLE");
    expect(shell.alive).toBe(false);
    expect(await rejection(shell.run("third", 10))).toHaveProperty("code", "ROUTER_UNREACHABLE");
  });

  it("ends with COMMAND_TIMED_OUT, and no longer takes commands", async () => {
    const { shell } = await start();
    expect(await rejection(shell.run("sleep", 0.05))).toHaveProperty("code", "COMMAND_TIMED_OUT");
    expect(shell.alive).toBe(false);
  });
});
