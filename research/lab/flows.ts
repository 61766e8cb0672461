/**
 * Real flows of the lab: workers inside namespaces, told what to open, and asked what the border relay dropped meanwhile. Every
 * run has a destination of its own, so that what an earlier run left in the connection table stands in nobody's way.
 */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Counts, parseCounts } from "./border-relay.ts";
import type { ClientSettings } from "./client.ts";
import { internetHosts, type Network } from "./namespaces.ts";

export const echoPort = 9000;
/** Bounds the wait for an answer: longer than the first retransmission of a SYN (1 s, RFC 6298 section 2.1). */
const waitMilliseconds = 1500;

export type ClientKind = "linux" | "random" | "several";

export class Flows {
  readonly #network: Network;
  readonly #children = new Set<ChildProcess>();
  #runs = 0;

  constructor(network: Network) {
    this.#network = network;
  }

  /** Ready to answer when it settles. */
  async startHost(namespace: string, port: number, addresses: readonly string[]): Promise<void> {
    const said = await firstLine(this.#start(namespace, "host.ts", String(port), ...addresses));
    if (said !== "ready") throw new Error(`the host in ${namespace} said ${JSON.stringify(said)}`);
  }

  /** How many of `wanted` flows to one destination were open at the same time. */
  async open(kind: ClientKind, protocol: "tcp" | "udp", wanted: number): Promise<number> {
    const { clients } = this.#network;
    const from = kind === "several" ? clients : clients.slice(0, 1);
    const localPorts = kind === "random" ? randomPorts(wanted, this.#runs) : "kernel";
    const share = Math.ceil(wanted / from.length);
    const parts = from.map((namespace, index) => ({
      namespace,
      count: Math.min(share, wanted - index * share),
    }));
    return this.openFrom(parts, { protocol, host: this.nextHost(), port: echoPort, localPorts });
  }

  async openFrom(
    parts: readonly { readonly namespace: string; readonly count: number }[],
    flow: Omit<ClientSettings, "count" | "waitMilliseconds">,
    holdMilliseconds = 0,
  ): Promise<number> {
    const workers = parts.map(({ namespace, count }) => {
      const settings: ClientSettings = { ...flow, count, waitMilliseconds };
      return this.#start(namespace, "client.ts", JSON.stringify(settings));
    });
    const open = await Promise.all(workers.map(firstLine));
    await new Promise((resolve) => setTimeout(resolve, holdMilliseconds));
    await Promise.all(workers.map(ended));
    return open.reduce((sum, text) => sum + Number(text), 0);
  }

  /** Echo requests to one destination at once, each with an id of its own; how many were answered. */
  async ping(wanted: number): Promise<number> {
    const host = this.nextHost();
    const [namespace = ""] = this.#network.clients;
    const pings = Array.from({ length: wanted }, () =>
      this.#spawn(namespace, ["ping", "-q", "-c", "1", "-W", "1", host]),
    );
    const ends = await Promise.all(pings.map(exitStatus));
    return ends.filter((status) => status === 0).length;
  }

  nextHost(): string {
    this.#runs += 1;
    const host = internetHosts[this.#runs % internetHosts.length];
    if (host === undefined) throw new Error("the lab's internet has no host");
    return host;
  }

  counts(): Counts {
    return parseCounts(this.#network.run(this.#network.borderRelay, ["nft", "-j", "list", "counters"]));
  }

  close(): void {
    for (const child of this.#children) child.kill("SIGKILL");
  }

  #start(namespace: string, file: string, ...settings: string[]): ChildProcess {
    return this.#spawn(namespace, [process.execPath, join(import.meta.dirname, file), ...settings]);
  }

  #spawn(namespace: string, command: readonly string[]): ChildProcess {
    const child = spawn("ip", ["netns", "exec", namespace, ...command], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#children.add(child);
    child.on("exit", () => this.#children.delete(child));
    return child;
  }
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
  if (stdout === null) return "";
  for await (const line of createInterface({ input: stdout })) return line;
  return "";
}

function ended(child: ChildProcess): Promise<unknown> {
  child.stdin?.end();
  return exitStatus(child);
}

function exitStatus(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null) return Promise.resolve(child.exitCode);
  return new Promise((resolve) => child.once("exit", resolve));
}

/** Distinct ports of a client that draws them by chance; the same for the same seed (a linear congruence, modulus 2^32). */
function randomPorts(count: number, seed: number): number[] {
  const ports = new Set<number>();
  let state = (seed * 2_654_435_761) % 2 ** 32;
  while (ports.size < count) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    ports.add(1024 + Math.floor((state / 2 ** 32) * (65_536 - 1024)));
  }
  return [...ports];
}
