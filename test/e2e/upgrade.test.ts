/** The state in data/ is what the program of 0.1.0 left in mape on the simulator's line, without the code and the listed commands. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
const recorded = readFileSync(join(__dirname, "data/state-0.1.0.json"), "utf8");
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start();
});

afterAll(() => stack.stop());

test("a state of 0.1.0 is taken over without a commit, then switched and destroyed", async () => {
  await stack.set({ uplink: "wxr" });
  await stack.succeed(...up);
  // 0.1.0 had no guard unless it was asked for.
  await stack.set({ uplink: "mape", naptDropInvalid: "false" });
  await stack.succeed(...up);
  const before = stack.simulator.running();
  writeFileSync(join(stack.sandbox.folder, ".recorded.json"), recorded);
  await stack.succeed("stack", "import", "--file", join(stack.sandbox.folder, ".recorded.json"));

  const taken = await stack.during(() => stack.succeed(...up));
  expect(taken.commits).toBe(0);
  expect(stack.simulator.running()).toEqual(before);
  const { output } = await stack.succeed("stack", "export");
  expect(output).not.toContain("the code in the state of 0.1.0");
  const again = await stack.during(() => stack.succeed(...up, "--expect-no-changes"));
  expect(again.commits).toBe(0);

  await stack.set({ naptDropInvalid: "true" });
  await stack.succeed(...up);
  const added = stack.simulator.running().filter((line) => !before.includes(line));
  expect(added).not.toEqual([]);
  expect(added.filter((line) => !line.startsWith("set firewall ipv4 forward filter rule 1 "))).toEqual([]);

  await stack.set({ uplink: "wxr" });
  await stack.succeed(...up);
  expect(JSON.stringify(stack.simulator.running())).not.toContain("tun0");
  await stack.succeed("destroy", "--yes", "--skip-preview");
  const { output: left } = await stack.succeed("stack", "export");
  expect(left).not.toContain("pulumi-nodejs:dynamic");
});
