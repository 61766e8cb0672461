/** One value of `interfaces <type> <interface> address`. Pure; the interface and its other addresses are not ours. */

import { InvalidValue } from "../../errors.ts";
import { addressedNode } from "../interface-node.ts";
import { emptyTree, subtree } from "../tree.ts";
import {
  type InterfaceName,
  type InterfacePrefix,
  parseInterfaceName,
  parseInterfacePrefix,
} from "../values.ts";
import { requiredText } from "./inputs.ts";
import type { ResourceModel } from "./resource.ts";

export interface InterfaceAddressArgs {
  readonly interface: string;
  /** The address with its length: 2001:db8::1/128. */
  readonly address: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface InterfaceAddressValue {
  readonly interface: InterfaceName;
  readonly address: InterfacePrefix;
}

export const interfaceAddressModel: ResourceModel<InterfaceAddressValue> = {
  identity: ["interface", "address"],
  id: (value) => addressPath(value).join(" "),
  parse: (inputs) => {
    const value = {
      interface: parseInterfaceName("interface", requiredText(inputs, "interface")),
      address: parseInterfacePrefix("address", requiredText(inputs, "address")),
    };
    interfacePath(value.interface);
    return value;
  },
  nodes: (value) => [{ path: addressPath(value), tree: emptyTree }],
  // The kernel asks only that a tunnel's source exists: the same address with another length serves as well.
  heldOtherwise: (value, running) => {
    const held = subtree(running, [...interfacePath(value.interface), "address"]) ?? emptyTree;
    const bare = value.address.split("/")[0];
    return [...held.keys()].some((other) => other !== value.address && other.split("/")[0] === bare);
  },
};

function addressPath(value: InterfaceAddressValue): string[] {
  return [...interfacePath(value.interface), "address", value.address];
}

function interfacePath(name: InterfaceName): readonly string[] {
  const node = addressedNode(name);
  if (node !== undefined) return node;
  throw new InvalidValue(
    "interface",
    name,
    "is of a kind that takes no address of its own",
    "name an Ethernet, VLAN, bond, bridge, dummy or loopback interface",
  );
}
