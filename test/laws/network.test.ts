/** What gets through the simulated router and why not: routes, tunnels, NAT and the network around, one cause a row. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { edge, moveRoute, relay, staticSix, tunnelLines } from "./mape.ts";
import { Wire } from "./wire.ts";

type Name = keyof Simulator["network"];

describe("Simulator.explain()", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
  });
  afterEach(() => simulator.stop());

  it.each<{ name: string; off: Name[]; why: string }>([
    { name: "all is well", off: [], why: "IPv4 works by the WXR at 192.168.100.1" },
    { name: "the WXR is silent", off: ["wxrAnswers"], why: "the WXR at 192.168.100.1 does not answer" },
    {
      name: "the WXR has no internet",
      off: ["internetBehindWxr"],
      why: "the WXR answers, the internet behind it does not",
    },
    {
      name: "the NGN is gone, which the WXR's way does not need",
      off: ["linkUp", "leasePresent", "gatewayAnswers", "relayAnswers"],
      why: "IPv4 works by the WXR at 192.168.100.1",
    },
  ])("tells of wxr when $name", ({ off, why }) => {
    for (const fact of off) simulator.network[fact] = false;
    expect(simulator.explain()).toBe(why);
  });

  const works = "IPv4 works by the tunnel tun0";
  it.each<{ name: string; off?: Name[]; lines?: string[]; why: string }>([
    { name: "all is well", why: works },
    { name: "the lease is lost", off: ["leasePresent"], why: `no IPv6 route to the border relay ${relay}` },
    {
      name: "the lease is lost beside a static route",
      off: ["leasePresent"],
      lines: [...staticSix],
      why: works,
    },
    {
      name: "there is no link",
      off: ["linkUp"],
      lines: [...staticSix],
      why: `no IPv6 route to the border relay ${relay}`,
    },
    {
      name: "the gateway is silent",
      off: ["gatewayAnswers"],
      why: "the NGN gateway fe80::a611:bbff:fe7d:ee11 does not answer",
    },
    { name: "the relay is silent", off: ["relayAnswers"], why: `the border relay ${relay} does not answer` },
    {
      name: "the internet behind the relay is gone",
      off: ["internetBehindRelay"],
      why: "the border relay answers, the internet behind it does not",
    },
    { name: "the WXR is gone, which MAP-E does not need", off: ["wxrAnswers"], why: works },
    {
      name: "the relay is another service's",
      lines: ["set interfaces tunnel tun0 remote 2404:9200:225:100::64"],
      why: "2404:9200:225:100::64 is not this line's border relay",
    },
    {
      name: "the tunnel's source is on no interface",
      lines: [`delete interfaces ethernet eth1 address ${edge}/128`],
      why: `the source ${edge} of tun0 is on no interface`,
    },
    {
      name: "the ports are somebody else's",
      lines: ["set nat source rule 1000 translation port 5152-5167"],
      why: "port 5152 is not of the own set",
    },
    { name: "nothing translates", lines: ["delete nat"], why: "port 32769 is not of the own set" },
    {
      name: "the relay's route goes to the WXR",
      lines: [`set protocols static route6 ${relay}/128 next-hop fe80::f2f8:4aff:fe67:5800 interface eth1`],
      why: "fe80::f2f8:4aff:fe67:5800 is not the NGN gateway",
    },
    {
      name: "the tunnel is disabled",
      lines: ["set interfaces tunnel tun0 disable"],
      why: "no IPv4 route to 198.51.100.9",
    },
  ])("tells of mape when $name", ({ off = [], lines = [], why }) => {
    simulator.byHand([...tunnelLines, ...moveRoute]);
    expect(simulator.byHand(lines)).not.toContain("failed");
    for (const fact of off) simulator.network[fact] = false;
    // The simulator's own look at the state before used up the ports from 32768 on.
    expect(simulator.explain().replace(/port 327\d\d /, "port 32769 ")).toBe(why);
  });

  it("counts the seconds without an uplink, and the longest stretch of them", async () => {
    await simulator.advance(100);
    expect(simulator.outage()).toBe(0);
    for (const seconds of [10, 30, 5]) {
      simulator.network.wxrAnswers = false;
      await simulator.advance(seconds);
      simulator.network.wxrAnswers = true;
      await simulator.advance(100);
    }
    expect(simulator.outage()).toBeCloseTo(45, 3);
    expect(simulator.longestOutageSeconds()).toBeCloseTo(30, 3);
  });

  it("counts a reboot as an outage", async () => {
    const slow = await startSimulator({ secondsPerSecond: 0, rebootSeconds: 90 });
    slow.reboot();
    expect(slow.explain()).toBe("the router is booting");
    await expect(Wire.open(slow)).rejects.toThrow();
    await slow.advance(200);
    expect(slow.outage()).toBeCloseTo(90, 3);
    const wire = await Wire.open(slow);
    wire.close();
    await slow.stop();
  });

  it("a CE address that another device holds stays tentative, and the tunnel from it carries nothing (address-held-elsewhere.txt)", async () => {
    simulator.byHand([...tunnelLines, ...moveRoute]);
    expect(simulator.explain()).toContain("by the tunnel tun0");
    simulator.network.ceHeldElsewhere = true;
    expect(simulator.explain()).toBe(`another device on the NGN holds ${edge}`);
    const wire = await Wire.open(simulator);
    const { text } = await wire.run("ip -j addr show");
    wire.close();
    expect(text).toContain(
      `"local":"${edge}","prefixlen":128,"scope":"global","dadfailed":true,"tentative":true`,
    );
  });
});
