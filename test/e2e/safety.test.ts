/** What must not happen to a router, through the real engine: a lost hand-made configuration, two runs at once, a leaked secret. */

import { readdirSync, readFileSync } from "node:fs";
import { afterEach, expect, jest, test } from "@jest/globals";
import type { Sandbox } from "../sandbox.ts";
import { firstRouterConfiguration } from "../simulator/simulator.ts";
import { HomeStack, up } from "./home-stack.ts";
import { filesOf } from "./written.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
const copies: Sandbox[] = [];

afterEach(async () => {
  for (const copy of copies.splice(0)) copy.dispose();
  expect(stack.simulator.escapes).toEqual([]);
  await stack.stop();
});

test("the first up on a router configured by hand changes only what is declared, and refuses what differs", async () => {
  const other = "set protocols static route6 ::/0 next-hop fe80::1 interface 'eth1'";
  stack = await HomeStack.start("linked", { configuration: [...firstRouterConfiguration, other] });
  await stack.simulator.kernelByHand([
    "ip -6 tunnel add old mode ip4ip6 remote 2001:db8::1 local 2001:db8::2",
  ]);
  const before = stack.simulator.running();
  const refused = await stack.sandbox.run(up);
  expect(refused.status).not.toBe(0);
  expect(refused.output).toContain("[OCCUPIED]");
  expect(refused.output).toContain("in the way: protocols static route6 ::/0");
  expect(refused.output).toContain("set protocols static route6 ::/0 next-hop fe80::a611:bbff:fe7d:ee11");
  expect(stack.simulator.running()).toEqual(before);

  await stack.set({ takeOver: "true" });
  await stack.succeed(...up);
  const changed = stack.simulator.running().filter((line) => !before.includes(line));
  expect(changed).toEqual([
    "set protocols static route6 ::/0 next-hop fe80::a611:bbff:fe7d:ee11 interface 'eth1'",
  ]);
  expect(before.filter((line) => !stack.simulator.running().includes(line))).toEqual([other]);
});

test("two ups at once: the second waits for the first, and the router ends in one piece", async () => {
  stack = await HomeStack.start();
  await stack.succeed(...up);
  await stack.set({ uplink: "mape" });
  const second = stack.sandbox.copy();
  copies.push(second);
  const both = await Promise.all([stack.sandbox.run(up), second.run(up)]);
  expect(both.map(({ status }) => status)).toEqual([0, 0]);
  expect(stack.simulator.counters.commits).toBeLessThanOrEqual(3);
  expect(stack.simulator.running().join("\n")).toContain("0.0.0.0/0 interface tun0");
  expect(stack.simulator.saved()).toEqual(stack.simulator.running());
});

test("up --target of the default route alone says what it requires, and changes nothing", async () => {
  stack = await HomeStack.start();
  await stack.succeed(...up);
  await stack.set({ uplink: "mape", requirementWaitSeconds: "1" });
  const before = stack.simulator.running();
  const run = await stack.sandbox.run([...up, "--target", "**ipv4-default-route"]);
  expect(run.status).not.toBe(0);
  expect(run.output).toContain("[REQUIREMENT_MISSING]");
  expect(stack.simulator.running()).toEqual(before);
  expect(stack.simulator.saved()).toEqual(before);
});

test("a password and a key are in no output, state, event log, argument list or line on the wire", async () => {
  stack = await HomeStack.start();
  await stack.set({ routerPrivateKeyFile: "" });
  const { password, privateKey } = stack.simulator;
  const inKey = privateKey.split("\n")[2] ?? "";
  await stack.sandbox.run(["config", "set", "--secret", "routerPassword"], { input: password });
  const argumentLists: string[] = [];
  stack.simulator.inject({ at: "commit-begin", times: 1, act: () => argumentLists.push(...commandLines()) });
  const runs = [
    await stack.succeed(...up, "--logtostderr", "-v", "3"),
    await stack.succeed("refresh", "--yes"),
    await stack.succeed("stack", "export"),
  ];
  const said = [...runs.map(({ output }) => output), ...stack.simulator.transcript(), ...argumentLists].join(
    "\n",
  );
  const written = filesOf(stack.sandbox.folder).join("\n");
  expect(argumentLists.length).toBeGreaterThan(3);
  for (const secret of [password, inKey]) {
    expect(said).not.toContain(secret);
    expect(written).not.toContain(secret);
  }
});

/** Of every process here; elsewhere than on Linux, of none. */
function commandLines(): string[] {
  return readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .flatMap((pid) => {
      try {
        return [readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ")];
      } catch {
        return [];
      }
    });
}
