/**
 * A client for the simulator's tests: it writes the wire's own lines over a real SSH connection and returns
 * text and status of each. It must never use the product's router room.
 */
import { randomBytes } from "node:crypto";
import ssh2, { type ClientChannel, type ConnectConfig, type Client as SshClient } from "ssh2";
import type { Simulator } from "../simulator/simulator.ts";

export interface Said {
  readonly text: string;
  readonly status: number;
}

export class Wire {
  readonly #client: SshClient;
  readonly #channel: ClientChannel;
  #received = "";
  #wake: () => void = () => {};
  #closed = false;

  private constructor(client: SshClient, channel: ClientChannel) {
    this.#client = client;
    this.#channel = channel;
    channel.on("data", (bytes: Buffer) => {
      this.#received += bytes.toString("utf8");
      this.#wake();
    });
    channel.on("close", () => {
      this.#closed = true;
      this.#wake();
    });
  }

  /** Opens the shell and a configuration session. */
  static async open(simulator: Simulator, login?: Partial<ConnectConfig>): Promise<Wire> {
    const client = await connect(simulator, login ?? { password: simulator.password });
    const channel = await new Promise<ClientChannel>((resolve, reject) => {
      client.exec("sg vyattacfg -c 'exec vbash -s'", (error, opened) =>
        error ? reject(error) : resolve(opened),
      );
    });
    const wire = new Wire(client, channel);
    channel.write("source /opt/vyatta/etc/functions/script-template\n");
    channel.write('eval "$(cli-shell-api getSessionEnv $$)"\n');
    await wire.run("cli-shell-api setupSession");
    return wire;
  }

  /** Writes one command at once; the promise is its answer. Commands may be written ahead of answers. */
  async run(command: string): Promise<Said> {
    const tag = randomBytes(8).toString("hex");
    this.#channel.write(`{ ${command}; } </dev/null 2>&1; printf '\\n%s %s\\n' '${tag}' "$?"\n`);
    const frame = new RegExp(`\\n${tag} (\\d+)\\n`);
    for (;;) {
      const found = frame.exec(this.#received);
      if (found !== null) {
        const start = this.#received.lastIndexOf("\u0000", found.index) + 1;
        const text = this.#received.slice(start, found.index);
        const end = found.index + found[0].length;
        this.#received = `${this.#received.slice(0, start)}${this.#received.slice(end)}`.slice(start);
        return { text, status: Number(found[1]) };
      }
      if (this.#closed) throw new Error("connection closed");
      await new Promise<void>((resolve) => this.#chain(resolve));
    }
  }

  /** One program by its words, each in single quotes. */
  program(...words: string[]): Promise<Said> {
    return this.run(words.map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" "));
  }

  set(...words: string[]): Promise<Said> {
    return this.program("/opt/vyatta/sbin/my_set", ...words);
  }

  commit(): Promise<Said> {
    return this.run("COMMIT_COMMENT='a test' /opt/vyatta/sbin/my_commit");
  }

  close(): void {
    this.#client.end();
  }

  #chain(resolve: () => void): void {
    const before = this.#wake;
    this.#wake = () => {
      this.#wake = () => {};
      before();
      resolve();
    };
  }
}

export function connect(simulator: Simulator, login: Partial<ConnectConfig>): Promise<SshClient> {
  const client = new ssh2.Client();
  return new Promise((resolve, reject) => {
    client.on("ready", () => resolve(client)).on("error", reject);
    client.connect({ host: simulator.host, port: simulator.port, username: simulator.user, ...login });
  });
}
