/** How a router writes the members of its zones: 1.4 `interface eth1`, 1.5 `member interface eth1` (vyos-1x: firewall.xml.in). Pure. */

import { type ConfigPath, type ConfigTree, emptyTree, subtree } from "./tree.ts";

/** `firewall zone Z interface I` in the spelling of the zones that the configuration has; any other path as it is. */
export function zoneMemberPath(path: ConfigPath, config: ConfigTree): ConfigPath {
  const [top, kind, zone = "", word, ...rest] = path;
  if (top !== "firewall" || kind !== "zone" || word !== "interface") return path;
  const zones = subtree(config, ["firewall", "zone"]) ?? emptyTree;
  const newer = [...zones.values()].some((one) => one.has("member"));
  return newer ? ["firewall", "zone", zone, "member", word, ...rest] : path;
}
