/** The armed change against a simulated router: undo timer, probe, leftovers, lock, and what a run that was cut off leaves. */

import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { explain } from "../../doctor/examine.ts";
import { UplinkError } from "../../errors.ts";
import { undoScript } from "../../router/change/dead-man.ts";
import type { Operation } from "../../router/change/operation.ts";
import { OperationFailed } from "../../router/change/operation.ts";
import { Router, type RouterOptions } from "../../router/router.ts";
import { ConfigSession } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { parsed } from "../../uplink/named-resource.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";
import { dummy, rejection, routerSettings } from "./lab.ts";

const home: Readonly<Record<string, string>> = {
  ipv6Interface: "eth1",
  ipv6NextHop: "fe80::a611:bbff:fe7d:ee11",
  delegatedPrefix: "2404:7a82:4d02:4100::/56",
  wxrNextHop: "192.168.100.1",
};

/** What the switch to `uplink` asks of the router, as one batch. */
function switchTo(uplink: "mape" | "wxr"): Operation[] {
  return resourcesOf(uplinkConfig({ ...home, uplink })).map((resource): Operation => {
    const { id, nodes, probe, heldOtherwise: fulfilledBy } = parsed(resource);
    return { id, targets: nodes, expects: "any", requires: [], fulfilledBy, ...(probe ? { probe } : {}) };
  });
}

