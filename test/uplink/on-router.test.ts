/** What an uplink keeps on the router itself: its objects, and its scripts as a simulated router runs them. */

import { spawnSync } from "node:child_process";
import { afterEach, describe, expect, it } from "@jest/globals";
import type { Given } from "../../config/given.ts";
import { leaseGuard } from "../../uplink/lease-guard.ts";
import { parseInterfaceName } from "../../vyos/values.ts";
import { homeResources, resource, sheet, transix } from "../config/home.ts";
import { moveRoute, tunnelLines } from "../laws/mape.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

describe("napt: exact", () => {
  it("adds a script, a hook and a line of the boot, and the default route waits for the scripts", () => {
    const resources = homeResources({ napt: "exact", reservedPorts: "5136" });
    const script = resource(resources, "script", "napt-script");
    expect(script).toMatchObject({ name: "vyos-uplink-napt", start: "start", stop: "stop" });
    expect(script.text).toContain("133.209.13.2 . 5137-5151");
    expect(resource(resources, "script", "napt-hook").name).toBe("commit/post-hooks.d/50-vyos-uplink-napt");
    expect(resource(resources, "boot", "napt-boot").line).toBe("/config/scripts/vyos-uplink-napt start");
    expect(resource(resources, "route", "ipv4-default-route").requires).toEqual(
      expect.arrayContaining([
        "/config/scripts/vyos-uplink-napt",
        "/config/scripts/commit/post-hooks.d/50-vyos-uplink-napt",
      ]),
    );
    expect(resource(resources, "rules", "napt").rules).toHaveLength(17); // the stripes stay beneath it
  });
});

describe("naptDropInvalid", () => {
  it("is there unless it is left out, and where the provider translates it is not", () => {
    const names = (changes: Given): string[] => homeResources(changes).map(({ name }) => name);
    expect(names({})).toContain("napt-drop-invalid");
    expect(names(sheet)).toContain("napt-drop-invalid");
    expect(names({ naptDropInvalid: "false" })).not.toContain("napt-drop-invalid");
    expect(names(transix)).not.toContain("napt-drop-invalid");
  });

  it("is one rule of the forward filter, on the tunnel alone", () => {
    const resources = homeResources({ naptDropInvalidRule: "7" });
    const node = resource(resources, "node", "napt-drop-invalid");
    expect(node.path).toBe("firewall ipv4 forward filter rule 7");
    expect(node.tree).toMatchObject({
      action: "drop",
      state: "invalid",
      "outbound-interface": { name: "tun0" },
    });
  });
});

