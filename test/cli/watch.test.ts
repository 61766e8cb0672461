/** The watch as a user runs it, without a stack: a process with arguments, a simulated router, and what it serves. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { paperRouter } from "../doctor/paper-router.ts";
import { startProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

jest.setTimeout(60_000);

const program = join(__dirname, "..", "..", "cli", "watch.ts");
let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator({ configuration: paperRouter("mape").running });
  folder = mkdtempSync(join(tmpdir(), "watch-test-"));
  writeFileSync(join(folder, "key"), simulator.privateKey, { mode: 0o600 });
});

afterEach(() => {
  simulator.network.relayAnswers = true;
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

function target(port = simulator.port): string[] {
  return [
    ...["--host", simulator.host, "--port", String(port)],
    ...["--host-key", simulator.hostKeyFingerprint, "--key", join(folder, "key")],
  ];
}

const run = (args: readonly string[]) => startProgram([program, ...args], { cwd: folder });

describe("npm run watch", () => {
  test("--once prints one line for people and ends as the doctor does", async () => {
    const { ended, heard } = run([...target(), "--once"]);
    expect((await ended).status).toBe(0);
    expect(heard()).toMatch(/^20\S+Z mape: IPv4 works, 3 of \d+ ports, WXR unknown, read in [0-9.]+ s\n$/);
  });

  test("--once --json tells the cause, and status 1", async () => {
    simulator.network.relayAnswers = false;
    const { ended, heard } = run([...target(), "--once", "--json"]);
    expect((await ended).status).toBe(1);
    expect(JSON.parse(heard())).toMatchObject({
      kind: "reading",
      uplink: "mape",
      state: "broken",
      causes: [{ code: "relay-silent" }],
      portsInUse: 3,
    });
  });

  test("--once ends with 3 when the router is not reached", async () => {
    expect(await run([...target(1), "--once"]).ended).toMatchObject({ status: 3 });
  });

  test("serves page and metrics on one port, and SIGTERM ends it with 0 in the middle of a pause", async () => {
    const { signal, until, ended } = run([
      ...target(),
      "--every",
      "3600",
      "--page",
      "0",
      "--metrics-port",
      "0",
    ]);
    const [, page] = await until(/serving (http:\/\/127\.0\.0\.1:\d+\/)\n/);
    const [, metrics] = await until(/serving (http:\/\/127\.0\.0\.1:\d+\/metrics)/);
    await until(/IPv4 works/);
    expect(await (await fetch(page as string)).text()).toContain('data-link="NGN gateway - border relay"');
    expect(await (await fetch(metrics as string)).text()).toContain("vyos_uplink_healthy 1\n");
    signal("SIGTERM");
    expect((await ended).status).toBe(0);
  });

  test("changes nothing on the router", () => {
    const { commits, sets, deletes, saves } = simulator.counters;
    expect({ commits, sets, deletes, saves }).toEqual({ commits: 0, sets: 0, deletes: 0, saves: 0 });
    expect(simulator.escapes).toEqual([]);
  });

  test.each([
    { name: "an unknown option", args: ["--nonsense"], says: "Unknown option '--nonsense'" },
    { name: "no time at all", args: ["--host", "192.0.2.1", "--every", "0"], says: "--every" },
    { name: "a port beyond all", args: ["--host", "192.0.2.1", "--page", "99999"], says: "--page" },
  ])("ends with 2 for $name", async ({ args, says }) => {
    const { ended, heard } = run(args);
    expect((await ended).status).toBe(2);
    expect(heard()).toContain(says);
  });
});
