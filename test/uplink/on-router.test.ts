/** What an uplink keeps on the router itself: its objects, and its scripts as a simulated router runs them. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "@jest/globals";
import { leaseGuard, leaseGuardScript } from "../../uplink/lease-guard.ts";
import { parseUplink, type UplinkObjects } from "../../uplink/objects.ts";
import { parseResource } from "../../vyos/resources/registry.ts";
import { edge, moveRoute, tunnelLines } from "../laws/mape.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const home = new Map(
  readFileSync(join(__dirname, "../../Pulumi.home.yaml"), "utf8")
    .split("\n")
    .flatMap((line): [string, string][] => {
      const match = /^ {2}vyos-uplink:(\w+): "?([^"]*)"?$/.exec(line);
      return match ? [[match[1] ?? "", match[2] ?? ""]] : [];
    }),
);
const parse = (changes: Readonly<Record<string, string>>): UplinkObjects =>
  parseUplink((key) => ({ uplink: "mape", ...changes })[key] ?? home.get(key));

describe("parseUplink() without these keys", () => {
  it("keeps nothing on the router and fails over to nothing", () => {
    const { onRouter, mape } = parse({});
    expect(onRouter).toEqual({ scripts: {}, bootLines: {}, nodes: {} });
    expect(mape?.failover).toBeUndefined();
  });
});

describe("napt: exact", () => {
  it("adds a script, a hook and a line of the boot, and the default route waits for them", () => {
    const { onRouter, requires, mape } = parse({ napt: "exact", reservedPorts: "5136" });
    expect(Object.values(onRouter.scripts).map(({ name }) => name)).toEqual([
      "vyos-uplink-napt",
      "commit/post-hooks.d/50-vyos-uplink-napt",
    ]);
    expect(onRouter.bootLines).toEqual({ "napt-boot": "/config/scripts/vyos-uplink-napt start" });
    expect(onRouter.scripts["napt-script"]?.text).toContain("133.209.13.2 . 5137-5151");
    expect(requires).toContain("/config/scripts/vyos-uplink-napt");
    expect(mape?.rules).toHaveLength(17); // the stripes stay beneath it
    for (const script of Object.values(onRouter.scripts)) parseResource("script", { ...script });
  });
});

describe("naptDropInvalid", () => {
  it("is one rule of the forward filter, on the tunnel alone", () => {
    const node = parse({ naptDropInvalid: "true", naptDropInvalidRule: "7" }).onRouter.nodes[
      "napt-drop-invalid"
    ];
    expect(node?.path).toBe("firewall ipv4 forward filter rule 7");
    expect(node?.tree).toMatchObject({
      action: "drop",
      state: "invalid",
      "outbound-interface": { name: "tun0" },
    });
  });
});

describe("failover: wxr", () => {
  it("floats the default route by the WXR beneath a failover route, and pins each target to the tunnel", () => {
    const { defaultRoute, requires, mape } = parse({
      failover: "wxr",
      failoverTargets: "192.0.2.1, 192.0.2.2",
    });
    expect(defaultRoute).toMatchObject({ prefix: "0.0.0.0/0", nextHop: "192.168.100.1", distance: 210 });
    expect(mape?.failover?.pins).toMatchObject([
      { prefix: "192.0.2.1/32", interface: "tun0" },
      { prefix: "192.0.2.2/32", interface: "tun0" },
    ]);
    expect(mape?.failover?.route).toMatchObject({
      nextHop: "192.0.0.1",
      interface: "tun0",
      probe: { sourceAddress: "133.209.13.2", targets: ["192.0.2.1:443", "192.0.2.2:443"] },
      probeGone: { gateway: "192.168.100.1" },
    });
    expect(requires).toEqual(expect.arrayContaining(["protocols static route 192.0.2.1/32"]));
  });

  it("translates what leaves by the WXR only when it is asked to, in a rule behind the others", () => {
    expect(parse({ failover: "wxr" }).mape?.rules.at(-1)?.outboundInterface).toBe("tun0");
    const last = parse({ failover: "wxr", wxrMasquerade: "true", wxrInterface: "eth2" }).mape?.rules.at(-1);
    expect(last).toMatchObject({ number: 1017, outboundInterface: "eth2", translationAddress: "masquerade" });
  });

  it("changes nothing in wxr, where there is nothing to fail over from", () => {
    const { defaultRoute, mape } = parse({ uplink: "wxr", failover: "wxr" });
    expect(defaultRoute).not.toHaveProperty("distance");
    expect(mape).toBeUndefined();
  });
});

describe("parseUplink() refuses", () => {
  it.each([
    [{ napt: "perfect" }, /napt: "perfect" is none of stripes, exact/],
    [{ naptDropInvalid: "yes" }, /naptDropInvalid: "yes"/],
    [{ naptDropInvalid: "true", naptDropInvalidRule: "0" }, /naptDropInvalidRule: "0"/],
    [{ failover: "lte" }, /failover: "lte" is none of none, wxr/],
    [{ failover: "wxr", failoverTargets: "one.one.one.one" }, /failoverTargets: "one/],
    [{ failover: "wxr", failoverTargets: "1.0.0.2,1.0.0.2" }, /names one twice/],
    [{ failover: "wxr", failoverPort: "0" }, /failoverPort: "0"/],
    [{ failover: "wxr", failoverCheckSeconds: "300" }, /failoverCheckSeconds: "300".*1 to 255/],
    [{ failover: "wxr", failoverPolicy: "most" }, /failoverPolicy: "most"/],
    [{ failover: "wxr", wxrMasquerade: "maybe" }, /wxrMasquerade: "maybe"/],
    [{ failover: "wxr", wxrInterface: "wan" }, /wxrInterface: "wan"/],
    [{ uplink: "wxr", failover: "wxr", failoverPort: "x" }, /failoverPort: "x"/],
    [{ leaseGuard: "on" }, /leaseGuard: "on"/],
    [{ uplink: "wxr", leaseGuard: "true", ipv6Interface: "", ipv6NextHop: "" }, /leaseGuard.*interface/],
  ])("%p", (changes, says) => expect(() => parse(changes)).toThrow(says));
});

describe("the lease guard on a simulated router", () => {
  let simulator: Simulator;
  const { scripts, nodes } = leaseGuard(
    (key) => ({ leaseGuard: "true", ipv6Interface: "eth1" })[key],
    `${edge}/128`,
  );
  const script = scripts["lease-guard"];
  const path = `/config/scripts/${script?.name}`;
  const start = async (): Promise<void> => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    const { text } = script ?? { text: "" };
    simulator.files.write(path, text, 0o755);
    const task = nodes["lease-guard-task"]?.path;
    // No static IPv6 route: IPv4 then hangs on the lease.
    const lines = [`set ${task} interval 1m`, `set ${task} executable path ${path}`];
    expect(simulator.byHand([...tunnelLines, ...moveRoute, ...lines])).not.toContain("failed");
  };
  afterEach(async () => {
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const restarts = (): string[] => simulator.journal.filter((line) => line.includes("restarting"));

  it("has no syntax error", async () => {
    await start();
    expect(spawnSync("bash", ["-n"], { input: leaseGuardScript("eth1", undefined) }).status).toBe(0);
    expect(spawnSync("bash", ["-n"], { input: script?.text }).status).toBe(0);
  });

  it("does nothing while the lease is there", async () => {
    await start();
    await simulator.advance(600);
    expect(simulator.journal).toEqual([]);
  });

  it("brings the lease back within a minute of its loss, and IPv4 works again", async () => {
    await start();
    await simulator.advance(300);
    simulator.network.leasePresent = false;
    expect(simulator.explain()).toContain("no IPv6 route");
    await simulator.advance(60);
    expect(simulator.explain()).toBe("IPv4 works by the tunnel tun0");
    await simulator.advance(60);
    expect(simulator.journal).toEqual([
      expect.stringContaining(
        "eth1: no lease-given address, restarting its DHCPv6 client; next try in 1 min",
      ),
      "vyos-uplink-lease-guard: eth1 has its lease again",
    ]);
    expect(simulator.longestOutageSeconds()).toBeLessThanOrEqual(60);
  });

  it("tries again after 1, 2, 4, 8, 16 and every 30 minutes while the network gives no lease", async () => {
    await start();
    simulator.network.gatewayAnswers = false;
    simulator.network.leasePresent = false;
    const at: number[] = [];
    const began = simulator.now();
    for (let minute = 0; minute < 100; minute++) {
      const before = restarts().length;
      await simulator.advance(60);
      if (restarts().length > before) at.push(Math.round((simulator.now() - began) / 60));
    }
    expect(at.slice(1).map((minute, index) => minute - (at[index] ?? 0))).toEqual([1, 2, 4, 8, 16, 30, 30]);
  });
});
