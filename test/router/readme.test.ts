/** What a change leaves beside the journal for whoever stands at the router without internet. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Router } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { dummy, operation, rejection, routerSettings } from "./lab.ts";

const page = readFileSync(join(__dirname, "..", "..", "docs", "when-it-is-dark.md"), "utf8");
let simulator: Simulator;
let router: Router;

beforeEach(async () => {
  simulator = await startSimulator({ secondsPerSecond: 20 });
  router = new Router(routerSettings(simulator));
});

afterEach(async () => {
  await router.close();
  await simulator.stop();
});

const readme = (): string | undefined => simulator.files.read("/config/vyos-uplink/README");

it("is there after the first change, as docs/ has it, and goes with the last", async () => {
  await router.submit(dummy("dum0", "192.0.2.1/32"));
  expect(readme()).toBe(page);
  const later = new Router(routerSettings(simulator));
  await later.submit(operation("interfaces dummy dum0", undefined)).finally(() => later.close());
  expect(readme()).toBeUndefined();
});

it("is not there after a change that was put back", async () => {
  simulator.inject({ at: "commit-middle", kind: "kill-commit", times: 1 });
  await rejection(router.submit(dummy("dum0", "192.0.2.1/32")));
  expect(readme()).toBeUndefined();
});

it("comes a second time as the newer page", async () => {
  await router.submit(dummy("dum0", "192.0.2.1/32"));
  simulator.files.write("/config/vyos-uplink/README", "an older page\n");
  await router.submit(dummy("dum1", "192.0.2.2/32"));
  expect(readme()).toBe(page);
});
