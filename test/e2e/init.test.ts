/** `npm run init` as a newcomer runs it: from a router's address to a stack whose first up changes what the plan said. */

import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { findEngine } from "../../providers/find/find.ts";
import { Sandbox } from "../sandbox.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { runTool } from "./tool.ts";

jest.setTimeout(600_000);
let simulator: Simulator;
let sandbox: Sandbox;

beforeAll(async () => {
  const engine = await findEngine((line) => process.stderr.write(`${line}\n`));
  simulator = await startSimulator();
  sandbox = new Sandbox({ engine, project: resolve(__dirname, "../.."), files: "copied" });
  writeFileSync(join(sandbox.folder, "client-key"), simulator.privateKey, { mode: 0o600 });
});

afterAll(async () => {
  await simulator.stop();
  sandbox.dispose();
});

function init(...args: string[]) {
  const { host, port } = simulator;
  const target = ["--host", host, "--port", String(port), "--key", join(sandbox.folder, "client-key")];
  const named = args.includes("--stack") ? [] : ["--stack", "home"];
  return runTool(sandbox, "init", [...target, ...named, ...args]);
}

const stackFile = (name: string): string => readFileSync(join(sandbox.folder, `Pulumi.${name}.yaml`), "utf8");

test("sends and writes nothing before the host key is accepted", async () => {
  const before = stackFile("home");
  const { status, out, err } = await init();
  expect(status).toBe(1);
  expect(out).toContain(simulator.hostKeyFingerprint);
  expect(err).toContain("nothing written");
  expect(simulator.transcript()).toEqual([]);
  expect(await init("--host-key", `SHA256:${"A".repeat(43)}`, "--yes")).toMatchObject({ status: 1 });
  expect(simulator.transcript()).toEqual([]);
  expect(stackFile("home")).toBe(before);
});

test("without --yes it shows each guess with where it was seen, and writes nothing", async () => {
  const before = stackFile("home");
  const { status, out } = await init("--host-key", simulator.hostKeyFingerprint);
  expect(status).toBe(0);
  expect(out).toMatch(/wxrNextHop {7}192\.168\.100\.1\n {4}the IPv4 default route in the kernel/);
  expect(out).toMatch(
    /delegatedPrefix {2}2404:7a82:4d02:4100::\/56\n {4}the delegation in the log of dhcp6c on eth1/,
  );
  expect(out).toContain("PSID: the lower 8 EA bits = 65 (0x41)");
  expect(out).toContain("Nothing was written; to write it: --yes");
  expect(stackFile("home")).toBe(before);
});

test("--yes writes the stack, drops another line's figures, and shows the plan, with nothing done to the router", async () => {
  const home = join(sandbox.folder, "Pulumi.home.yaml");
  writeFileSync(home, `${stackFile("home").replace(/(delegatedPrefix: )\S+/, "$12404:7a82:4d02:4200::/56")}`);
  const before = [simulator.running(), simulator.saved()];
  const { sets, commits, saves } = simulator.counters;
  const { status, out, err } = await init("--yes");
  expect(err).toBe("");
  expect(status).toBe(0);
  expect(out).toContain("Dropped, for they were of another line: borderRelay, ceAddress, ipv4Address, psid");
  expect(out).toContain("+ route ::/0 new, by fe80::a611:bbff:fe7d:ee11");
  expect(stackFile("home")).toContain("vyos-uplink:delegatedPrefix: 2404:7a82:4d02:4100::/56");
  expect(stackFile("home")).not.toContain("ceAddress");
  expect([simulator.running(), simulator.saved()]).toEqual(before);
  expect(simulator.counters.commits - commits + simulator.counters.saves - saves).toBe(0);
  expect(simulator.counters.sets).toBeGreaterThan(sets); // the candidate of the plan, discarded
});

test("a router of a version that is not spoken is refused before anything is asked", async () => {
  const before = stackFile("home");
  simulator.observed.version = "1.4-rolling-202308240020";
  const { status, err } = await init("--host-key", simulator.hostKeyFingerprint, "--yes");
  simulator.observed.version = undefined;
  expect([status, err]).toEqual([3, expect.stringContaining("[VERSION_UNSUPPORTED]")]);
  expect(stackFile("home")).toBe(before);
});

