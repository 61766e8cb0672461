/** What the simulated router answers to the probe's questions: a TCP connect by python3, an echo. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { moveRoute, relay, tunnelLines } from "./mape.ts";
import { Wire } from "./wire.ts";

type Name = keyof Simulator["network"];

describe("a probe over the wire", () => {
  let simulator: Simulator;
  let wire: Wire;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 100 });
    simulator.byHand([...tunnelLines, ...moveRoute]);
    wire = await Wire.open(simulator);
  });
  afterEach(async () => {
    wire.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const program = "import socket, sys";
  const connect = (source: string) => `python3 -c '${program}' ${source} 0 198.51.100.9 443 5`;

  it.each<{ name: string; line: string; off?: Name; text: string; status: number; seconds?: number }>([
    { name: "a TCP connect", line: connect("-"), text: "connected to 198.51.100.9 port 443\n", status: 0 },
    {
      name: "a TCP connect from the shared address",
      line: connect("133.209.13.2"),
      text: "connected to 198.51.100.9 port 443 from 133.209.13.2\n",
      status: 0,
    },
    {
      name: "a source that is not here",
      line: connect("192.0.2.77"),
      text: "Cannot assign requested address\n",
      status: 1,
    },
    {
      name: "a relay that is silent",
      line: connect("-"),
      off: "relayAnswers",
      text: "timed out\n",
      status: 1,
      seconds: 5,
    },
    {
      name: "an echo of the relay",
      line: `ping -6 -n -q -c 1 -W 2 ${relay}`,
      text: "1 received, 0% packet loss",
      status: 0,
    },
    {
      name: "an echo of a silent relay",
      line: `ping -6 -n -q -c 1 -W 2 ${relay}`,
      off: "relayAnswers",
      text: "0 received, 100% packet loss",
      status: 1,
      seconds: 2,
    },
    // Its identifier is a port too, and VyOS cannot map it.
    {
      name: "an echo through the tunnel",
      line: "ping -4 -n -q -c 1 -W 2 8.8.8.8",
      text: "100% packet loss",
      status: 1,
      seconds: 2,
    },
    {
      name: "an echo without a route",
      line: `ping -6 -n -q -c 1 -W 2 ${relay}`,
      off: "leasePresent",
      text: "Network is unreachable",
      status: 2,
    },
  ])("answers $name with $text", async ({ line, off, text, status, seconds = 0 }) => {
    if (off !== undefined) simulator.network[off] = false;
    const [before, probes] = [simulator.now(), simulator.reached.probe];
    const said = await wire.run(line);
    expect(said.status).toBe(status);
    expect(said.text).toContain(text);
    expect(simulator.now() - before).toBeGreaterThanOrEqual(seconds - 0.1);
    expect(simulator.reached.probe).toBe(probes + 1);
  });

  it("finds the network changed at the step where a fault changed it", async () => {
    simulator.inject({ at: "probe", kind: "relay-silent", after: 1, times: 1 });
    expect((await wire.run(connect("-"))).text).toBe("connected to 198.51.100.9 port 443\n");
    expect((await wire.run(connect("-"))).text).toBe("198.51.100.9 port 443: timed out\n");
    expect(simulator.explain()).toContain("does not answer");
  });

  it("gets the lease back when the DHCPv6 client is restarted", async () => {
    simulator.network.leasePresent = false;
    expect(simulator.explain()).toContain("no IPv6 route");
    expect((await wire.run("sudo systemctl restart dhcp6c@eth1")).status).toBe(0);
    expect(simulator.explain()).toBe("IPv4 works by the tunnel tun0");
  });
});
