/** Whether what an operation declares can stand where it would: refused before anything is done. Pure. */

import { InVrf, NoSuchGroup } from "../../errors.ts";
import { interfacesOf } from "../../vyos/firewall/interfaces.ts";
import type { OwnedNode } from "../../vyos/resources/resource.ts";
import { type ConfigTree, pathsOf, subtree } from "../../vyos/tree.ts";
import type { Operation } from "./operation.ts";

/** What it requires above a node of its own, it joins: nothing of the same change makes it. Throws NoSuchGroup. */
export function checkJoined({ nodes, requires }: Operation, running: ConfigTree): void {
  const joined = requires.filter((key) => nodes.some(({ path }) => path.join(" ").startsWith(`${key} `)));
  for (const path of joined.map((key) => key.split(" "))) {
    if (subtree(running, path) !== undefined) continue;
    throw new NoSuchGroup(path.join(" "), [...(subtree(running, path.slice(0, -1))?.keys() ?? [])]);
  }
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
