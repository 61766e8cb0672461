/** Another device on the NGN holds the CE address: the tunnel comes up, and carries nothing (transcripts/address-held-elsewhere.txt). */

import { afterEach, expect, it } from "@jest/globals";
import { explain } from "../../doctor/examine.ts";
import { switchOperations } from "../../research/bench/change.ts";
import { Router } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { routerSettings } from "./lab.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

it("is put back, and what holds it is named with what to switch off", async () => {
  simulator = await startSimulator();
  const before = simulator.shown();
  simulator.network.ceHeldElsewhere = true;
  const router = new Router(routerSettings(simulator, { undoAfterSeconds: 60 }), { explain });
  const settled = await Promise.allSettled(switchOperations().map((one) => router.submit(one)));
  await router.close();
  const words = settled.map((one) => (one.status === "rejected" ? String(one.reason) : "done")).join("\n");
  expect(words).toContain("[PROBE_FAILED]");
  expect(words).toMatch(/likely cause: .*another device on the NGN link holds the CE address/);
  expect(simulator.shown()).toBe(before);
  simulator.network.ceHeldElsewhere = false;
  expect(simulator.explain()).toContain("IPv4 works by the WXR");
});
