/** One line's network with a host of the internet and a border relay that checks: what a measurement runs on. */

import { borderRelayTable } from "./border-relay.ts";
import { type ClientKind, echoPort, Flows } from "./flows.ts";
import { internetHosts, Network, tunnelDevice } from "./namespaces.ts";
import { type LabLine, type Mode, ruleset } from "./rulesets.ts";

/** Flows held open at once, by the number wanted. */
export type ByWanted = Readonly<Record<string, number>>;

export class Bench {
  readonly network: Network;
  readonly flows: Flows;
  readonly line: LabLine;
  readonly #stripeWidth: number;

  constructor(line: LabLine, stripeWidth: number) {
    this.line = line;
    this.#stripeWidth = stripeWidth;
    this.network = new Network(line.address, line);
    this.flows = new Flows(this.network);
    const checked = { device: tunnelDevice, address: line.address, ports: line.blocks };
    this.network.load(this.network.borderRelay, borderRelayTable(checked));
  }

  use(mode: Mode, forwards: Parameters<typeof ruleset>[3] = []): void {
    this.network.load(this.network.ce, ruleset(mode, this.line, this.#stripeWidth, forwards));
  }

  async open(kind: ClientKind, protocol: "tcp" | "udp", wanted: readonly number[]): Promise<ByWanted> {
    const open: Record<string, number> = {};
    for (const count of wanted) open[count] = await this.flows.open(kind, protocol, count);
    return open;
  }

  /** Packets that the border relay dropped since it began. */
  dropped(): number {
    const { passed: _passed, ...drops } = this.flows.counts();
    return Object.values(drops).reduce((sum, packets) => sum + packets, 0);
  }

  close(): void {
    this.flows.close();
    this.network.close();
  }
}

/** Runs on a bench of its own; the namespaces are gone when it settles, also when the signal stops it. */
export async function onLine<Result>(
  line: LabLine,
  stripeWidth: number,
  signal: AbortSignal,
  run: (bench: Bench) => Promise<Result>,
): Promise<Result> {
  signal.throwIfAborted();
  const bench = new Bench(line, stripeWidth);
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  const ready = bench.flows.startHost(bench.network.borderRelay, echoPort, internetHosts);
  const work = ready.then(() => run(bench));
  try {
    return await Promise.race([work, stopped]);
  } finally {
    // What still runs after a stop fails for want of its namespaces, and nobody waits for it.
    work.catch(() => undefined);
    bench.close();
  }
}
