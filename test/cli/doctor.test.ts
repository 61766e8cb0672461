/** The doctor as a user runs it: a process with arguments, an exit status, and a simulated router to look at. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const program = join(__dirname, "..", "..", "cli", "doctor.ts");
let simulator: Simulator;
let folder: string;

beforeAll(async () => {
  simulator = await startSimulator();
  folder = mkdtempSync(join(tmpdir(), "doctor-test-"));
  writeFileSync(join(folder, "key"), simulator.privateKey, { mode: 0o600 });
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

/** From a folder that is not the project's; without the environment's own stack. */
const run = (args: readonly string[]) => runProgram([program, ...args], { cwd: folder });

function target(changed: { port?: number; hostKey?: string } = {}): string[] {
  return [
    ...["--host", simulator.host, "--port", String(changed.port ?? simulator.port)],
    ...["--host-key", changed.hostKey ?? simulator.hostKeyFingerprint, "--key", join(folder, "key")],
  ];
}

interface Report {
  readonly healthy: boolean;
  readonly uplink: string | null;
  readonly seconds: number;
  readonly causes: readonly { readonly code: string; readonly remedy: string; readonly measured: string }[];
  readonly checks: readonly { readonly code: string }[];
}

describe("npm run doctor", () => {
  test("answers --json with causes, checks and its seconds, over one connection", async () => {
    const before = simulator.counters.connections;
    const { out } = await run([...target(), "--json"]);
    const report = JSON.parse(out) as Report;
    expect(report.uplink).toBe("wxr");
    expect(report.checks.length).toBeGreaterThan(40);
    expect(report.seconds).toBeLessThan(10);
    expect(simulator.counters.connections - before).toBe(1);
  });

  test("changes nothing on the router, and sends nothing that its shell would expand", async () => {
    const before = [simulator.running(), simulator.saved()];
    const { sets, deletes, commits, saves } = simulator.counters;
    await run(target());
    expect([simulator.running(), simulator.saved()]).toEqual(before);
    expect(simulator.counters).toMatchObject({ sets, deletes, commits, saves });
    expect(simulator.escapes).toEqual([]);
  });

  test("prints people's lines without colour where there is no terminal", async () => {
    const { out, err } = await run([...target(), "--all"]);
    expect(out).toMatch(/^uplink wxr, what the router itself is configured for; read in [0-9.]+ s\n/);
    expect(out).not.toContain("\u001b");
    expect(err).toBe("");
  });

  test("ends with 3 and the remedy when the router is not reached", async () => {
    const { status, out } = await run([...target({ port: 1 }), "--json"]);
    expect(status).toBe(3);
    const [cause] = (JSON.parse(out) as Report).causes;
    expect(cause?.code).toBe("router");
    expect(cause?.measured).toContain("ROUTER_UNREACHABLE");
  });

  test("sends nothing to a router with another host key", async () => {
    const { status, out } = await run(target({ hostKey: `SHA256:${"A".repeat(43)}` }));
    expect(status).toBe(3);
    expect(out).toContain(simulator.hostKeyFingerprint);
    expect(out).not.toContain("PRIVATE KEY");
  });

  test.each([
    { name: "an unknown option", args: ["--nonsense"], says: "Unknown option '--nonsense'" },
    {
      name: "a host without a key to log in with",
      args: ["--host", "192.0.2.1", "--key", "/nonexistent"],
      says: "routerPrivateKeyFile",
    },
    { name: "a port that is none", args: ["--host", "192.0.2.1", "--port", "ssh"], says: "routerPort" },
  ])("ends with 2 for $name", async ({ args, says }) => {
    const { status, err } = await run(args);
    expect(status).toBe(2);
    expect(err).toContain(says);
  });

  test("--help tells every exit status", async () => {
    const { status, out } = await run(["--help"]);
    expect(status).toBe(0);
    expect(out).toContain("0 healthy, 1 something is wrong, 2 wrong usage or configuration, 3 the router");
  });
});
