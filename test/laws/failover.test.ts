/** The failover daemon of a simulated router: what it takes away, what it brings back, and when each release flushes. */
import { afterEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { staticSix, tunnelLines } from "./mape.ts";

const hop = "set protocols failover route 0.0.0.0/0 next-hop 192.0.0.1";
const target = "1.0.0.2";
const pin = `set protocols static route ${target}/32 interface tun0`;
const lines = (type = "type tcp"): string[] => [
  `${hop} interface tun0`,
  `${hop} onlink`,
  `${hop} check target ${target}`,
  `${hop} check ${type}`,
  `${hop} check port 443`,
  `${hop} check timeout 5`,
];
const byTunnel = "IPv4 works by the tunnel tun0";
const byWxr = "IPv4 works by the WXR at 192.168.100.1";

describe.each(["1.4", "rolling"] as const)("vyos-failover of %s", (version) => {
  let simulator: Simulator;
  const start = async (more: readonly string[]): Promise<void> => {
    simulator = await startSimulator({ version, secondsPerSecond: 0 });
    expect(simulator.byHand([...tunnelLines, ...staticSix, ...more], { save: true })).not.toContain("failed");
  };
  afterEach(async () => {
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });

  it("goes by the tunnel while the target answers, by the static route while not", async () => {
    await start([pin, ...lines()]);
    await simulator.advance(1);
    expect(simulator.explain()).toBe(byTunnel);
    simulator.network.relayAnswers = false;
    await simulator.advance(5 + 2);
    expect(simulator.explain()).toBe(byWxr);
    simulator.network.relayAnswers = true;
    await simulator.advance(5 + 2);
    expect(simulator.explain()).toBe(byTunnel);
    expect(simulator.outage()).toBeLessThanOrEqual(7);
  });

  it("comes back by itself after a reboot", async () => {
    await start([pin, ...lines()]);
    simulator.reboot();
    await simulator.advance(1);
    expect(simulator.explain()).toBe(byTunnel);
  });

  it("never finds an echo through the tunnel, whose identifier is a port too", async () => {
    await start([pin, ...lines("type icmp")]);
    await simulator.advance(30);
    expect(simulator.explain()).toBe(byWxr);
  });

  it("goes back and forth by the wrong way without a route for the target", async () => {
    await start(lines());
    simulator.network.relayAnswers = false;
    const ways = new Set<string>();
    for (let second = 0; second < 60; second++) {
      await simulator.advance(1);
      ways.add(simulator.explain());
    }
    expect(ways.size).toBe(2); // by the WXR the target answers, so the dead tunnel comes back
  });

  it(`${version === "1.4" ? "flushes" : "keeps"} its route when its configuration changes`, async () => {
    await start([pin, ...lines()]);
    await simulator.advance(1);
    simulator.network.internetBehindRelay = false;
    simulator.byHand([`${hop} check timeout 6`]);
    expect(simulator.explain()).toContain(version === "1.4" ? byWxr : "internet behind it");
  });

  it.each([1, 5, 10])("leaves a dead tunnel within a pause of %d s and its dead checks", async (pause) => {
    await start([pin, ...lines(), `${hop} check timeout ${pause}`]);
    await simulator.advance(1);
    const took: number[] = [];
    for (const part of [0, 0.3, 0.6, 0.9]) {
      // Each break meets the daemon at another moment of its sleep.
      await simulator.advance(2 * pause + pause * part);
      const began = simulator.now();
      simulator.network.relayAnswers = false;
      while (simulator.explain() !== byWxr) await simulator.advance(0.25);
      took.push(simulator.now() - began);
      simulator.network.relayAnswers = true;
      while (simulator.explain() !== byTunnel) await simulator.advance(0.25);
    }
    expect(Math.max(...took)).toBeLessThanOrEqual(pause + 4 + 0.25); // two checks of 2 s each
    expect(Math.max(...took)).toBeGreaterThanOrEqual(Math.min(...took) + pause / 2);
  });

  it("takes its route away with its configuration", async () => {
    await start([pin, ...lines()]);
    await simulator.advance(1);
    simulator.byHand(["delete protocols failover"]);
    expect(simulator.explain()).toBe(byWxr);
    await simulator.advance(60);
    expect(simulator.explain()).toBe(byWxr);
  });
});
