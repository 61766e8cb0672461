/** What the simulator answers is, word for word and status for status, what real routers answered. */
import { describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { readTranscript } from "./transcript.ts";
import { Wire } from "./wire.ts";

const ethernets = [
  "set interfaces ethernet eth0 address '192.168.100.2/24'",
  "set interfaces ethernet eth1 address '2404:7a82:4d02:4100:85:d10d:200:4100/64'",
  "set interfaces ethernet eth2 address '10.0.2.15/24'",
  "set interfaces loopback lo",
];
const tunnel = [
  "set interfaces tunnel tun0 address '133.209.13.2/32'",
  "set interfaces tunnel tun0 encapsulation 'ipip6'",
  "set interfaces tunnel tun0 mtu '1460'",
  "set interfaces tunnel tun0 parameters ipv6 encaplimit 'none'",
  "set interfaces tunnel tun0 remote '2001:260:700:1::1:275'",
  "set interfaces tunnel tun0 source-address '2404:7a82:4d02:4100:85:d10d:200:4100'",
];

async function replay(simulator: Simulator, name: string): Promise<void> {
  const wire = await Wire.open(simulator);
  const answers: unknown[] = [];
  const recorded = readTranscript(name);
  for (const { words } of recorded) {
    const said = await wire.program(...words);
    answers.push({ words, text: said.text.replace(/\n$/, ""), status: said.status });
  }
  wire.close();
  expect(recorded.length).toBeGreaterThan(10);
  expect(answers).toEqual(recorded);
}

describe("startSimulator() replays the transcript", () => {
  it.each([
    { version: "1.4" as const, name: "1.4-set-and-delete.txt", configuration: [...ethernets, ...tunnel] },
    { version: "1.4" as const, name: "1.4-partial-commit.txt", configuration: [...ethernets, ...tunnel] },
    // No tunnel was configured on the rolling router.
    { version: "rolling" as const, name: "rolling-set-and-delete.txt", configuration: ethernets },
  ])("$name on VyOS $version", async ({ version, name, configuration }) => {
    const simulator = await startSimulator({ version, configuration });
    await replay(simulator, name);
    expect(simulator.escapes).toEqual([]);
    expect(simulator.running()).toEqual(configuration); // what was applied was deleted again
    await simulator.stop();
  });
});
