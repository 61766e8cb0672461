import { describe, expect, it } from "@jest/globals";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { plannedOperations, type StoredResource, stackOf, storedResources } from "../../providers/planned.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { printCommand } from "../../vyos/commands.ts";
import { diffAt } from "../../vyos/diff.ts";
import { parseCommands } from "../../vyos/text.ts";
import { subtree } from "../../vyos/tree.ts";

const config: Readonly<Record<string, string>> = {
  uplink: "wxr",
  wxrNextHop: "192.168.100.1",
  ipv6Interface: "eth1",
  ipv6NextHop: "fe80::1",
  delegatedPrefix: "2404:7a82:4d02:4100::/56",
};
const declaredBy = (changed: Readonly<Record<string, string>> = {}) =>
  resourcesOf(uplinkConfig({ ...config, ...changed }));

/** A state in which an up of these ended, on a router that had no default route. */
function stateAfter(changed: Readonly<Record<string, string>>): StoredResource[] {
  return declaredBy(changed).map(({ name, type, args }) => ({
    name,
    type,
    outputs: { ...args, found: [] },
    standing: "current",
  }));
}

const planned = (...[declared, stored]: [ReturnType<typeof declaredBy>, StoredResource[]]) =>
  plannedOperations(declared, stored, "net/home");

describe("plannedOperations()", () => {
  it("creates everything on an empty state, and refuses to change what stands there", () => {
    const operations = planned(declaredBy(), []);
    expect(new Set(operations.map(({ stack }) => stack))).toEqual(new Set(["net/home"]));
    expect(operations.map(({ id, verb, takeOver }) => [id, verb, takeOver])).toEqual([
      ["protocols static route6 ::/0", "declare", false],
      ["protocols static route 0.0.0.0/0", "declare", false],
    ]);
  });

  it("takes away, after all else and in reverse, what the state holds and nobody declares any more", () => {
    const ids = planned(declaredBy(), stateAfter({ uplink: "mape" })).map(({ id }) => id);
    expect(ids).toEqual([
      "protocols static route6 ::/0",
      "protocols static route 0.0.0.0/0",
      "firewall ipv4 forward filter rule free",
      "nat source rule 1000-1016",
      "interfaces tunnel tun0",
      "protocols static route6 2001:260:700:1::1:275/128",
      "interfaces ethernet eth1 address 2404:7a82:4d02:4100:85:d10d:200:4100/128",
    ]);
  });

  it("moves a default route of the state in place", () => {
    const running = parseCommands("set protocols static route 0.0.0.0/0 next-hop '192.168.100.1'");
    const operations = planned(declaredBy({ wxrNextHop: "192.168.100.9" }), stateAfter({}));
    const route = operations.find(({ id }) => id === "protocols static route 0.0.0.0/0");
    expect(route?.nodes.flatMap(({ path, tree }) => diffAt(running, tree, path)).map(printCommand)).toEqual([
      "delete protocols static route 0.0.0.0/0 next-hop 192.168.100.1",
      "set protocols static route 0.0.0.0/0 next-hop 192.168.100.9",
    ]);
  });

  it("replaces a renamed tunnel: the new one first, the old one among the deletes", () => {
    const stored = stateAfter({ uplink: "mape" });
    const operations = planned(declaredBy({ uplink: "mape", tunnelName: "tun7" }), stored);
    const tunnels = operations.filter(({ id }) => id.startsWith("interfaces tunnel"));
    expect(tunnels.map(({ id, verb }) => [id, verb])).toEqual([
      ["interfaces tunnel tun7", "declare"],
      ["interfaces tunnel tun0", "withdraw"],
    ]);
  });

  it("takes away a replaced one that still waits for it, beside its successor of the same name", () => {
    const stored = stateAfter({ uplink: "mape" });
    const left = stateAfter({ uplink: "mape", tunnelName: "tun7" }).filter(({ name }) => name === "tunnel");
    const waiting = left.map((one): StoredResource => ({ ...one, standing: "replaced" }));
    const operations = planned(declaredBy({ uplink: "mape" }), [...stored, ...waiting]);
    expect(operations.at(-1)).toMatchObject({ id: "interfaces tunnel tun7", verb: "withdraw" });
  });

  it("remembers what 0.1.0 had found in the place of a resource that goes", () => {
    const found = [["interfaces", "tunnel", "tun0", "disable"]];
    const stored = stateAfter({ uplink: "mape" }).map((one) =>
      one.name === "tunnel" ? { ...one, outputs: { ...one.outputs, found } } : one,
    );
    const tunnel = planned(declaredBy(), stored).find(({ id }) => id.includes("tun0"));
    expect(subtree(tunnel?.remembered?.tree ?? new Map(), ["interfaces", "tunnel", "tun0"])).toEqual(
      new Map([["disable", new Map()]]),
    );
  });
});

it("a state says whose it is, unless it is empty", () => {
  const urn = "urn:pulumi:home::mynet::pulumi:pulumi:Stack::mynet-home";
  expect(stackOf({ version: 3, deployment: { resources: [{ urn }] } })).toBe("mynet/home");
  expect(stackOf({ version: 3, deployment: {} })).toBeUndefined();
});

describe("storedResources()", () => {
  const urn = "urn:pulumi:home::vyos-uplink::vyos:uplink:Uplink$pulumi-nodejs:dynamic/vyos:Tunnel::tunnel";
  const entry = { urn, type: "pulumi-nodejs:dynamic/vyos:Tunnel", outputs: { name: "tun0" } };

  it("reads name, type and outputs, and passes over what is not of this program", () => {
    const other = { urn: "urn:x::y::z", type: "pulumi:pulumi:Stack" };
    expect(storedResources({ version: 3, deployment: { resources: [other, entry] } })).toEqual([
      { name: "tunnel", type: "tun", outputs: { name: "tun0" }, standing: "current" },
    ]);
  });

  it("tells a resource that only waits for its deletion", () => {
    expect(storedResources({ deployment: { resources: [{ ...entry, delete: true }] } })).toMatchObject([
      { standing: "replaced" },
    ]);
  });

  it.each([[null], [{}], [{ deployment: {} }], [{ deployment: { resources: [7] } }]])(
    "reads %j as empty",
    (exported) => {
      expect(storedResources(exported)).toEqual([]);
    },
  );
});
