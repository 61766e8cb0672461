import { describe, expect, it } from "@jest/globals";
import { addressedNode, interfaceNode } from "../../vyos/interface-node.ts";
import { parseInterfaceName } from "../../vyos/values.ts";

describe("interfaceNode()", () => {
  it.each([
    ["eth1", "interfaces ethernet eth1"],
    ["eth1.10", "interfaces ethernet eth1 vif 10"],
    ["eth1.100.20", "interfaces ethernet eth1 vif-s 100 vif-c 20"],
    ["bond0.4000", "interfaces bonding bond0 vif 4000"],
    ["br0", "interfaces bridge br0"],
    ["pppoe0", "interfaces pppoe pppoe0"],
    ["wlan0", "interfaces wireless wlan0"],
    ["lo", "interfaces loopback lo"],
    ["l2tpeth0", "interfaces l2tpv3 l2tpeth0"], // not of the kind l2tp, which is a session of a VPN client
    ["l2tp0", undefined],
  ])("finds %s at %s", (name, node) => {
    expect(interfaceNode(parseInterfaceName("interface", name))?.join(" ")).toBe(node);
  });
});

describe("addressedNode()", () => {
  it.each([
    ["bond0.4000", "interfaces bonding bond0 vif 4000"],
    ["pppoe0", undefined], // its address comes from the provider
  ])("of %s is %s", (name, node) => {
    expect(addressedNode(parseInterfaceName("interface", name))?.join(" ")).toBe(node);
  });
});

describe("parseInterfaceName()", () => {
  it.each(["eth1.100.20.3", "eth1.", "vlan10", "eth1 vif 10"])("refuses %s", (name) => {
    expect(() => parseInterfaceName("interface", name)).toThrow(/is not an interface name/);
  });
});
