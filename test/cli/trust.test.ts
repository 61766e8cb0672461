import { spawn, spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const trust = resolve(__dirname, "../../cli/trust.ts");
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

/** Not spawnSync: the simulated router answers in this very process. */
function run(...args: string[]): Promise<{ status: number | null; output: string }> {
  const child = spawn(process.execPath, [trust, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      output += bytes.toString("utf8");
    });
  }
  return new Promise((done) => child.once("close", (status) => done({ status, output })));
}

it("shows the key that the router shows, and without a terminal pins nothing", async () => {
  const { status, output } = await run(simulator.host, "--port", String(simulator.port), "--json");
  expect(status).toBe(0);
  expect(output).toContain(`ssh-ed25519 ${simulator.hostKeyFingerprint}`);
  expect(JSON.parse(output.trim().split("\n").at(-1) ?? "")).toEqual({
    host: simulator.host,
    port: simulator.port,
    type: "ssh-ed25519",
    fingerprint: simulator.hostKeyFingerprint,
    pinned: false,
  });
});

it("says ROUTER_UNREACHABLE with status 3 where nobody listens", async () => {
  const { status, output } = await run("127.0.0.1", "--port", "1");
  expect(status).toBe(3);
  expect(output).toContain("ROUTER_UNREACHABLE");
});

it.each([[[]], [["two", "hosts"]], [["-x"]], [["a b"]]])("ends with status 2 and its help for %j", (args) => {
  const { status, stderr } = spawnSync(process.execPath, [trust, ...args], { encoding: "utf8" });
  expect(status).toBe(2);
  expect(stderr).toContain("Usage: npm run trust");
});
