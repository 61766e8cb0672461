/** What of the router's firewall a tunnel joins: the zone and the interface groups of the port to the NGN. Pure. */

import { zoneOf } from "../vyos/firewall/zones.ts";
import { type ConfigTree, emptyTree, subtree } from "../vyos/tree.ts";
import type { Seen } from "./seen-prefixes.ts";

export const joinedKeys = ["tunnelZone", "tunnelGroups"] as const;

export function joinedOf(
  running: ConfigTree,
  device: string,
): Partial<Record<(typeof joinedKeys)[number], Seen>> {
  const zone = zoneOf(running, device);
  const groups = [...(subtree(running, ["firewall", "group", "interface-group"]) ?? emptyTree)].flatMap(
    ([name, group]) => (group.get("interface")?.has(device) ? [name] : []),
  );
  const from = `${device}, the port to the NGN, is in it`;
  return {
    ...(zone === undefined ? {} : { tunnelZone: { value: zone, from } }),
    ...(groups.length === 0 ? {} : { tunnelGroups: { value: groups.join(","), from } }),
  };
}
