/** The tunnel joins what the router's firewall has, in the commit of the switch, and leaves it with the switch back. */

import { afterEach, expect, it } from "@jest/globals";
import { StackOnRouter } from "../cases/on-router.ts";
import { home } from "../config/home.ts";
import { firstRouterConfiguration, type Simulator, startSimulator } from "../simulator/simulator.ts";

let simulator: Simulator;
afterEach(async () => {
  await simulator.stop();
  expect(simulator.escapes).toEqual([]);
});

async function stackOn(lines: readonly string[], version: "1.4" | "rolling" = "1.4"): Promise<StackOnRouter> {
  simulator = await startSimulator({ version, configuration: [...firstRouterConfiguration, ...lines] });
  return new StackOnRouter(simulator);
}

const zones = (word: string): string[] => [
  `set firewall zone LAN ${word} eth0`,
  "set firewall zone LAN default-action drop",
  `set firewall zone WAN ${word} eth1`,
  "set firewall zone WAN default-action drop",
  "set firewall ipv4 name any default-action accept",
  "set firewall zone WAN from LAN firewall name any",
  "set firewall zone LAN from WAN firewall name any",
];

it.each([
  { version: "1.4", word: "interface" },
  { version: "rolling", word: "member interface" },
] as const)("a zone's member is spelled as $version spells it", async ({ version, word }) => {
  const stack = await stackOn(zones(word), version);
  await stack.up({ ...home, uplink: "wxr" });
  await expect(stack.up({ ...home, uplink: "mape" })).rejects.toThrow("pulumi config set tunnelZone WAN");
  await stack.destroy();
  await stack.thereAndBack({ ...home, tunnelZone: "WAN" }, (uplink) => {
    const joined = simulator.running().includes(`set firewall zone WAN ${word} 'tun0'`);
    expect(joined).toBe(uplink === "mape");
    expect(simulator.explain("lan")).toContain(uplink === "mape" ? "by the tunnel tun0" : "IPv4 works by");
  });
});

it("an interface group keeps its other members", async () => {
  const stack = await stackOn(["set firewall group interface-group PORTS interface eth1"]);
  await stack.thereAndBack({ ...home, tunnelGroups: "PORTS" }, (uplink) => {
    const members = simulator.running().filter((line) => line.includes("interface-group PORTS"));
    expect(members).toHaveLength(uplink === "mape" ? 2 : 1);
  });
});

it("a zone that is not there is said, and nothing of the switch is done", async () => {
  const stack = await stackOn(zones("interface"));
  await stack.up({ ...home, uplink: "wxr" });
  const before = simulator.shown();
  await expect(stack.up({ ...home, uplink: "mape", tunnelZone: "OUTSIDE" })).rejects.toThrow(
    /firewall zone OUTSIDE is not on the router.*there are: LAN, WAN/,
  );
  expect(simulator.shown()).toBe(before);
});

it("init proposes what the port to the NGN is a member of", async () => {
  const stack = await stackOn([
    ...zones("interface"),
    "set firewall group interface-group PORTS interface eth1",
    "set firewall group interface-group INSIDE interface eth0",
  ]);
  const { values } = await stack.init();
  const proposed = Object.fromEntries(values.map(({ key, value }) => [key, value]));
  expect(proposed).toMatchObject({ tunnelZone: "WAN", tunnelGroups: "PORTS" });
});
