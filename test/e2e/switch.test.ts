import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
let asFound: string[];

beforeAll(async () => {
  stack = await HomeStack.start();
  asFound = stack.simulator.running();
});

afterAll(async () => {
  expect(stack.simulator.escapes).toEqual([]);
  expect(stack.simulator.rootCommands).toEqual([]);
  await stack.stop();
});

const running = (): string => stack.simulator.running().join("\n");
const unsaved = (): string[] =>
  stack.simulator.running().filter((line) => !stack.simulator.saved().includes(line));

test("the first up adopts the default route, adds the IPv6 one and touches nothing else", async () => {
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1, connections: 2 });
  const added = stack.simulator.running().filter((line) => !asFound.includes(line));
  expect(added).toEqual([
    "set protocols static route6 ::/0 next-hop fe80::a611:bbff:fe7d:ee11 interface 'eth1'",
  ]);
  expect(asFound.every((line) => stack.simulator.running().includes(line))).toBe(true);
});

test("preview of the switch asks no router and changes nothing", async () => {
  await stack.set({ uplink: "mape" });
  const before = running();
  expect(await stack.during(() => stack.succeed("preview"))).toEqual({
    commits: 0,
    connections: 0,
    configReads: 0,
  });
  expect(running()).toBe(before);
});

test("wxr -> mape is one commit over two connections, saved", async () => {
  stack.simulator.observed.lanClients = ["192.168.100.50", "192.168.100.51"];
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1, connections: 2 });
  expect(running()).toContain("set protocols static route 0.0.0.0/0 interface tun0");
  expect(running()).not.toContain("next-hop 192.168.100.1");
  expect(running()).toContain("set nat source rule 1014 translation port '62480-62495'");
  expect(unsaved()).toEqual([]);
});

test("stack outputs tell a script the line", async () => {
  const { output } = await stack.succeed("stack", "output", "--json");
  const outputs: unknown = JSON.parse(output);
  expect(outputs).toMatchObject({
    uplink: "mape",
    ipv4: "133.209.13.2",
    psid: 65,
    ceAddress: "2404:7a82:4d02:4100:85:d10d:200:4100",
    borderRelay: "2001:260:700:1::1:275",
    saved: true,
    verifiedFrom: "lan",
    lastCommit: expect.stringMatching(/^20\d\d-/),
    portBlocks: expect.arrayContaining(["5136-5151", "62480-62495"]),
  });
});

test("a second up changes nothing and asks no router", async () => {
  const run = () => stack.succeed(...up, "--expect-no-changes");
  expect(await stack.during(run)).toEqual({ commits: 0, connections: 0, configReads: 0 });
});

test("refresh finds a change and a loss made by hand with one reading, and up repairs both in one commit", async () => {
  const before = running();
  stack.simulator.byHand([
    "set interfaces tunnel tun0 mtu 1452",
    "delete protocols static route6 2001:260:700:1::1:275/128",
  ]);
  let shown = "";
  const refresh = async () => {
    shown = (await stack.succeed("refresh", "--yes", "--skip-preview", "--diff")).output;
  };
  expect(await stack.during(refresh)).toEqual({ commits: 0, connections: 1, configReads: 1 });
  expect(shown).toContain("set interfaces tunnel tun0 mtu 1460");
  expect(shown).toMatch(/- pulumi-nodejs:dynamic\/vyos:StaticRoute: \(delete\)/);
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1, connections: 2 });
  expect(running()).toBe(before);
  expect(unsaved()).toEqual([]);
});

test("mape -> wxr is one commit too, though the engine deletes the tunnel only afterwards", async () => {
  await stack.set({ uplink: "wxr" });
  const { commits, connections } = await stack.during(() => stack.succeed(...up));
  expect({ commits, connections }).toEqual({ commits: 1, connections: 2 });
  expect(running()).toContain("set protocols static route 0.0.0.0/0 next-hop 192.168.100.1");
  expect(running()).not.toMatch(/tunnel|nat source/);
});

test("one operation at a time still ends in mape, in order", async () => {
  await stack.set({ uplink: "mape" });
  await stack.succeed(...up, "--parallel", "1");
  expect(running()).toContain("set protocols static route 0.0.0.0/0 interface tun0");
  expect(unsaved()).toEqual([]);
});

test("destroy from mape puts back exactly what the first up found", async () => {
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(running()).toBe(asFound.join("\n"));
  expect(unsaved()).toEqual([]);
});
