/**
 * One SSH connection and one exec channel with a VyOS shell in it. No pinned host key, no connection; the key is compared
 * before any credential is sent. Must never put a secret into an error.
 */

import { createHash, timingSafeEqual } from "node:crypto";
import { Client, type ClientChannel, type ConnectConfig } from "ssh2";
import { HostKeyRefused, LoginRefused, RouterUnreachable } from "../../errors.ts";
import { credentialsOf, type Login } from "./login.ts";
import type { Transport } from "./transport.ts";

/** `sg` because files of the configuration must be created with the group vyattacfg, or every later `set` fails. */
const shellCommand = "sg vyattacfg -c 'exec vbash -s'";

export interface SshSettings {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** `SHA256:...` as ssh-keygen -l prints it. */
  readonly hostKey: string | undefined;
  readonly login: Login;
  /** Bounds the TCP connection and the key exchange. */
  readonly connectTimeoutSeconds: number;
}

/** For people. */
const tried = { keyFile: "this private key", agent: "the agent's keys", password: "this password" } as const;

export class SshTransport implements Transport {
  readonly #settings: SshSettings;
  readonly #client = new Client();
  readonly #received: Buffer[] = [];
  #waiting: ((bytes: Buffer) => void) | undefined;
  #channel: ClientChannel | undefined;
  #closed = false;

  constructor(settings: SshSettings) {
    this.#settings = settings;
  }

  async open(): Promise<void> {
    const { host, port } = this.#settings;
    const where = `${host} port ${port}`;
    let seen = "";
    const matches = (key: Buffer): boolean => {
      seen = fingerprint(key);
      return sameText(seen, this.#settings.hostKey ?? "");
    };
    await new Promise<void>((resolve, reject) => {
      this.#client.once("ready", resolve);
      this.#client.once("close", () =>
        reject(new RouterUnreachable(where, "the router closed the connection")),
      );
      this.#client.on("error", (cause) => reject(this.#explain(where, cause, seen)));
      this.#client.connect(this.#connectConfig(matches));
      // Else every small packet waits for the other side's delayed acknowledgement: 40 ms a command, 0.3 s a login.
      this.#client.setNoDelay(true);
    });
    this.#client.on("close", () => this.#finish());
    this.#channel = await this.#startShell(where);
  }

  read(): Promise<Buffer> {
    const bytes = this.#received.shift();
    if (bytes !== undefined) return Promise.resolve(bytes);
    if (this.#closed) return Promise.resolve(Buffer.alloc(0));
    return new Promise((resolve) => {
      this.#waiting = resolve;
    });
  }

  write(bytes: Buffer): Promise<void> {
    const channel = this.#channel;
    if (channel === undefined || this.#closed) {
      return Promise.reject(new RouterUnreachable(this.#settings.host, "the connection is closed"));
    }
    return new Promise((resolve) => {
      if (channel.write(bytes)) resolve();
      else {
        channel.once("drain", resolve);
        channel.once("close", () => resolve());
      }
    });
  }

  async close(): Promise<void> {
    this.#client.end();
    this.#finish();
  }

  #connectConfig(hostVerifier: (key: Buffer) => boolean): ConnectConfig {
    const { host, port, user: username, login } = this.#settings;
    return {
      host,
      port,
      username,
      ...credentialsOf(login),
      hostVerifier,
      readyTimeout: this.#settings.connectTimeoutSeconds * 1000,
      keepaliveInterval: 5_000,
      keepaliveCountMax: 4,
    };
  }

  #explain(where: string, cause: Error & { level?: string }, seen: string): Error {
    const { hostKey, login } = this.#settings;
    if (seen !== "" && !sameText(seen, hostKey ?? "")) return new HostKeyRefused(where, seen, hostKey);
    if (cause.level === "client-authentication") {
      return new LoginRefused(`${this.#settings.user}@${where}`, tried[login.kind]);
    }
    return new RouterUnreachable(where, cause.message, { cause });
  }

  #startShell(where: string): Promise<ClientChannel> {
    return new Promise((resolve, reject) => {
      this.#client.exec(shellCommand, (error, channel) => {
        if (error) {
          reject(new RouterUnreachable(where, `no shell: ${error.message}`, { cause: error }));
          return;
        }
        channel.on("data", (bytes: Buffer) => this.#deliver(bytes));
        channel.stderr.resume();
        channel.on("close", () => this.#finish());
        resolve(channel);
      });
    });
  }

  #deliver(bytes: Buffer): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting) waiting(bytes);
    else this.#received.push(bytes);
  }

  #finish(): void {
    this.#closed = true;
    this.#waiting?.(Buffer.alloc(0));
    this.#waiting = undefined;
  }
}

/** Only asks: the connection ends when the key is known, before a credential could be sent. */
export function readHostKey(
  host: string,
  port: number,
  timeoutSeconds: number,
): Promise<{ type: string; fingerprint: string }> {
  const client = new Client();
  return new Promise((resolve, reject) => {
    client.on("error", (cause) =>
      reject(new RouterUnreachable(`${host} port ${port}`, cause.message, { cause })),
    );
    client.once("close", () =>
      reject(new RouterUnreachable(`${host} port ${port}`, "it showed no host key")),
    );
    const hostVerifier = (key: Buffer): boolean => {
      // RFC 4253 section 6.6: the blob begins with the length and the name of its type.
      const type = key.subarray(4, 4 + key.readUInt32BE(0)).toString("ascii");
      resolve({ type, fingerprint: fingerprint(key) });
      return false;
    };
    client.connect({ host, port, username: "nobody", hostVerifier, readyTimeout: timeoutSeconds * 1000 });
  });
}

/** As `ssh-keygen -l` prints it: SHA256 and base64 without padding. */
export function fingerprint(key: Buffer): string {
  return `SHA256:${createHash("sha256").update(key).digest("base64").replace(/=+$/, "")}`;
}

function sameText(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
