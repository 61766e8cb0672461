/** `leaseGuard: true` on a port that has its IPv6 in one way or another: guarded where a DHCPv6 client runs, refused elsewhere. */

import { afterEach, expect, it } from "@jest/globals";
import { StackOnRouter } from "../cases/on-router.ts";
import { home } from "../config/home.ts";
import { firstRouterConfiguration, type Simulator, startSimulator } from "../simulator/simulator.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

const pd = "dhcpv6-options pd 0 interface eth0 address 1";

async function wxrOn(port: readonly string[], ipv6Interface = "eth1"): Promise<string> {
  const rest = firstRouterConfiguration.filter((line) => !line.includes("'dhcpv6'"));
  simulator = await startSimulator({ configuration: [...rest, ...port.map((line) => `set ${line}`)] });
  const stack = new StackOnRouter(simulator);
  const given = { ...home, ipv6Interface, leaseGuard: "true", uplink: "wxr" };
  return stack.up(given).then(
    () => "guarded",
    (error: unknown) => String(error),
  );
}

it.each([
  { kind: "an address (IA_NA)", port: ["interfaces ethernet eth1 address dhcpv6"], on: undefined },
  { kind: "a prefix alone (IA_PD)", port: [`interfaces ethernet eth1 ${pd}`], on: undefined },
  {
    kind: "both, at a VLAN",
    port: ["interfaces ethernet eth1 vif 10 address dhcpv6", `interfaces ethernet eth1 vif 10 ${pd}`],
    on: "eth1.10",
  },
])("a port that asks for $kind is guarded", async ({ port, on }) => {
  expect(await wxrOn(port, on)).toBe("guarded");
  const task = "set system task-scheduler task vyos-uplink-lease-guard executable arguments";
  expect(simulator.running()).toContain(`${task} '${on ?? "eth1"}'`);
});

it("a port that has its address from a router advertisement is refused, and nothing of the guard is laid", async () => {
  const said = await wxrOn([]);
  expect(said).toContain(
    "eth1 asks for no DHCPv6 lease (it has neither address dhcpv6 nor dhcpv6-options pd), so there is none to guard",
  );
  expect(said).toContain("[NO_LEASE]");
  expect(simulator.running().join("\n")).not.toContain("lease-guard");
  expect(simulator.files.read("/config/scripts/vyos-uplink-lease-guard")).toBeUndefined();
});
