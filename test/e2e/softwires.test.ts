/** DS-Lite and fixed IP as uplinks: there and back on a simulated router, with the real engine, and nothing lost. */
import { afterAll, beforeAll, describe, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);

interface Line {
  readonly uplink: string;
  readonly line: Readonly<Record<string, string>>;
  readonly holds: readonly string[];
  readonly lacks: readonly string[];
}

const lines: readonly Line[] = [
  {
    uplink: "dslite",
    line: { delegatedPrefix: "2409:10:a1b2:c300::/56" },
    holds: ["set interfaces tunnel tun0 remote '2404:8e00::feed:100'"],
    lacks: ["nat source"],
  },
  {
    uplink: "ipip",
    line: {
      delegatedPrefix: "240b:11:52c1:9300::/56",
      ipv4Address: "203.0.113.77",
      borderRelay: "2404:9200:225:100::65",
    },
    holds: [
      "set interfaces tunnel tun0 source-address '240b:11:52c1:9300:cb:71:4d00:0'",
      "set nat source rule 1000 translation address '203.0.113.77'",
    ],
    lacks: ["translation port"],
  },
];

describe.each(lines)("$uplink", ({ uplink, line, holds, lacks }) => {
  let stack: HomeStack;
  let asFound: string[];
  const running = (): string => stack.simulator.running().join("\n");

  beforeAll(async () => {
    stack = await HomeStack.start();
    asFound = stack.simulator.running();
    // The home stack's figures are another line's.
    for (const key of ["ceAddress", "psid", "ipv4Address", "borderRelay", "service"])
      await stack.succeed("config", "rm", key);
    await stack.set(line);
    await stack.succeed(...up);
  });

  afterAll(() => stack.stop());

  test("carries IPv4, saved, in one commit", async () => {
    const before = running();
    await stack.set({ uplink });
    expect(await stack.during(() => stack.succeed(...up))).toMatchObject({ commits: 1 });
    for (const words of holds) expect(running()).toContain(words);
    for (const words of lacks) expect(running()).not.toContain(words);
    expect(stack.simulator.explain()).toBe("IPv4 works by the tunnel tun0");
    expect(stack.simulator.saved()).toEqual(stack.simulator.running());
    await stack.succeed(...up, "--expect-no-changes");
    await stack.set({ uplink: "wxr" });
    await stack.succeed(...up);
    expect(running()).toBe(before);
  });

  test("is put back when its far end is silent", async () => {
    const before = running();
    stack.simulator.network.relayAnswers = false;
    await stack.set({ uplink, probeAttempts: "1" });
    const { status, output } = await stack.sandbox.run([...up]);
    stack.simulator.network.relayAnswers = true;
    expect(status).not.toBe(0);
    // Told once, and not once a resource.
    expect(output.match(/\[PROBE_FAILED\]/g)).toHaveLength(1);
    expect(running()).toBe(before);
    expect(stack.simulator.saved()).toEqual(stack.simulator.running());
  });

  test("leaves the router as it was when the stack is destroyed", async () => {
    await stack.succeed(...up);
    expect(stack.simulator.explain()).toBe("IPv4 works by the tunnel tun0");
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(stack.simulator.running()).toEqual(asFound);
    expect(stack.simulator.saved()).toEqual(asFound);
  });
});
