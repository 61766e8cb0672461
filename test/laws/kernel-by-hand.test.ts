/** Tunnels, routes and NAT rules that somebody typed as root, beside what the configuration makes. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { byHand, edge, relay, tunnelLines } from "./mape.ts";
import { Wire } from "./wire.ts";

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
