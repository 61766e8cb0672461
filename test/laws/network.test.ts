/** What gets through the simulated router and why not: routes, tunnels, NAT and the network around, one cause a row. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { byHand, edge, moveRoute, relay, staticSix, tunnelLines } from "./mape.ts";
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
});

describe("what is left in the kernel by hand", () => {
  let simulator: Simulator;
  let wire: Wire;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    simulator.byHand([`set interfaces ethernet eth1 address ${edge}/128`], { save: true });
    await simulator.kernelByHand(byHand);
    wire = await Wire.open(simulator);
  });
  afterEach(async () => {
    wire.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const text = async (line: string): Promise<string> => (await wire.run(line)).text;

  it("carries IPv4 by itself, as it did for half an hour", () => {
    expect(simulator.explain()).toBe("IPv4 works by the tunnel mape");
    simulator.network.leasePresent = false;
    expect(simulator.explain()).toBe(`no IPv6 route to the border relay ${relay}`);
  });

  it("shows in the recorded forms", async () => {
    const tail = "flowlabel 0x00000 (flowinfo 0x00000000)\n";
    expect(await text("ip -6 tunnel show")).toBe(
      `ip6tnl0: ipv6/ipv6 remote :: local :: encaplimit 0 hoplimit inherit tclass 0x00 ${tail}` +
        `mape: ip/ipv6 remote ${relay} local ${edge} dev eth1 encaplimit 4 hoplimit 64 tclass 0x00 ${tail}`,
    );
    expect(await text("ip -4 route show default")).toBe(
      "default nhid 21 via 192.168.100.1 dev eth0 proto static metric 20 \n" +
        "default dev mape scope link metric 5 \n",
    );
    const routes = JSON.parse(await text("ip -4 -j route show dev mape"));
    expect(routes).toEqual([{ dst: "default", dev: "mape", protocol: "boot", metric: 5, flags: [] }]);
    const [address] = JSON.parse(await text("ip -j addr show dev mape"));
    expect(address).toMatchObject({
      ifname: "mape",
      addr_info: [{ family: "inet", local: "133.209.13.2", prefixlen: 32 }],
    });
    expect(await text("sudo nft -a list ruleset")).toMatch(
      /table ip nat .*\n.*POSTROUTING.*\n.*\n\t\toifname "mape" .* snat to 133\.209\.13\.2:5136-5151 # handle 2\n/,
    );
    expect(await text("ip -6 neigh show dev eth1")).toContain("lladdr a4:11:bb:7d:ee:11 router REACHABLE");
    expect(await text("ip -6 route show default")).toMatch(/^default via fe80::a611.* dev eth1 proto ra /);
  });

  it("makes VyOS's own tunnel fail, while everything else of the commit stays applied", async () => {
    const said = simulator.byHand(tunnelLines);
    expect(said).toContain('add tunnel "ip6tnl0" failed: File exists');
    expect(said).toMatch(/\[\[interfaces tunnel tun0\]\] failed\nCommit failed\n$/);
    expect(simulator.running().some((line) => line.includes("tunnel tun0"))).toBe(false);
    expect(simulator.running().some((line) => line.includes("nat source rule 1000"))).toBe(true);
  });

  it.each([
    ["sudo ip route del default dev mape metric 5", "IPv4 works by the WXR at 192.168.100.1"],
    ["sudo ip -6 tunnel del mape", "IPv4 works by the WXR at 192.168.100.1"],
    ["sudo nft delete rule ip nat POSTROUTING handle 2", "port 327"],
  ])("is removed by %s", async (line, why) => {
    expect((await wire.run(line.replace("sudo ", ""))).status).not.toBe(0);
    expect((await wire.run(line)).status).toBe(0);
    expect(simulator.explain()).toContain(why);
    expect((await wire.run(line)).status).not.toBe(0); // it is gone
  });

  it("is gone after a reboot", async () => {
    simulator.reboot();
    expect(simulator.byHand(tunnelLines)).not.toContain("failed");
    expect(simulator.explain()).toBe("IPv4 works by the WXR at 192.168.100.1");
  });
});

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
