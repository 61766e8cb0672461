/** For how long a switch that is put back has IPv4 away, by the simulated router's own count and clock. */

import { afterEach, describe, expect, it } from "@jest/globals";
import { explain } from "../../doctor/examine.ts";
import { switchOperations } from "../../research/bench/change.ts";
import type { Operation } from "../../router/change/operation.ts";
import { Router } from "../../router/router.ts";
import { parseIpv4 } from "../../vyos/values.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { InStep } from "./in-step.ts";
import { routerSettings } from "./lab.ts";

const commitSeconds = 20;
const probe = {
  targets: [
    { host: "1.1.1.1", port: 443 },
    { host: "8.8.8.8", port: 443 },
  ],
  attempts: 5,
  intervalSeconds: 2,
  timeoutSeconds: 3,
};
/** Each attempt in its whole time, with the pauses: both targets, bound and unbound, at once. */
const verdictSeconds = 5 * 3 + 4 * 2;

let simulator: Simulator;
afterEach(async () => {
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

/** What was said, and how long IPv4 was away at a stretch. */
async function switched(
  plant: (simulator: Simulator) => void,
  operations: readonly Operation[] = switchOperations(),
): Promise<{ words: string; seconds: number }> {
  simulator = await startSimulator({ commitSeconds, secondsPerSecond: 0 });
  const old = simulator.shown();
  plant(simulator);
  const inStep = new InStep(simulator);
  const { connect, sleep } = inStep;
  const settings = routerSettings(simulator, { probe, undoAfterSeconds: 180, commandTimeoutSeconds: 20 });
  const router = new Router(settings, { connect, sleep, explain });
  const work = Promise.allSettled(operations.map((one) => router.submit(one)));
  const settled = await inStep.during(work);
  await router.close();
  const words = settled.map((one) => (one.status === "rejected" ? String(one.reason) : "done")).join("\n");
  if (words.includes("PROBE_FAILED")) expect(simulator.shown()).toBe(old);
  return { words, seconds: simulator.longestOutageSeconds() };
}

/** From an address that the tunnel does not hold: the verdict is there at once. */
const elsewhere = (): Operation[] =>
  switchOperations().map((one) => {
    const { probe: asks } = one;
    const sourceAddress = parseIpv4("source", "192.0.2.77");
    return asks?.kind === "tunnel" ? { ...one, probe: { ...asks, sourceAddress } } : one;
  });

const without =
  (off: "relayAnswers" | "internetBehindRelay" | "gatewayAnswers") =>
  ({ network }: Simulator): void => {
    network[off] = false;
  };

describe("a switch that is put back", () => {
  it.each(["relayAnswers", "internetBehindRelay", "gatewayAnswers"] as const)(
    "has IPv4 away for commit, verdict, put-back and 5 s at most without %s",
    async (off) => {
      // The commit from when the route has moved, and the put-back until then: both in one.
      const commits = await switched(without("internetBehindRelay"), elsewhere());
      expect(commits.words).toContain("Cannot assign requested address");
      await simulator.stop();
      const { words, seconds } = await switched(without(off));
      expect(words).toContain("PROBE_FAILED");
      expect(seconds).toBeGreaterThan(verdictSeconds);
      expect(seconds).toBeLessThanOrEqual(commits.seconds + verdictSeconds + 5);
    },
  );

  it("is one whose NAT translates only what is asked from an own port", async () => {
    const bare = switchOperations()
      .filter(({ id }) => !id.startsWith("nat "))
      .map((one) => ({ ...one, requires: one.requires.filter((path) => !path.startsWith("nat ")) }));
    const { words } = await switched(() => {}, bare);
    expect(words).toMatch(/from 133\.209\.13\.2 port \d+: connected/);
    expect(words).toContain("is not translated into the line's own ports");
  });
});
