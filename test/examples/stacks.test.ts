/** The examples' stack files say what the program understands, and nothing that it does not know. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { routerSettings } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { StackOnRouter } from "../cases/on-router.ts";
import { stackFile } from "../config/home.ts";
import { firstRouterConfiguration, startSimulator } from "../simulator/simulator.ts";

const root = join(__dirname, "../..");
const stacks = [
  "Pulumi.home.yaml",
  ...readdirSync(join(root, "examples"), { recursive: true, encoding: "utf8" })
    .filter((file) => /Pulumi\.\w+\.yaml$/.test(file))
    .map((file) => join("examples", file)),
];

/** What stands on the router of an example beside the first router's lines, where it is on the simulated network. */
const routers: Readonly<Record<string, { readonly lines?: readonly string[]; readonly without?: string }>> = {
  "Pulumi.home.yaml": {},
  "examples/vlan-port/Pulumi.home.yaml": {
    lines: ["set interfaces ethernet eth1 vif 10 address 'dhcpv6'"],
    without: "set interfaces ethernet eth1 address",
  },
  "examples/pppoe/Pulumi.home.yaml": {
    lines: ["set interfaces pppoe pppoe0 source-interface 'eth1'"],
    without: "set protocols static",
  },
  "examples/home-gateway/Pulumi.home.yaml": {},
  "examples/zones/Pulumi.home.yaml": {
    lines: [
      "set firewall zone LAN default-action drop",
      "set firewall zone LAN from WAN firewall name wan-lan",
      "set firewall zone LAN interface eth0",
      "set firewall zone WAN default-action drop",
      "set firewall zone WAN from LAN firewall name lan-wan",
      "set firewall zone WAN interface eth1",
      "set firewall ipv4 name lan-wan default-action accept",
      "set firewall ipv4 name wan-lan default-action drop",
      "set firewall ipv4 name wan-lan rule 5 action accept",
      "set firewall ipv4 name wan-lan rule 5 state established",
    ],
  },
};

it.each(Object.entries(routers))(
  "%s switches a router there and back",
  async (file, { lines = [], without }) => {
    const kept = firstRouterConfiguration.filter(
      (line) => without === undefined || !line.startsWith(without),
    );
    const simulator = await startSimulator({ configuration: [...kept, ...lines], secondsPerSecond: 20 });
    try {
      const given = stackFile(readFileSync(join(root, file), "utf8"));
      await new StackOnRouter(simulator).thereAndBack(given, (uplink) => {
        const works = uplink === "mape" ? "by the tunnel tun0" : "IPv4 works by";
        expect(simulator.explain("lan")).toContain(works);
      });
    } finally {
      await simulator.stop();
    }
  },
);

describe.each(stacks)("%s", (file) => {
  const given = stackFile(readFileSync(join(root, file), "utf8"));

  it("is an uplink by its line and by the router behind it, unless its program is another", () => {
    expect(Object.keys(given).length).toBeGreaterThan(1);
    routerSettings({ routerHost: "192.0.2.1", ...given });
    if (given.wxrNextHop === undefined) return;
    const byItsLine = given.uplink === "wxr" ? "mape" : given.uplink;
    for (const uplink of [byItsLine, "wxr"]) resourcesOf(uplinkConfig({ ...given, uplink }));
  });
});
