/**
 * `npm run failover-times`: how long the router itself takes to leave a dead tunnel and to come back, on a simulated first
 * router with the objects that `failover: wxr` declares. It reads nothing of the user's and reaches no router.
 */

import { parseArgs } from "node:util";
import { firstRouterConfiguration, type Simulator, startSimulator } from "../test/simulator/simulator.ts";
import { parseUplink, type UplinkObjects } from "../uplink/objects.ts";
import { diffTrees } from "../vyos/diff.ts";
import { failoverRouteModel } from "../vyos/resources/failover-route.ts";
import { interfaceAddressModel } from "../vyos/resources/interface-address.ts";
import { natRulesModel } from "../vyos/resources/nat-rule.ts";
import type { OwnedNode, ResourceModel } from "../vyos/resources/resource.ts";
import { staticRouteModel } from "../vyos/resources/static-route.ts";
import { tunnelModel } from "../vyos/resources/tunnel.ts";
import { parseCommands } from "../vyos/text.ts";
import { type ConfigTree, withSubtree } from "../vyos/tree.ts";

const usage = `npm run failover-times -- [--checks 1,5,10] [--runs N] [--json]

  --checks LIST   values of failoverCheckSeconds; 1,5,10 by default
  --runs N        breaks of the line a value, each at another moment between two checks; 20 by default
  --json          the last line is {"<checkSeconds>":{"over":{"least","mean","most"},"back":{...}}}
Exit status: 0 measured, 1 a failover that did not come, 2 wrong usage`;

/** The line of the first router. */
const line: Readonly<Record<string, string>> = {
  uplink: "mape",
  failover: "wxr",
  wxrNextHop: "192.168.100.1",
  ipv6Interface: "eth1",
  ipv6NextHop: "fe80::a611:bbff:fe7d:ee11",
  delegatedPrefix: "2404:7a82:4d02:4100::/56",
};

/** Seconds; a failover that takes longer than the longest check allowed is none. */
const patience = 600;
/** Seconds from one look at the router to the next: what a figure may be off by. */
const step = 0.25;

interface Figures {
  readonly least: number;
  readonly mean: number;
  readonly most: number;
}

/** What the router runs in mape, as `set` lines. */
function configured(objects: UplinkObjects): string[] {
  const { mape, defaultRoute, ipv6DefaultRoute } = objects;
  if (mape?.failover === undefined) throw new Error("Cannot measure: nothing fails over");
  const { ceAddress, borderRelayRoute, tunnel, rules, failover } = mape;
  const routes = [borderRelayRoute, ipv6DefaultRoute, defaultRoute, ...failover.pins];
  const declared = [
    ...nodesOf(interfaceAddressModel, ceAddress),
    ...nodesOf(tunnelModel, tunnel),
    ...nodesOf(natRulesModel, { rules }),
    ...nodesOf(failoverRouteModel, failover.route),
    ...routes.flatMap((route) => (route === undefined ? [] : nodesOf(staticRouteModel, route))),
  ];
  const before = parseCommands(firstRouterConfiguration.join("\n"));
  const after = declared.reduce<ConfigTree>((tree, node) => withSubtree(tree, node.path, node.tree), before);
  return diffTrees(before, after).map(({ verb, path }) => [verb, ...path.map(quoted)].join(" "));
}

function nodesOf<Value>(model: ResourceModel<Value>, inputs: object): readonly OwnedNode[] {
  return model.nodes(model.parse({ ...inputs }));
}

const quoted = (word: string): string => (/^[\w./:,-]+$/.test(word) ? word : `'${word}'`);

async function secondsUntil(simulator: Simulator, sentence: string): Promise<number> {
  const began = simulator.now();
  while (!simulator.explain().includes(sentence)) {
    if (simulator.now() - began > patience) throw new Error(`Cannot see it: ${simulator.explain()}`);
    await simulator.advance(step);
  }
  return simulator.now() - began;
}

async function measure(checkSeconds: number, runs: number): Promise<{ over: Figures; back: Figures }> {
  const simulator = await startSimulator({ secondsPerSecond: 0 });
  try {
    const said = simulator.byHand(
      configured(parseUplink((key) => ({ ...line, failoverCheckSeconds: String(checkSeconds) })[key])),
    );
    if (said.includes("failed")) throw new Error(`Cannot configure the simulated router: ${said}`);
    await secondsUntil(simulator, "by the tunnel");
    const over: number[] = [];
    const back: number[] = [];
    for (let run = 0; run < runs; run += 1) {
      // Each break meets the daemon at another moment of its sleep.
      await simulator.advance(2 * checkSeconds + (checkSeconds * run) / runs);
      simulator.network.relayAnswers = false;
      over.push(await secondsUntil(simulator, "by the WXR"));
      await simulator.advance(2 * checkSeconds + (checkSeconds * run) / runs);
      simulator.network.relayAnswers = true;
      back.push(await secondsUntil(simulator, "by the tunnel"));
    }
    return { over: figures(over), back: figures(back) };
  } finally {
    await simulator.stop();
  }
}

function figures(seconds: readonly number[]): Figures {
  const tenths = (value: number): number => Math.round(value * 10) / 10;
  const mean = seconds.reduce((sum, one) => sum + one, 0) / seconds.length;
  return { least: tenths(Math.min(...seconds)), mean: tenths(mean), most: tenths(Math.max(...seconds)) };
}

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      checks: { type: "string", default: "1,5,10" },
      runs: { type: "string", default: "20" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const runs = Number(values.runs);
  const checks = values.checks.split(",").map(Number);
  if (![runs, ...checks].every((one) => Number.isInteger(one) && one > 0)) {
    process.stderr.write(`${usage}\n`);
    return 2;
  }
  const all: Record<string, { over: Figures; back: Figures }> = {};
  const shown = ({ least, mean, most }: Figures): string => `${least} / ${mean} / ${most}`.padEnd(22);
  process.stdout.write(
    "simulated seconds, least / mean / most\ncheck every   to fail over          to come back\n",
  );
  for (const check of checks) {
    const one = await measure(check, runs);
    all[check] = one;
    process.stdout.write(`${`${check} s`.padEnd(14)}${shown(one.over)}${shown(one.back).trimEnd()}\n`);
  }
  if (values.json) process.stdout.write(`${JSON.stringify(all)}\n`);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}\n` : `${String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
