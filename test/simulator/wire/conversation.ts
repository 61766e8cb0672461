/**
 * One exec channel: runs its command and, when that is `vbash -s`, the lines that follow on standard input, in
 * order. It must never read ahead of a command that still runs.
 */
import type { ServerChannel } from "ssh2";
import { Shell } from "../shell/shell.ts";
import { Leave } from "../shell/shell-host.ts";
import { Broken } from "../system/faults.ts";
import { Gone, type Link, Process } from "../system/process.ts";
import type { Router } from "./router.ts";

interface Chunk {
  readonly fd: 1 | 2;
  readonly text: string;
}

export class Conversation {
  readonly #channel: ServerChannel;
  readonly #router: Router;
  readonly #link: Link;
  readonly #latency: number;
  readonly #process: Process;
  readonly #shell: Shell;
  #said: Chunk[] = [];
  #silent = false;

  constructor(channel: ServerChannel, router: Router, link: Link, latencyMilliseconds: number) {
    this.#channel = channel;
    this.#router = router;
    this.#link = link;
    this.#latency = latencyMilliseconds;
    this.#process = new Process(router.processes, { user: "vyos", args: "vbash -s", link, ofClient: true });
    // sshd(8), ENVIRONMENT; `sg` keeps it.
    this.#process.variables.set("SSH_CLIENT", `${router.host.system.observed.clientAddress} 50044 22`);
    this.#process.exported.add("SSH_CLIENT");
    for (const fd of [1, 2] as const) {
      const write = (text: string) => void this.#said.push({ fd, text });
      this.#process.fds.set(fd, { kind: "client", write, close: () => {} });
    }
    this.#shell = new Shell(this.#process, "wire", ["vbash"], router.host);
    channel.on("close", () => this.#process.end());
  }

  silence(): void {
    this.#silent = true;
  }

  async run(command: string): Promise<void> {
    try {
      let status = await this.#line(command);
      if (this.#shell.scripted) {
        for await (const line of this.#lines()) {
          status = await this.#line(line);
          if (this.#silent) return;
        }
      }
      this.#finish(status ?? 0);
    } catch (error) {
      if (error instanceof Leave) this.#finish(error.status);
      else if (!(error instanceof Broken || error instanceof Gone)) {
        this.#router.escapes.push(`the simulator failed: ${String(error)}`);
        this.#link.cut();
      }
    }
  }

  async #line(line: string): Promise<number | undefined> {
    let status: number | undefined;
    try {
      status = await this.#shell.line(line);
    } finally {
      const said = this.#said;
      this.#said = [];
      if (status !== undefined || said.length > 0) {
        this.#router.transcript.push(`$ ${line}`, said.map((chunk) => chunk.text).join(""));
        this.#later(() => this.#send(said));
      }
    }
    return status;
  }

  async *#lines(): AsyncGenerator<string> {
    let rest = "";
    // A command that hangs leaves the loop early, and the link must stay.
    for await (const bytes of this.#channel.iterator({ destroyOnReturn: false })) {
      this.#router.counters.bytesIn += (bytes as Buffer).length;
      const lines = `${rest}${(bytes as Buffer).toString("utf8")}`.split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  }

  #finish(status: number): void {
    this.#later(() => {
      this.#process.end();
      if (this.#silent || this.#channel.destroyed || !this.#channel.writable) return;
      this.#channel.exit(status);
      this.#channel.end();
    });
  }

  #later(act: () => void): void {
    if (this.#latency > 0) setTimeout(act, this.#latency);
    else act();
  }

  #send(chunks: readonly Chunk[]): void {
    if (this.#silent || this.#channel.destroyed || !this.#channel.writable) return;
    for (const { fd, text } of chunks) {
      this.#router.counters.bytesOut += Buffer.byteLength(text);
      if (fd === 1) this.#channel.write(text);
      else this.#channel.stderr.write(text);
    }
  }
}
