/** One value of `interfaces <type> <interface> address`. Pure; the interface and its other addresses are not ours. */

import { InvalidValue } from "../../errors.ts";
import { addressedNode } from "../interface-node.ts";
import { emptyTree, subtree } from "../tree.ts";
import type { InterfaceName } from "../values.ts";
import { addressWithLength, interfaceName } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { required } from "./row.ts";

export const interfaceAddress = resource({
  label: "InterfaceAddress",
  meaning: "one address of an interface; its other addresses are left alone",
  owns: "one value of interfaces <type> <interface> address",
  keys: {
    interface: required(interfaceName, { meaning: "eth1, eth1.10, bond0, br0, dum0" }),
    address: required(addressWithLength, { meaning: "as the interface holds it" }),
  },
  fields: {},
  paths: (keys) => [[...addressesOf(keys.interface), keys.address]],
  // Found held otherwise while the old length stands, it would be gone with that.
  alone: {
    of: (value) => [value.interface, value.address.split("/")[0]],
    word: "address",
    remedy: "take it out of the program and pulumi up; then put it in with the new length and pulumi up",
  },
  // The kernel asks only that a tunnel's source exists: the same address with another length serves as well.
  heldOtherwise: (value, running) => {
    const held = subtree(running, addressesOf(value.interface)) ?? emptyTree;
    const bare = value.address.split("/")[0];
    return [...held.keys()].some((other) => other !== value.address && other.split("/")[0] === bare);
  },
});

export type InterfaceAddressArgs = ArgsOf<typeof interfaceAddress>;

function addressesOf(name: InterfaceName): readonly string[] {
  const node = addressedNode(name);
  if (node !== undefined) return [...node, "address"];
  const reason = "is of a kind that takes no address of its own";
  const remedy = "name an Ethernet, VLAN, bond, bridge, dummy or loopback interface";
  throw new InvalidValue("interface", name, reason, remedy);
}
