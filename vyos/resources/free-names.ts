/** What a name or number that somebody else holds should be instead: the next one that is free. Pure. */

import { type ConfigPath, type ConfigTree, emptyTree, subtree } from "../tree.ts";
import { nextFreeRuleBase } from "./nat-rule.ts";

/** A command for the stack; undefined where the path has no other place. */
export function freeNames(wanted: readonly ConfigPath[], running: ConfigTree): string | undefined {
  for (const direction of ["source", "destination"] as const) {
    const rules = wanted.filter(([top, which, , number]) => top === "nat" && which === direction && number);
    if (rules.length === 0) continue;
    const base = nextFreeRuleBase(
      running,
      rules.map((path) => Number(path[3])),
      direction,
    );
    return `number the rules from the next free base (pulumi config set natRuleBase ${base})`;
  }
  const [first] = wanted;
  if (first === undefined) return undefined;
  const [name = ""] = first.slice(-1);
  const held = subtree(running, first.slice(0, -1)) ?? emptyTree;
  const place = first.slice(0, -1).join(" ");
  if (place === "interfaces tunnel")
    return `name the tunnel by the next free one (pulumi config set tunnelName tun${freeNumber(held, name.slice(3), "tun")})`;
  if (place === "firewall ipv4 forward filter rule")
    return `number the rule by the next free one (pulumi config set naptDropInvalidRule ${freeNumber(held, name, "")})`;
  return undefined;
}

function freeNumber(held: ConfigTree, from: string, before: string): number {
  let number = Number(from);
  while (held.has(`${before}${number}`)) number += 1;
  return number;
}
