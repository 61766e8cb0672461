import { resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const trust = resolve(__dirname, "../../cli/trust.ts");
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
});
afterAll(() => simulator.stop());

async function run(...args: string[]): Promise<{ status: number | null; output: string }> {
  const { status, out, err } = await runProgram([trust, ...args]);
  return { status, output: `${out}${err}` };
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

it.each([[[]], [["two", "hosts"]], [["-x"]], [["a b"]]])(
  "ends with status 2 and its help for %j",
  async (args) => {
    const { status, output } = await run(...args);
    expect(status).toBe(2);
    expect(output).toContain("Usage: npm run trust");
  },
);
