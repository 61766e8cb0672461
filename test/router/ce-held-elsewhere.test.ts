/** Another device on the NGN holds the CE address: the tunnel would come up, and carry nothing (transcripts/address-held-elsewhere.txt). */

import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { explain } from "../../doctor/examine.ts";
import { switchOperations } from "../../research/bench/change.ts";
import { Router } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { routerSettings } from "./lab.ts";

const operations = switchOperations();
const isCommon = ({ id }: { id: string }): boolean => id === "protocols static route6 ::/0";
const edge = "2404:7a82:4d02:4100:85:d10d:200:4100";
let simulator: Simulator;
let before: string;
let router: Router;

/** From wxr, whose IPv6 default route stays. */
beforeEach(async () => {
  simulator = await startSimulator();
  router = new Router(routerSettings(simulator, { undoAfterSeconds: 60 }), { explain });
  await Promise.all(operations.filter(isCommon).map((one) => router.submit(one)));
  before = simulator.shown();
});

afterEach(async () => {
  await router.close();
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

async function switched(): Promise<string> {
  const others = operations.filter((one) => !isCommon(one));
  const settled = await Promise.allSettled(others.map((one) => router.submit(one)));
  return settled.map((one) => (one.status === "rejected" ? String(one.reason) : "done")).join("\n");
}

it("is refused before anything is committed, with the MAC that answers and what to switch off", async () => {
  simulator.network.ceHeldElsewhere = true;
  const words = await switched();
  expect(words).toContain(
    `another device on the link of eth1 holds ${edge}: a6:11:bb:00:00:07 answers for it`,
  );
  expect(words).toContain("[ADDRESS_HELD]");
  expect(words.match(/ADDRESS_HELD/g)).toHaveLength(1);
  expect(words).not.toContain("done");
  expect(simulator.counters.commits).toBe(1);
  expect(simulator.shown()).toBe(before);
});

it("is put back where the other device comes after the question, and what holds the address is named", async () => {
  const act = (): void => {
    simulator.network.ceHeldElsewhere = true;
  };
  simulator.inject({ at: "commit-begin", times: 1, act });
  const words = await switched();
  expect(words).toContain("[PROBE_FAILED]");
  expect(words).toMatch(/likely cause: .*another device on the NGN link holds the CE address/);
  expect(simulator.shown()).toBe(before);
  simulator.network.ceHeldElsewhere = false;
  expect(simulator.explain()).toContain("IPv4 works by the WXR");
});

it("is not asked for an address that the port has already, by hand or configured: that one is ours", async () => {
  await simulator.kernelByHand([`ip addr add ${edge}/128 dev eth1`]);
  expect(await switched()).not.toContain("ADDRESS_HELD");
  expect(simulator.explain()).toContain("IPv4 works by the tunnel");
});
