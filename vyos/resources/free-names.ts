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
  const place = first.slice(0, -1);
  switch (place.join(" ")) {
    case "interfaces tunnel":
      return `name the tunnel by the next free one (pulumi config set tunnelName tun${freeAfter(name, subtree(running, place))})`;
    case "firewall ipv4 forward filter rule":
      return "leave the number to the router's own rules (pulumi config rm naptDropInvalidRule)";
    default:
      return undefined;
  }
}

function freeAfter(name: string, held = emptyTree): number {
  let number = Number(name.slice(3));
  while (held.has(`tun${number}`)) number += 1;
  return number;
}
