/** What lives on the router beside routes and rules, through the real engine: it comes, survives a boot, fails over, and goes. */
import { afterAll, afterEach, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
let plain: string[];

beforeAll(async () => {
  stack = await HomeStack.start("linked", { secondsPerSecond: 20 });
  // Twenty simulated seconds pass in one: an undo timer must outlast what the engine itself takes.
  await stack.set({ undoAfterSeconds: "3600", probeAttempts: "2", probeTimeoutSeconds: "1" });
  await stack.succeed(...up);
  await stack.set({ uplink: "mape" });
  await stack.succeed(...up);
  plain = stack.simulator.running();
});

afterEach(() => {
  expect(stack.simulator.escapes).toEqual([]);
  expect(stack.simulator.running()).toEqual(stack.simulator.saved());
});
afterAll(() => stack.stop());

const scripts = "/config/scripts";
const boot = `${scripts}/vyos-postconfig-bootup.script`;
const theirs = "#!/bin/sh\n# theirs\nexit 0\n";
const read = (path: string): string | undefined => stack.simulator.files.read(path);
const byTunnel = "IPv4 works by the tunnel tun0";
const byWxr = "IPv4 works by the WXR at 192.168.100.1";

async function until(sentence: string): Promise<void> {
  for (let waited = 0; waited < 60 && stack.simulator.explain() !== sentence; waited += 1)
    await stack.simulator.advance(1);
  expect(stack.simulator.explain()).toBe(sentence);
}

test("napt: exact comes with its table, its hook and its line in the owner's boot script, without a commit", async () => {
  stack.simulator.files.write(boot, theirs, 0o775);
  await stack.set({ napt: "exact" });
  const { output } = await stack.succeed("preview", "--diff");
  expect(output).toContain("write /config/scripts/vyos-uplink-napt, ");
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 0, connections: 1 });
  expect(read(boot)).toBe(theirs.replace("\n", `\n${scripts}/vyos-uplink-napt start\n`));
  // VyOS's own rules are not what carries the line now.
  stack.simulator.byHand(["delete nat"]);
  expect(stack.simulator.explain()).toBe(byTunnel);
  stack.simulator.reboot();
  await until(byTunnel);
  stack.simulator.byHand(["delete nat"]);
  await until(byTunnel);
  stack.simulator.reboot();
});

test("refresh finds a script that somebody changed and one that is gone, and up repairs both", async () => {
  const script = read(`${scripts}/vyos-uplink-napt`) ?? "";
  stack.simulator.files.write(`${scripts}/vyos-uplink-napt`, `${script}# tried something\n`);
  stack.simulator.files.write(boot, theirs);
  const { output } = await stack.succeed("refresh", "--yes", "--skip-preview", "--diff");
  expect(output).toContain("changed: write /config/scripts/vyos-uplink-napt");
  await stack.succeed(...up);
  expect(read(`${scripts}/vyos-uplink-napt`)).toBe(script);
  expect(read(boot)).toContain("vyos-uplink-napt start");
  await stack.succeed(...up, "--expect-no-changes");
});

test("napt: stripes takes the table, the files and the line away, and nothing of the owner's", async () => {
  await stack.set({ napt: "stripes" });
  await stack.succeed(...up);
  expect(read(`${scripts}/vyos-uplink-napt`)).toBeUndefined();
  expect(read(`${scripts}/commit/post-hooks.d/50-vyos-uplink-napt`)).toBeUndefined();
  expect(read(boot)).toBe(theirs);
  stack.simulator.byHand(["delete nat"]);
  expect(stack.simulator.explain()).toContain("is not of the own set");
  stack.simulator.reboot();
  expect(stack.simulator.running()).toEqual(plain);
});

test("failover, the guard and the rule come in one commit; the router fails over and back by itself", async () => {
  await stack.set({ failover: "wxr", leaseGuard: "true", naptDropInvalid: "true" });
  expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1, connections: 2 });
  const running = stack.simulator.running().join("\n");
  expect(running).toContain("set protocols static route 0.0.0.0/0 next-hop 192.168.100.1 distance '210'");
  expect(running).toContain("set firewall ipv4 forward filter rule 1 action 'drop'");
  expect(running).toContain("executable path '/config/scripts/vyos-uplink-lease-guard'");
  await until(byTunnel);
  stack.simulator.network.internetBehindRelay = false;
  await until(byWxr);
  stack.simulator.network.internetBehindRelay = true;
  await until(byTunnel);
});

test("a failover whose fallback is dead is not taken away, for nothing would carry IPv4", async () => {
  const before = stack.simulator.running();
  stack.simulator.network.internetBehindWxr = false;
  await stack.set({ uplink: "wxr" });
  const run = await stack.sandbox.run([...up]);
  expect(run.status).not.toBe(0);
  expect(run.output).toContain("PROBE_FAILED");
  await until(byTunnel);
  expect(stack.simulator.running().filter((line) => /failover|tunnel/.test(line))).toEqual(
    before.filter((line) => /failover|tunnel/.test(line)),
  );
  stack.simulator.network.internetBehindWxr = true;
  await stack.succeed(...up);
  await until(byWxr);
  expect(stack.simulator.running().join("\n")).not.toMatch(/failover|tunnel|distance/);
});

test("one operation at a time brings all of it too, and destroy leaves no trace", async () => {
  await stack.set({ uplink: "mape", napt: "exact" });
  await stack.succeed(...up, "--parallel", "1");
  await until(byTunnel);
  await stack.succeed("destroy", "--yes", "--skip-preview");
  expect(stack.simulator.running().join("\n")).not.toMatch(/failover|tunnel|task-scheduler|firewall|nat /);
  expect(read(`${scripts}/vyos-uplink-lease-guard`)).toBeUndefined();
  expect(read(`${scripts}/vyos-uplink-napt`)).toBeUndefined();
  expect(read(boot)).toBe(theirs);
});