describe("an armed change", () => {
  let simulator: Simulator;
  let opened: Router[];
  let reports: string[];

  const begin = async (options: SimulatorOptions = {}): Promise<void> => {
    simulator = await startSimulator({ secondsPerSecond: 20, laws: "kinder-than-vyos", ...options });
  };
  beforeEach(() => {
    opened = [];
    reports = [];
  });
  afterEach(async () => {
    for (const router of opened) await router.close();
    expect(simulator.escapes).toEqual([]);
    await simulator.stop();
  });

  const routerWith = (changed: Partial<RouterOptions> = {}): Router => {
    const settings = routerSettings(simulator, changed);
    const router = new Router(settings, { report: (line) => reports.push(line), explain });
    opened.push(router);
    return router;
  };
  const all = (router: Router, operations: readonly Operation[]): Promise<unknown> =>
    Promise.all(operations.map((one) => router.submit(one)));
  const refused = async (promise: Promise<unknown>): Promise<UplinkError> => {
    const error = await rejection(promise);
    const reason = error instanceof OperationFailed ? error.reason : error;
    if (reason instanceof UplinkError) return reason;
    throw error;
  };
  const holds = (part: string): boolean => simulator.running().some((line) => line.includes(part));
  const expectNoTimer = async (): Promise<void> => {
    const before = simulator.running();
    await simulator.advance(3600);
    expect(simulator.running()).toEqual(before);
  };

  describe("probe", () => {
    it("keeps and saves a switch to mape that carries, in one commit, and leaves no timer", async () => {
      await begin();
      await all(routerWith(), switchTo("mape"));
      expect(simulator.counters).toMatchObject({ commits: 1, saves: 1, connections: 1 });
      expect(simulator.saved()).toEqual(simulator.running());
      expect(simulator.explain()).toMatch(/tun0/);
      await expectNoTimer();
    });

    it.each([
      { broken: "relayAnswers", uplink: "mape", says: /2001:260:700:1::1:275 does not answer over IPv6/ },
      { broken: "internetBehindRelay", uplink: "mape", says: /TCP to 1\.1\.1\.1 port 443: timed out/ },
      { broken: "linkUp", uplink: "mape", says: /eth1 has no carrier.*\[ngn-link\]/ },
      { broken: "wxrAnswers", uplink: "wxr", says: /the WXR does not answer .*\[wxr-silent\]/ },
    ] as const)("puts a switch to $uplink back when $broken fails, and says what answered", async (row) => {
      await begin();
      if (row.uplink === "wxr") await all(routerWith(), switchTo("mape"));
      await Promise.all(opened.map((router) => router.close()));
      const before = simulator.running();
      const { saves } = simulator.counters;
      simulator.network[row.broken] = false;
      const error = await refused(all(routerWith(), switchTo(row.uplink)));
      expect(error.code).toBe("PROBE_FAILED");
      expect(error.message).toMatch(row.says);
      expect(simulator.running()).toEqual(before);
      expect(simulator.saved()).toEqual(before);
      expect(simulator.counters.saves).toBe(saves);
      await expectNoTimer();
    });

    it("does not ask when nothing moves the default route", async () => {
      await begin();
      await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
      expect(simulator.reached.probe).toBe(0);
    });
  });

  describe("undo timer", () => {
    it("puts everything back by itself when the run ends in the middle, and the next run says so", async () => {
      await begin();
      const before = simulator.running();
      const router = routerWith();
      simulator.inject({ at: "probe", times: 1, kind: "hang" });
      void all(router, switchTo("mape")).catch(() => {});
      while (simulator.reached.probe === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      expect(holds("tun0")).toBe(true);
      await router.close();
      await simulator.advance(40);
      expect(simulator.running()).toEqual(before);
      expect(simulator.saved()).toEqual(before);
      await all(routerWith(), switchTo("mape"));
      expect(reports.join("\n")).toContain("the router has put its old configuration back by itself");
      expect(holds("tun0")).toBe(true);
    });

    it("is fired by the next run when it is still pending", async () => {
      await begin({ secondsPerSecond: 1 });
      const router = routerWith();
      simulator.inject({ at: "probe", times: 1, kind: "hang" });
      void all(router, switchTo("mape")).catch(() => {});
      while (simulator.reached.probe === 0) await new Promise((resolve) => setTimeout(resolve, 5));
      await router.close();
      await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
      expect(reports.join("\n")).toContain("undoing that change");
      expect(holds("tun0")).toBe(false);
      expect(holds("dum0")).toBe(true);
    });

    it("that fires while the commit runs undoes it when it has ended, and the update says UNDONE_BY_ROUTER", async () => {
      await begin({ commitSeconds: 40, secondsPerSecond: 40 });
      const before = simulator.running();
      const error = await refused(
        all(routerWith({ undoAfterSeconds: 20, lockWaitSeconds: 0 }), switchTo("mape")),
      );
      await simulator.advance(120);
      expect(error.code).toBe("UNDONE_BY_ROUTER");
      expect(simulator.running()).toEqual(before);
      expect(simulator.saved()).toEqual(before);
    });

    it("script is one that bash accepts, with what the change took out of the kernel", () => {
      const script = undoScript([
        "sudo ip -6 tunnel add 'mape' mode ip4ip6 remote '2001:db8::1' local '2001:db8::2'",
      ]);
      expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({
        status: 0,
        stderr: "",
      });
    });
  });

  describe("what the kernel holds beside the configuration", () => {
    const ce = "2404:7a82:4d02:4100:85:d10d:200:4100";
    const byHand = [
      `ip -6 tunnel add mape mode ip4ip6 remote 2001:260:700:1::1:275 local ${ce} dev eth1`,
      "ip link set mape up",
      "ip route add 198.51.100.0/24 dev mape",
      "iptables -t nat -A POSTROUTING -o mape -p tcp -j SNAT --to-source 133.209.13.2:5136-5151",
    ];

    it("is named with the commands that remove it, and nothing is changed", async () => {
      await begin();
      await simulator.kernelByHand(byHand);
      const before = simulator.running();
      const error = await refused(all(routerWith(), switchTo("mape")));
      expect(error.code).toBe("KERNEL_LEFTOVERS");
      for (const command of [
        "sudo ip -6 tunnel del mape",
        "sudo ip -4 route del",
        "sudo nft delete rule ip nat",
      ]) {
        expect(error.message).toContain(command);
      }
      expect(simulator.running()).toEqual(before);
      expect(simulator.counters.commits).toBe(0);
    });

    it("is taken out as part of the change with removeStray, and tun0 comes up", async () => {
      await begin();
      await simulator.kernelByHand(byHand);
      await all(routerWith({ removeStray: true }), switchTo("mape"));
      expect(simulator.explain()).toMatch(/tun0/);
      expect(reports.join("\n")).toContain("taking out of the kernel: a tunnel made by hand: mape");
    });

    it("comes back when the change is undone", async () => {
      await begin();
      await simulator.kernelByHand(byHand);
      simulator.network.internetBehindRelay = false;
      await refused(all(routerWith({ removeStray: true }), switchTo("mape")));
      expect(holds("tun0")).toBe(false);
      simulator.network.internetBehindRelay = true;
      await opened[0]?.close();
      const found = await refused(all(routerWith(), switchTo("mape")));
      expect(found.code).toBe("KERNEL_LEFTOVERS");
    });
  });

  it("warns of another's configuration session that holds changes", async () => {
    await begin();
    const { ssh } = routerSettings(simulator);
    const sleep = async (): Promise<void> => {};
    const timeouts = { commandTimeoutSeconds: 5, commitTimeoutSeconds: 5, sleep };
    const other = await ConfigSession.open(new SshTransport(ssh), "other", timeouts);
    await other.apply({ verb: "set", path: ["interfaces", "dummy", "dum5", "address", "192.0.2.5/32"] });
    await routerWith().submit(dummy("dum0", "192.0.2.1/32"));
    await other.close();
    expect(reports.join("\n")).toMatch(/another configuration session \(pid \d+/);
  });
});
