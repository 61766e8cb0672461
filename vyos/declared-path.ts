/** Where a declared path stands on a router, as far as only the router's own configuration can tell. Pure. */

import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree } from "./tree.ts";

/** Stands for a number in `firewall ipv4 forward filter rule N`. */
export const freeNumber = "free" as const;
/** By this its rule is known again, whatever number it has. */
export const guardDescription = "MAP-E, no LAN source leaves by the tunnel";

/** A zone's member in the spelling of the router's release, a rule by its number there; any other path as it is. */
export function declaredPath(path: ConfigPath, config: ConfigTree): ConfigPath {
  if (path[0] !== "firewall") return path;
  if (path[1] === "zone") return zoneMemberPath(path, config);
  const at = path.indexOf(freeNumber);
  if (at < 0 || path[at - 1] !== "rule") return path;
  const rules = subtree(config, path.slice(0, at)) ?? emptyTree;
  return path.with(at, guardOf(rules) ?? String(lowestFree(rules)));
}

/** 1.4 `interface eth1`, 1.5 `member interface eth1` (vyos-1x: firewall.xml.in), as the zones that are there have it. */
function zoneMemberPath(path: ConfigPath, config: ConfigTree): ConfigPath {
  const [, , zone = "", word, ...rest] = path;
  if (word !== "interface") return path;
  const zones = subtree(config, ["firewall", "zone"]) ?? emptyTree;
  const newer = [...zones.values()].some((one) => one.has("member"));
  return newer ? ["firewall", "zone", zone, "member", word, ...rest] : path;
}

function guardOf(rules: ConfigTree): string | undefined {
  const isGuard = (number: string): boolean =>
    subtree(rules, [number, "description", guardDescription]) !== undefined;
  return sortedWords(rules).find(isGuard);
}

/** The first rule that matches decides. */
function lowestFree(rules: ConfigTree): number {
  let number = 1;
  while (rules.has(String(number))) number += 1;
  return number;
}
