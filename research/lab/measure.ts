/**
 * The measurement: each ruleset, each kind of client, each number of flows, with a border relay that checks every packet. It
 * prints nothing and judges nothing; a number is what was counted.
 */

import { parseIpv4 } from "../../vyos/values.ts";
import { type Bench, type ByWanted, onLine } from "./bench.ts";
import { type ClientKind, echoPort } from "./flows.ts";
import type { Network } from "./namespaces.ts";
import { firstClient, labLine, type Mode, modes } from "./rulesets.ts";

export interface Pings {
  readonly sent: number;
  readonly answered: number;
  readonly droppedAtBorderRelay: number;
}

export interface Report extends Readonly<Record<Mode, Readonly<Record<ClientKind, ByWanted>>>> {
  /** A Linux client over UDP, whose kernel draws ports by chance. */
  readonly udp: Readonly<Record<Mode, ByWanted>>;
  readonly ocn: Readonly<Record<Mode, { readonly linux: ByWanted }>>;
  /** Echo requests at once, each with its own id. VyOS's own rules cannot translate an id. */
  readonly icmp: Readonly<Record<Mode, Pings>>;
  /** The router's own flows. */
  readonly router: ByWanted;
  /** Flows from the internet to a forwarded port, while clients hold the other ports. */
  readonly inbound: ByWanted;
  /** Packets of flows that the CE had forgotten, dropped at the border relay for their LAN source. */
  readonly forgotten: Readonly<Record<Mode, number>>;
  /** TCP and UDP packets of all runs. Forgotten flows are counted apart, and pings are counted apart, in `icmp`. */
  readonly droppedAtBorderRelay: number;
  readonly carrier: Network["carrier"];
  readonly stripeWidth: number;
  readonly seconds: number;
}

export interface Plan {
  readonly wanted: readonly number[];
  readonly ocnWanted: readonly number[];
  readonly pings: number;
  readonly stripeWidth: number;
}

/** Two thirds, and all, of 240 and of 1008 ports. */
export const fullPlan = { wanted: [160, 240], ocnWanted: [672, 1008], pings: 32 } as const;

/** The first router's line, and OCN's example of 1008 ports. */
const home = labLine("2404:7a82:4d02:4100::/56");
const ocn = labLine("2400:4051:1c90:4400::/56");

export async function measure(plan: Plan, signal: AbortSignal): Promise<Report> {
  const started = performance.now();
  const main = await onLine(home, plan.stripeWidth, signal, (bench) => measureHome(bench, plan));
  const large = await onLine(ocn, plan.stripeWidth, signal, (bench) => measureOcn(bench, plan));
  return {
    ...main,
    ocn: large.open,
    droppedAtBorderRelay: main.droppedAtBorderRelay + large.dropped,
    stripeWidth: plan.stripeWidth,
    seconds: Math.round((performance.now() - started) / 1000),
  };
}

type Home = Omit<Report, "ocn" | "stripeWidth" | "seconds">;

async function measureHome(bench: Bench, { wanted, pings }: Plan): Promise<Home> {
  const tcp = await byMode(bench, async () => ({
    linux: await bench.open("linux", "tcp", wanted),
    random: await bench.open("random", "tcp", wanted),
    several: await bench.open("several", "tcp", wanted),
  }));
  const udp = await byMode(bench, () => bench.open("linux", "udp", wanted));
  const router = await measureRouter(bench);
  const inbound = await measureInbound(bench);
  const droppedAtBorderRelay = bench.dropped();
  const icmp = await byMode(bench, () => measurePings(bench, pings));
  const forgotten = await byMode(bench, () => measureForgotten(bench));
  return {
    ...tcp,
    udp,
    icmp,
    forgotten,
    router,
    inbound,
    droppedAtBorderRelay,
    carrier: bench.network.carrier,
  };
}

async function measureOcn(bench: Bench, { ocnWanted }: Plan) {
  const open = await byMode(bench, async () => ({ linux: await bench.open("linux", "tcp", ocnWanted) }));
  return { open, dropped: bench.dropped() };
}

/** With the rules of stripes, as the program declares them by default. */
async function measureRouter(bench: Bench): Promise<ByWanted> {
  bench.use("stripes");
  const count = 16;
  const host = bench.flows.nextHost();
  const flow = { protocol: "tcp", host, port: echoPort, localPorts: "kernel" } as const;
  return { [count]: await bench.flows.openFrom([{ namespace: bench.network.ce, count }], flow) };
}

async function measureInbound(bench: Bench): Promise<ByWanted> {
  const [first = [0, 0]] = bench.line.blocks;
  const [port] = first;
  const inside = 2222;
  const address = parseIpv4("address", firstClient);
  bench.use("exact", [{ protocol: "tcp", port, address, targetPort: inside }]);
  const [client = ""] = bench.network.clients;
  await bench.flows.startHost(client, inside, []);
  const count = 8;
  const flow = { protocol: "tcp", host: bench.line.address, port, localPorts: "kernel" } as const;
  return { [count]: await bench.flows.openFrom([{ namespace: bench.network.borderRelay, count }], flow) };
}

/** Connection tracking forgets a quiet flow; then its client resets it, and a reset begins no new entry. */
async function measureForgotten(bench: Bench): Promise<number> {
  const { network, flows } = bench;
  const seconds = 1;
  network.run(network.ce, ["sysctl", "-qw", `net.netfilter.nf_conntrack_tcp_timeout_established=${seconds}`]);
  const before = bench.dropped();
  const [namespace = ""] = network.clients;
  const flow = { protocol: "tcp", host: flows.nextHost(), port: echoPort, localPorts: "kernel" } as const;
  await flows.openFrom([{ namespace, count: 8 }], flow, (seconds + 1) * 1000);
  return bench.dropped() - before;
}

async function measurePings(bench: Bench, sent: number): Promise<Pings> {
  const before = bench.dropped();
  const answered = await bench.flows.ping(sent);
  return { sent, answered, droppedAtBorderRelay: bench.dropped() - before };
}

async function byMode<Result>(bench: Bench, run: () => Promise<Result>): Promise<Record<Mode, Result>> {
  const results: Partial<Record<Mode, Result>> = {};
  for (const mode of modes) {
    bench.use(mode);
    results[mode] = await run();
  }
  return results as Record<Mode, Result>;
}
