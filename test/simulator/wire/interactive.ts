/**
 * A terminal on the simulated router: banner, echo, prompts and pager as recorded of VyOS 1.4, over the same programs that
 * `vbash -s` runs. For clients that type into a shell. It knows the few words they type; any other is an invalid command.
 */
import type { ServerChannel } from "ssh2";
import { printCommands, splitLine } from "../configuration/text.ts";
import { Shell } from "../shell/shell.ts";
import { Broken } from "../system/faults.ts";
import { Gone, type Link, Process } from "../system/process.ts";
import type { Router } from "./router.ts";

const title = "\x1b]0;vyos@vyos: ~\x07";
const operatorPrompt = `${title}vyos@vyos:~$ `;
const configurePrompt = "[edit]\r\r\nvyos@vyos# ";
const welcome = "Welcome to VyOS!\r\n\r\n";
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

export class Terminal {
  readonly #channel: ServerChannel;
  readonly #router: Router;
  readonly #shell: Shell;
  readonly #process: Process;
  #said = "";
  #configuring = false;
  /** `less` frames what it shows, until `set terminal length 0`. */
  #paged = true;

  constructor(channel: ServerChannel, router: Router, link: Link) {
    this.#channel = channel;
    this.#router = router;
    this.#process = new Process(router.processes, { user: "vyos", args: "vbash", link, ofClient: true });
    for (const fd of [1, 2] as const) {
      const write = (text: string): void => {
        this.#said += text;
      };
      this.#process.fds.set(fd, { kind: "client", write, close: () => {} });
    }
    this.#shell = new Shell(this.#process, "wire", ["vbash"], router.host);
    channel.on("close", () => this.#process.end());
  }

  async run(): Promise<void> {
    try {
      await this.#shell.line("exec vbash -s");
      await this.#shell.line("source /opt/vyatta/etc/functions/script-template");
      await this.#shell.line('eval "$(cli-shell-api getSessionEnv $$)"');
      this.#write(`${welcome}${operatorPrompt}`);
      for await (const line of this.#lines()) {
        if (!(await this.#obey(line))) break;
      }
      if (this.#channel.writable) {
        this.#channel.exit(0);
        this.#channel.end();
      }
    } catch (error) {
      if (!(error instanceof Broken || error instanceof Gone)) {
        this.#router.escapes.push(`the terminal failed: ${String(error)}`);
      }
      this.#channel.destroy();
    }
  }

  /** What is typed is echoed, and a line ends with CR or LF. */
  async *#lines(): AsyncGenerator<string> {
    let rest = "";
    for await (const bytes of this.#channel.iterator({ destroyOnReturn: false })) {
      const typed = (bytes as Buffer).toString("utf8");
      this.#router.counters.bytesIn += (bytes as Buffer).length;
      this.#write(typed.replace(/\r\n|\r|\n/g, "\r\n"));
      const lines = `${rest}${typed}`.split(/\r\n|\r|\n/);
      rest = lines.pop() ?? "";
      yield* lines;
    }
  }

  /** False once the session has ended. */
  async #obey(line: string): Promise<boolean> {
    const words = splitLine(line);
    const answer = this.#configuring ? await this.#configure(words) : await this.#operate(words);
    if (answer === undefined) return false;
    this.#router.transcript.push(`$ ${line}`, answer);
    this.#write(`${answer}${this.#configuring ? configurePrompt : operatorPrompt}`);
    return true;
  }

  async #operate(words: readonly string[]): Promise<string | undefined> {
    const line = words.join(" ");
    if (line === "") return "";
    if (line === "exit" || line === "logout") {
      this.#write("logout\r\n");
      return undefined;
    }
    if (line === "configure") {
      await this.#program("cli-shell-api setupSession");
      this.#configuring = true;
      return "";
    }
    const terminal = /^set terminal (length|width) ([0-9]+)$/.exec(line);
    if (terminal) {
      if (terminal[1] === "length") this.#paged = terminal[2] !== "0";
      return "";
    }
    const show = this.#show(line);
    return show === undefined ? `\r\n  Invalid command: [${line}]\r\n\r\n` : this.#page(show);
  }

  #show(line: string): string | undefined {
    if (line === "show version") return `Version:          VyOS ${this.#router.versionName}\n`;
    if (line === "show host name") return "vyos\n";
    if (/^show configuration commands( \| no-more)?$/.test(line)) {
      this.#router.counters.configReads++;
      return `${printCommands(this.#router.store.active).join("\n")}\n`;
    }
    return undefined;
  }

  async #configure(words: readonly string[]): Promise<string> {
    const [verb = "", ...rest] = words;
    switch (verb) {
      case "":
        return "";
      case "set":
      case "delete": {
        const answer = await this.#program(`/opt/vyatta/sbin/my_${verb} ${rest.map(quoted).join(" ")}`);
        return answer === "" ? "" : this.#page(`\n${indented(answer)}\n`);
      }
      case "compare":
        return this.#page(`${this.#compare(rest[0] === "saved")}\n`);
      case "commit":
        return this.#commit();
      case "save":
        await this.#program("/usr/libexec/vyos/vyos-save-config.py");
        return "Saving configuration to '/config/config.boot'...\r\nDone\r\n";
      case "exit":
        return this.#exit(rest[0] === "discard");
      default:
        return `\r\n  Invalid command: [${verb}]\r\n\r\n`;
    }
  }

  async #commit(): Promise<string> {
    if (!(await this.#changed())) return "No configuration changes to commit\r\n";
    const answer = await this.#program("/opt/vyatta/sbin/my_commit");
    return answer.replaceAll("\n", "\r\n");
  }

  async #exit(discard: boolean): Promise<string> {
    if (!discard && (await this.#changed())) {
      return "Cannot exit: configuration modified.\r\nUse 'exit discard' to discard the changes and exit.\r\n";
    }
    await this.#program("/opt/vyatta/sbin/my_discard");
    await this.#program("cli-shell-api teardownSession");
    this.#configuring = false;
    return "exit\r\n";
  }

  async #changed(): Promise<boolean> {
    return (await this.#shell.line("cli-shell-api sessionChanged")) === 0;
  }

  /** The leaves that went and came, against running or saved; a real one groups them by node and adds no more than that. */
  #compare(toSaved: boolean): string {
    const session = [...this.#router.sessions.values()].find((one) => one.changed());
    const before = printCommands(toSaved ? this.#router.savedTree() : this.#router.store.active);
    const after = printCommands(session?.working() ?? this.#router.store.active);
    const gone = before.filter((line) => !after.includes(line)).map((line) => `- ${line.slice(4)}`);
    const come = after.filter((line) => !before.includes(line)).map((line) => `+ ${line.slice(4)}`);
    if (gone.length + come.length > 0) return [...gone, ...come, ""].join("\n");
    return `No changes between working and ${toSaved ? "saved" : "active"} configurations.\n`;
  }

  async #program(line: string): Promise<string> {
    this.#said = "";
    await this.#shell.line(line);
    return this.#said;
  }

  #page(text: string): string {
    if (!this.#paged) return text.replaceAll("\n", "\r\n");
    return `\x1b[?1h\x1b=\r${text.replaceAll("\n", "\x1b[m\r\n")}\r\x1b[K\x1b[?1l\x1b>`;
  }

  #write(text: string): void {
    if (!this.#channel.writable) return;
    this.#router.counters.bytesOut += Buffer.byteLength(text);
    this.#channel.write(text);
  }
}

function indented(text: string): string {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `  ${line}\n`)
    .join("");
}
