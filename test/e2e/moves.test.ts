/** What moves under resources that stay: another parent in the program, another line, and another stack on the same router. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
let original: string;
let mape: string;

const index = (): string => join(stack.sandbox.folder, "index.ts");

const line = (octet: string, psid: string): Record<string, string> => ({
  delegatedPrefix: `2404:7a82:4d02:${octet}00::/56`,
  ceAddress: `2404:7a82:4d02:${octet}00:85:d10d:200:${octet}00`,
  psid,
});

async function expectAgreement(): Promise<void> {
  expect(stack.simulator.shown()).toBe(mape);
  expect(stack.simulator.saved()).toEqual(stack.simulator.running());
  await stack.succeed(...up, "--expect-no-changes");
}

beforeAll(async () => {
  stack = await HomeStack.start("copied");
  original = stack.simulator.shown();
  await stack.set({ uplink: "mape", takeOver: "true", probeAttempts: "2", probeIntervalSeconds: "0" });
  await stack.succeed(...up);
  mape = stack.simulator.shown();
  await stack.set({ takeOver: "false" });
});

afterAll(async () => {
  expect(stack.simulator.escapes).toEqual([]);
  await stack.stop();
});

test("the uplink moved under another parent in the program: the uplink carries on", async () => {
  const before = { ...stack.simulator.counters };
  const program = readFileSync(index(), "utf8");
  const moved = program.replace(
    'new Uplink("uplink", given)',
    'new Uplink("uplink", given, { parent: new pulumi.ComponentResource("test:house", "house") })',
  );
  expect(moved).not.toBe(program);
  const outage = stack.simulator.outage();
  for (const text of [moved, program]) {
    writeFileSync(index(), text);
    await stack.succeed(...up);
    await expectAgreement();
  }
  expect(stack.simulator.outage()).toBe(outage);
  expect(stack.simulator.counters.commits).toBe(before.commits);
});

test("another delegated prefix is asked for as any change of uplink is, and put back where it is not this line's", async () => {
  await stack.set(line("42", "0x42"));
  const { status, output } = await stack.sandbox.run([...up]);
  expect(status).not.toBe(0);
  expect(output).toContain("[PROBE_FAILED]");
  await stack.set(line("41", "0x41"));
  await expectAgreement();
});

test("a second stack that claims what the first has is refused, the first is named, and nothing changes", async () => {
  await stack.succeed("stack", "init", "other");
  const [home, other] = ["home", "other"].map((name) => join(stack.sandbox.folder, `Pulumi.${name}.yaml`));
  const settings = readFileSync(home ?? "", "utf8").replace(/^encryptionsalt:.*\n/m, "");
  writeFileSync(other ?? "", `${readFileSync(other ?? "", "utf8")}${settings}`);
  const { status, output } = await stack.sandbox.run([...up, "--stack", "other"]);
  expect(status).not.toBe(0);
  expect(output).toMatch(/interfaces tunnel tun0 .*vyos-uplink\/home/);
  await stack.succeed("destroy", "--yes", "--skip-preview", "--stack", "other");
  await expectAgreement();
});

test("wxr and destroy: not one line is left over", async () => {
  await stack.set({ uplink: "wxr" });
  await stack.succeed(...up);
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(stack.simulator.shown()).toBe(original);
  expect(stack.simulator.files.read("/config/vyos-uplink/journal.json")).toBeUndefined();
});
