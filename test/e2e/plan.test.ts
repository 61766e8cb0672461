/** `npm run plan` beside the real engine: what it says before an up is what the up sends. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";
import { runTool } from "./tool.ts";

jest.setTimeout(600_000);
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start("copied");
  await stack.succeed(...up);
});

afterAll(() => stack.stop());

interface PlanReport {
  readonly uplink: string;
  readonly commands: readonly string[];
  readonly obstacles: readonly string[];
  readonly unsaved: readonly string[];
}

const plan = (...args: string[]) => runTool(stack.sandbox, "plan", args);
const report = async (...args: string[]) => JSON.parse((await plan(...args, "--json")).out) as PlanReport;

test("after an up there is nothing to change, and the status is 0", async () => {
  const { status, out } = await plan();
  expect(out).toMatch(/^uplink wxr: 127.0.0.1, nothing to change\n/);
  expect(status).toBe(0);
});

test("a tunnel made by hand in the way is told with the command that removes it, and status 1", async () => {
  const ends = "remote 2001:260:700:1::1:275 local 2404:7a82:4d02:4100:85:d10d:200:4100";
  await stack.simulator.kernelByHand([`ip -6 tunnel add mape mode ip4ip6 ${ends} dev eth1`]);
  const { status, out } = await plan("--uplink", "mape");
  expect(status).toBe(1);
  expect(out).toContain("remove it: sudo ip -6 tunnel del mape");
  await stack.simulator.kernelByHand(["ip -6 tunnel del mape"]);
});

test("--uplink mape shows what the up to mape then does, and itself changes nothing", async () => {
  const before = [stack.simulator.running(), stack.simulator.saved()];
  const page = await plan("--uplink", "mape");
  for (const words of [
    /^ {2}\+ tunnel tun0 new$/m,
    /^ {2}~ default route moves from 192.168.100.1 to tun0$/m,
    /^ {2}\+ 15 blocks of NAT, 240 ports new, source rules 1000-1016$/m,
    /^The LAN: gets out/m,
  ])
    expect(page.out).toMatch(words);
  expect(page.out.split("\n").length).toBeLessThan(30);
  const { out: lines } = await plan("--uplink", "mape", "--lines");
  expect(lines).toContain("set interfaces tunnel tun0 encapsulation");
  const { commits, saves } = stack.simulator.counters;
  const { uplink, commands, obstacles, unsaved } = await report("--uplink", "mape");
  expect([uplink, obstacles, unsaved]).toEqual(["mape", [], []]);
  expect([stack.simulator.running(), stack.simulator.saved()]).toEqual(before);
  expect(stack.simulator.counters).toMatchObject({ commits, saves });

  await stack.set({ uplink: "mape" });
  await stack.succeed(...up);
  const bare = (line: string): string => line.replaceAll("'", "");
  const now = stack.simulator.running().map(bare);
  const gone = (before[0] ?? []).map(bare).filter((line) => !now.includes(line));
  const come = now.filter((line) => !(before[0] ?? []).map(bare).includes(line));
  const sets = commands.map(bare).filter((line) => line.startsWith("set "));
  expect(sets.sort()).toEqual(come.sort());
  expect(gone).toEqual(["set protocols static route 0.0.0.0/0 next-hop 192.168.100.1"]);
  expect(commands[0]).toBe("delete protocols static route 0.0.0.0/0 next-hop");
});

test("--config-boot plans for a router that is not there", async () => {
  const file = join(stack.sandbox.folder, "config.boot");
  writeFileSync(file, stack.simulator.files.read("/config/config.boot") ?? "");
  const { out: asked } = await plan("--uplink", "wxr", "--json");
  const { changes } = JSON.parse(asked) as { changes: unknown[] };
  const { status, out } = await plan("--uplink", "wxr", "--config-boot", file, "--json");
  expect(status).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ host: file, changes });
});

test("back to wxr takes away what the stack's state holds and nobody declares any more", async () => {
  const { commands } = await report("--uplink", "wxr");
  expect(commands).toEqual(expect.arrayContaining(["delete interfaces tunnel", "delete nat"]));
  expect(commands.at(-1)).toBe("set protocols static route 0.0.0.0/0 next-hop 192.168.100.1");
});

test("unsaved work on the router is told with status 1, and allowUnsavedWork is heard", async () => {
  stack.simulator.byHand(["set system host-name 'elsewhere'"]);
  expect(await plan()).toMatchObject({ status: 1, out: expect.stringContaining("system host-name") });
  await stack.set({ allowUnsavedWork: "true" });
  expect(await plan()).toMatchObject({ status: 0 });
});

test("a router that is not there is status 3, a wrong value status 2", async () => {
  await stack.set({ routerPort: "1" });
  expect(await plan()).toMatchObject({ status: 3, err: expect.stringContaining("ROUTER_UNREACHABLE") });
  expect(await plan("--uplink", "both")).toMatchObject({
    status: 2,
    err: expect.stringContaining("none of mape, wxr"),
  });
  expect(await plan("--stack", "nowhere")).toMatchObject({
    status: 2,
    err: expect.stringContaining("STACK_UNREADABLE"),
  });
});
