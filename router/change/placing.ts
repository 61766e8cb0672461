/** Whether what an operation declares can stand where it would: refused before anything is done. Pure. */

import { AddressHeld, InVrf, NoLease, NoSuchGroup } from "../../errors.ts";
import { interfacesOf } from "../../vyos/firewall/interfaces.ts";
import type { OwnedNode } from "../../vyos/resources/resource.ts";
import { leaseGuardScript, scriptFolder } from "../../vyos/resources/router-script.ts";
import { type ConfigTree, pathsOf, subtree, treeOf } from "../../vyos/tree.ts";
import type { Operation } from "./operation.ts";

/** What it requires above a node of its own, it joins: nothing of the same change makes it. Throws NoSuchGroup. */
export function checkJoined({ nodes, requires }: Operation, running: ConfigTree): void {
  const joined = requires.filter((key) => nodes.some(({ path }) => path.join(" ").startsWith(`${key} `)));
  for (const path of joined.map((key) => key.split(" "))) {
    if (subtree(running, path) !== undefined) continue;
    throw new NoSuchGroup(path.join(" "), [...(subtree(running, path.slice(0, -1))?.keys() ?? [])]);
  }
}

/** The IPv6 addresses that are declared by themselves, and the interface of each. */
export function addressesOf(operations: readonly Operation[]): { device: string; address: string }[] {
  const paths = operations.flatMap(({ verb, nodes }) =>
    verb === "declare" ? nodes.map(({ path }) => path) : [],
  );
  return paths.flatMap((path) => {
    const [address = ""] = path.at(-1)?.split("/") ?? [];
    if (path[0] !== "interfaces" || path.at(-2) !== "address" || !address.includes(":")) return [];
    return interfacesOf(treeOf([path])).map(({ name }) => ({ device: name, address }));
  });
}

/** An address that another device on the link holds would stay tentative, and nothing would be sent from it. Throws AddressHeld. */
export function checkHolders(operation: Operation, holders: ReadonlyMap<string, string>): void {
  for (const { device, address } of addressesOf([operation])) {
    const mac = holders.get(address);
    if (mac !== undefined) throw new AddressHeld(address, device, mac);
  }
}

/** What the lease guard restarts must be there: a client that asks for an address or for a prefix. Throws NoLease. */
export function checkGuarded({ path, tree }: OwnedNode, running: ConfigTree): void {
  const guards = subtree(tree, ["executable", "path", `${scriptFolder}/${leaseGuardScript}`]) !== undefined;
  const [device] = subtree(tree, ["executable", "arguments"])?.keys() ?? [];
  if (path[1] !== "task-scheduler" || !guards || device === undefined) return;
  const port = interfacesOf(running).find(({ name }) => name === device)?.node;
  const asks = [
    ["address", "dhcpv6"],
    ["dhcpv6-options", "pd"],
  ].some((words) => port && subtree(port, words));
  if (!asks) throw new NoLease(device);
}

/** A static route of the main table. Throws InVrf. */
export function checkVrf({ path, tree }: OwnedNode, running: ConfigTree): void {
  if (path[0] !== "protocols" || path[1] !== "static") return;
  const devices = pathsOf(tree).flatMap((words) =>
    words.includes("interface") ? (words[words.indexOf("interface") + 1] ?? []) : [],
  );
  for (const { name, node } of interfacesOf(running)) {
    const [vrf] = node.get("vrf")?.keys() ?? [];
    if (vrf !== undefined && devices.includes(name)) throw new InVrf(path.join(" "), name, vrf);
  }
}
