/** `npm run status` as a user runs it, on a simulated router. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const program = join(__dirname, "..", "..", "cli", "status.ts");
const folder = mkdtempSync(join(tmpdir(), "status-test-"));
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  writeFileSync(join(folder, "key"), simulator.privateKey, { mode: 0o600 });
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

function status(...args: string[]) {
  const { host, port, hostKeyFingerprint } = simulator;
  const target = ["--host", host, "--port", String(port), "--host-key", hostKeyFingerprint];
  return runProgram([program, ...target, "--key", join(folder, "key"), ...args], { cwd: folder });
}

test("a router that no change of ours has seen: one screen, over one connection, nothing changed there", async () => {
  const before = { ...simulator.counters };
  const { out, err } = await status();
  expect(err).toBe("");
  expect(out).toMatch(/^uplink {8}wxr$/m);
  expect(out).toMatch(/^IPv4 leaves {3}eth0 to 192\.168\.100\.1$/m);
  expect(out).toMatch(/^last change {3}none of ours$/m);
  expect(out).toMatch(/^by itself {5}nothing: no failover is declared$/m);
  expect(out).toMatch(/^health {8}IPv4 works/m);
  expect(out.split("\n").length).toBeLessThan(24);
  const { connections, commits, sets } = simulator.counters;
  expect([connections - before.connections, commits, sets]).toEqual([1, before.commits, before.sets]);
});

test("the router's journal says since when and by whom, and what a cut-off change left", async () => {
  const entry = { stack: "vyos-uplink/home", before: null, above: 2, requires: [] };
  const entries = {
    "protocols static route 0.0.0.0/0": { ...entry, since: "2026-01-02T03:04:05.000Z", pending: false },
    "interfaces tunnel tun0": { ...entry, since: "2026-02-03T04:05:06.000Z", pending: true },
  };
  await simulator.kernelByHand(["mkdir -p /config/vyos-uplink"]).catch(() => undefined);
  simulator.files.write("/config/vyos-uplink/journal.json", JSON.stringify({ version: 1, entries }));
  const found = JSON.parse((await status("--json")).out) as Record<string, unknown>;
  expect(found).toMatchObject({
    uplink: "wxr",
    since: "2026-01-02T03:04:05.000Z",
    lastChange: { at: "2026-02-03T04:05:06.000Z", by: "vyos-uplink/home" },
    byItself: [expect.stringContaining("cut off")],
    ports: null,
  });
});

test("no way to the IPv4 internet is said, with status 1", async () => {
  simulator.network.internetBehindWxr = false;
  const { status: code, out } = await status();
  expect(out).toMatch(/^health {8}IPv4 DOES NOT WORK; \d+ wrong$/m);
  expect(code).toBe(1);
});

test("a router that is not there is status 3, in one line", async () => {
  const { port } = simulator;
  const target = ["--host", "127.0.0.1", "--port", "1", "--host-key", simulator.hostKeyFingerprint];
  expect(port).not.toBe(1);
  const run = await runProgram([program, ...target, "--key", join(folder, "key"), "--json"], { cwd: "/" });
  expect(run.status).toBe(3);
  expect(JSON.parse(run.out)).toMatchObject({ error: { code: "ROUTER_UNREACHABLE" } });
});
