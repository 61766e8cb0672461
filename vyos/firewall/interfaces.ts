/** The interfaces of a configuration by the names that the kernel knows them by, and their networks. Pure. */

import { type ConfigPath, type ConfigTree, emptyTree } from "../tree.ts";
import { only } from "./matchers.ts";
import { addressRange, addressValue, type Range } from "./ranges.ts";

export interface Interface {
  readonly name: string;
  readonly path: ConfigPath;
  readonly node: ConfigTree;
}

export interface Network {
  readonly interface: string;
  readonly vrf: string;
  /** As configured: 192.168.100.2/24. */
  readonly text: string;
  readonly address: bigint;
  readonly range: Range<bigint>;
}

/** `eth1 vif 10` is eth1.10, `eth1 vif-s 20 vif-c 30` eth1.20.30. */
export function interfacesOf(config: ConfigTree): Interface[] {
  const below = (name: string, path: ConfigPath, node: ConfigTree): Interface[] => [
    { name, path, node },
    ...["vif", "vif-s", "vif-c"].flatMap((kind) =>
      [...(node.get(kind) ?? emptyTree)].flatMap(([tag, vlan]) =>
        below(`${name}.${tag}`, [...path, kind, tag], vlan),
      ),
    ),
  ];
  return [...(config.get("interfaces") ?? emptyTree)].flatMap(([kind, named]) =>
    [...named].flatMap(([name, node]) => below(name, ["interfaces", kind, name], node)),
  );
}

export function vrfOf(config: ConfigTree, name: string): string {
  return only(
    interfacesOf(config)
      .find((one) => one.name === name)
      ?.node.get("vrf"),
  );
}

/** The IPv4 networks at the router's ports; an address from DHCP is known to the kernel alone. */
export function networksOf(interfaces: readonly Interface[]): Network[] {
  return interfaces.flatMap(({ name, node }) =>
    [...(node.get("address") ?? emptyTree).keys()].flatMap((text): Network[] => {
      const range = text.includes(":") ? undefined : addressRange(text);
      const address = addressValue(text.split("/")[0] ?? "");
      if (range === undefined || address === undefined || node.has("disable")) return [];
      return [{ interface: name, vrf: only(node.get("vrf")), text, address, range }];
    }),
  );
}
