/** A controller so slow that each operation comes long after the one before it: forty times what joins them to one commit. */

import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { switchOperations } from "../../research/bench/change.ts";
import { Router } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { rejection, routerSettings } from "./lab.ts";

const quietMilliseconds = 10;
const apartMilliseconds = 40 * quietMilliseconds;
const route = "protocols static route 0.0.0.0/0";

let simulator: Simulator;
let router: Router;
let routes: string[];

beforeEach(async () => {
  simulator = await startSimulator({ secondsPerSecond: 20 });
  router = new Router(routerSettings(simulator, { quietMilliseconds, requirementWaitSeconds: 2 }));
  routes = defaultRoutes();
});

afterEach(async () => {
  await router.close();
  expect(simulator.escapes).toEqual([]);
  await simulator.stop();
});

const defaultRoutes = (): string[] => simulator.running().filter((line) => line.includes(`${route} `));

/** The default route first, which waits for all others. */
async function submitted(): Promise<string[]> {
  const operations = switchOperations().toSorted((a, b) => Number(b.id === route) - Number(a.id === route));
  const work: Promise<string>[] = [];
  for (const one of operations) {
    work.push(
      router.submit(one).then(
        () => "done",
        (error: Error) => error.message,
      ),
    );
    await sleep(apartMilliseconds);
  }
  return Promise.all(work);
}

describe("operations that arrive far apart", () => {
  it("move the default route in one commit, the last, with what it requires there and IPv4 never away", async () => {
    const moved: number[] = [];
    const watch = setInterval(() => {
      if (String(defaultRoutes()) !== String(routes)) moved.push(simulator.counters.commits);
    }, 5);
    expect([...new Set(await submitted())]).toEqual(["done"]);
    clearInterval(watch);
    expect(defaultRoutes()).toEqual([expect.stringContaining("interface tun0")]);
    expect(new Set(moved).size).toBeLessThanOrEqual(1);
    expect(simulator.outage()).toBe(0);
    expect(simulator.outage("lan")).toBe(0);
    expect(simulator.saved()).toEqual(simulator.running());
  });

  it("leave the default route and what is saved of it as they were when the tunnel carries nothing", async () => {
    simulator.network.internetBehindRelay = false;
    const [first] = await submitted();
    expect(first).toContain("[PROBE_FAILED]");
    expect(defaultRoutes()).toEqual(routes);
    expect(simulator.saved()).toEqual(simulator.running());
  });

  it("end the wait for what cannot come, and nothing is changed", async () => {
    const [alone] = switchOperations().filter(({ id }) => id === route);
    if (alone === undefined) throw new Error("no default route");
    const before = simulator.running();
    expect((await rejection(router.submit(alone))).message).toContain("[REQUIREMENT_MISSING]");
    expect(simulator.running()).toEqual(before);
  });
});
