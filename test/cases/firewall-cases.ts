/**
 * What stands on a home router already (the table of test/vyos/firewall, its answers seen on a real VyOS 1.4), beside mape on a
 * simulated router: the doctor says what the simulator's own firewall does, and its remedy makes the LAN and the router reach out.
 */

import assert from "node:assert/strict";
import type { Given } from "../../config/given.ts";
import { home } from "../config/home.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { cases, type Case as Firewall } from "../vyos/firewall/cases.ts";
import { linesOf } from "../vyos/firewall/home.ts";
import type { Case } from "./line-cases.ts";
import { StackOnRouter } from "./on-router.ts";

const lanChecks = ["tunnel-zone", "nat-before", "lan-blocked"];

export const firewallCases: readonly Case[] = cases
  .filter(({ name }) => name.startsWith("seen "))
  .map((firewall) => ({ name: `firewall ${firewall.name}`, check: () => checkFirewall(firewall) }));

async function checkFirewall({ lines, lan, router }: Firewall): Promise<void> {
  const simulator = await startSimulator({ secondsPerSecond: 20 });
  try {
    const stack = new StackOnRouter(simulator);
    const given: Given = { ...home, uplink: "mape" };
    await stack.up({ ...given, uplink: "wxr" });
    await stack.up(given);
    byHand(simulator, linesOf(lines));
    assert.deepEqual(reached(simulator), [lan, router]);
    const remedy = await remedyOf(stack, given);
    assert.equal(remedy === undefined, lan === "yes" && router === "yes", remedy);
    if (remedy === undefined) return;
    byHand(
      simulator,
      remedy.split("; ").filter((line) => /^(set|delete) /.test(line)),
    );
    const keys = remedy.matchAll(/config set (\S+) ([^ ;]+)/g);
    await stack.up({ ...given, ...Object.fromEntries([...keys].map(([, key, value]) => [key, value])) });
    assert.deepEqual(reached(simulator), ["yes", "yes"]);
  } finally {
    await simulator.stop();
  }
}

function byHand(simulator: Simulator, lines: readonly string[]): void {
  if (lines.length > 0) assert.doesNotMatch(simulator.byHand(lines, { save: true }), /failed/);
}

function reached(simulator: Simulator): readonly string[] {
  const parties = ["lan", "router"] as const;
  return parties.map((of) => (simulator.explain(of).startsWith("IPv4 works by") ? "yes" : "no"));
}

async function remedyOf(stack: StackOnRouter, given: Given): Promise<string | undefined> {
  const { causes } = await stack.doctor(given);
  return causes.find(({ code }) => lanChecks.includes(code))?.remedy;
}