test("a host key that has changed is said loudly, and --yes alone does not accept it", async () => {
  const before = stackFile("home");
  const other = `SHA256:${"A".repeat(43)}`;
  writeFileSync(
    join(sandbox.folder, "Pulumi.home.yaml"),
    before.replace(/(routerHostKey: )\S+/, `$1${other}`),
  );
  const { status, out, err } = await init("--yes");
  expect(status).toBe(1);
  expect(out).toContain(`THE HOST KEY IS ANOTHER ONE THAN BEFORE: the stack has ${other}`);
  expect(err).toContain(`--host-key ${simulator.hostKeyFingerprint}`);
  writeFileSync(join(sandbox.folder, "Pulumi.home.yaml"), before);
});

test("from the figures of a fixed-IP sheet to a plan in one command", async () => {
  const sheet = ["--ipv4-address", "203.0.113.77", "--border-relay", "2404:9200:225:100::65"];
  const line = ["--uplink", "ipip", "--delegated-prefix", "240b:11:52c1:9300::/56"];
  // The router's default route is somebody's: a stack that has not adopted it must say that it may move it.
  await sandbox.run(["stack", "init", "paper", "--no-select"]);
  await sandbox.run(["config", "set", "takeOver", "true", "--stack", "paper"]);
  const run = await init("--yes", "--stack", "paper", ...line, ...sheet);
  expect(run).toMatchObject({ status: 0, err: "" });
  expect(run.out).toContain("240b:11:52c1:9300:cb:71:4d00:0");
  expect(run.out).toContain("+ tunnel tun0 new");
  expect(run.out).toContain("+ NAT new, source rules 1000");
  rmSync(join(sandbox.folder, "Pulumi.paper.yaml"));
});

test("the stack that it wrote goes up, and flags took the place of guesses in another", async () => {
  const { status, output } = await sandbox.run(["up", "--yes", "--skip-preview"]);
  expect({ status, output }).toMatchObject({ status: 0 });
  const run = await init(
    "--yes",
    "--json",
    "--stack",
    "second",
    "--uplink",
    "mape",
    "--wxr-next-hop",
    "192.168.100.7",
  );
  expect(run).toMatchObject({ status: 0 });
  const report = JSON.parse(run.out) as { written: boolean; plan: { uplink: string; obstacles: string[] } };
  expect(report).toMatchObject({ written: true, missing: [], refusal: null, plan: { uplink: "mape" } });
  expect(report.plan.obstacles).toContainEqual(
    expect.stringContaining("protocols static route 0.0.0.0/0 belongs to the stack vyos-uplink/home"),
  );
  expect(stackFile("second")).toContain("vyos-uplink:wxrNextHop: 192.168.100.7");
  rmSync(join(sandbox.folder, "Pulumi.second.yaml"));
});

test("writes nothing for values that no up would take", async () => {
  const before = stackFile("home");
  const wrong = await init("--yes", "--uplink", "mape", "--delegated-prefix", "2409:10:1::/56");
  expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining("not-map-e") });
  expect(stackFile("home")).toBe(before);
});

test("ends with 2 without a passphrase or with a wrong option, 3 without a router", async () => {
  const bare = { PULUMI_CONFIG_PASSPHRASE: undefined, PULUMI_CONFIG_PASSPHRASE_FILE: undefined };
  expect(await runTool(sandbox, "init", ["--host", "127.0.0.1"], bare)).toMatchObject({
    status: 2,
    err: expect.stringContaining("PASSPHRASE_MISSING"),
  });
  expect(await runTool(sandbox, "init", [])).toMatchObject({
    status: 2,
    err: expect.stringContaining("--host"),
  });
  expect(await runTool(sandbox, "init", ["--host", "127.0.0.1", "--port", "1"])).toMatchObject({
    status: 3,
    err: expect.stringContaining("ROUTER_UNREACHABLE"),
  });
});