describe("failover: wxr", () => {
  it("floats the default route by the WXR beneath a failover route, and pins each target to the tunnel", () => {
    const resources = homeResources({ failover: "wxr", failoverTargets: "192.0.2.1, 192.0.2.2" });
    expect(resource(resources, "route", "ipv4-default-route")).toMatchObject({
      prefix: "0.0.0.0/0",
      nextHop: "192.168.100.1",
      distance: 210,
      requires: expect.arrayContaining(["protocols static route 192.0.2.1/32"]),
    });
    for (const target of ["192.0.2.1", "192.0.2.2"]) {
      const pin = resource(resources, "route", `failover-check-${target}/32`);
      expect(pin).toMatchObject({ prefix: `${target}/32`, interface: "tun0" });
    }
    expect(resource(resources, "failover", "ipv4-failover-route")).toMatchObject({
      nextHop: "192.0.0.1",
      interface: "tun0",
      probe: { sourceAddress: "133.209.13.2", targets: ["192.0.2.1:443", "192.0.2.2:443"] },
      probeGone: { gateway: "192.168.100.1" },
    });
  });

  it.each([
    { way: "dhcp:eth0", route: { dhcpInterface: "eth0" }, device: "eth0" }, // VyOS has no distance for it
    { way: "interface:pppoe0", route: { interface: "pppoe0", distance: 210 }, device: "pppoe0" },
  ])("falls back on $way, and asks of its interface", ({ way, route, device }) => {
    const given = { wxrNextHop: way, failover: "wxr", wxrMasquerade: "true" };
    const resources = homeResources(given);
    const { prefix, requires, takeOver, probe, releases, ...beneath } = resource(
      resources,
      "route",
      "ipv4-default-route",
    );
    expect(beneath).toEqual(route);
    expect(resource(resources, "failover", "ipv4-failover-route").probeGone).toEqual({ interface: device });
    expect(resource(resources, "rules", "napt").rules.at(-1)?.outboundInterface).toBe(device);
    const alone = resource(homeResources({ wxrNextHop: way, uplink: "wxr" }), "route", "ipv4-default-route");
    expect(alone.probe).toEqual({ interface: device });
  });

  it("translates what leaves by the WXR only when it is asked to, in a rule behind the others", () => {
    const last = (changes: object) => resource(homeResources({ ...changes }), "rules", "napt").rules.at(-1);
    expect(last({ failover: "wxr" })?.outboundInterface).toBe("tun0");
    expect(last({ failover: "wxr", wxrMasquerade: "true", wxrInterface: "eth2" })).toMatchObject({
      number: 1017,
      outboundInterface: "eth2",
      translationAddress: "masquerade",
    });
  });

  it("changes nothing in wxr, where there is nothing to fail over from", () => {
    expect(homeResources({ uplink: "wxr", failover: "wxr" })).toEqual(homeResources({ uplink: "wxr" }));
  });
});

describe("the lease guard on a simulated router", () => {
  let simulator: Simulator;
  const eth1 = { guardedInterface: parseInterfaceName("interface", "eth1"), takeOver: false };
  const guard = leaseGuard(eth1);
  const script = resource(guard, "script", "lease-guard");
  const path = `/config/scripts/${script.name}`;
  const start = async (more: readonly string[] = []): Promise<void> => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    simulator.files.write(path, script.text, 0o755);
    const task = resource(guard, "node", "lease-guard-task").path;
    // No static IPv6 route: IPv4 then hangs on the lease.
    const executable = [`path ${path}`, "arguments eth1"].map((one) => `set ${task} executable ${one}`);
    const lines = [`set ${task} interval 1m`, ...executable, ...more];
    expect(simulator.byHand([...tunnelLines, ...moveRoute, ...lines], { save: true })).not.toContain(
      "failed",
    );
  };
  afterEach(async () => {
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const restarts = (): string[] => simulator.journal.filter((line) => line.includes("restarting"));

  it("has no syntax error", async () => {
    await start();
    expect(spawnSync("bash", ["-n"], { input: script.text }).status).toBe(0);
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

  const prefixAlone = [
    "delete interfaces ethernet eth1 address dhcpv6",
    "set interfaces ethernet eth1 dhcpv6-options pd 0 length 56",
    "set interfaces ethernet eth1 dhcpv6-options pd 0 interface eth0 address 1",
  ];

  it("leaves a healthy client alone that asks for a prefix and no address", async () => {
    await start(prefixAlone);
    await simulator.advance(600);
    expect(simulator.journal).toEqual([]);
  });

  it("sees the loss of a prefix where nothing else is asked for, though a static address stays beside it", async () => {
    await start([...prefixAlone, "set interfaces ethernet eth0 address 2001:db8::1/64"]);
    simulator.network.leasePresent = false;
    await simulator.advance(60);
    expect(restarts()).toEqual([
      expect.stringContaining("eth1: no address of a delegated prefix, restarting"),
    ]);
    await simulator.advance(60);
    expect(simulator.journal.at(-1)).toBe("vyos-uplink-lease-guard: eth1 has its lease again");
  });

  it("does nothing where the port asks for no lease", async () => {
    await start(["delete interfaces ethernet eth1 address dhcpv6"]);
    await simulator.advance(600);
    expect(simulator.journal).toEqual([]);
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
