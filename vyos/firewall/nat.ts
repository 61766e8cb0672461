/** `nat`: the first rule that a packet meets decides what it is translated to (vyos-1x: python/vyos/nat.py). Pure. */

import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree } from "../tree.ts";
import { type Matcher, matcherOf, only, type Surroundings } from "./matchers.ts";
import type { Packet } from "./packet.ts";

export interface NatMet {
  readonly path: ConfigPath;
  readonly rule: ConfigTree;
  readonly does: string;
}

export interface Translation {
  /** Undefined: no rule is met for certain. */
  readonly by: NatMet | undefined;
  /** What may be met before that one, as far as it was understood. */
  readonly doubts: readonly string[];
}

export function natOf(
  config: ConfigTree,
  direction: "source" | "destination",
  at: Surroundings,
): (packet: Packet) => Translation {
  const path = ["nat", direction, "rule"];
  const rules = numbered(subtree(config, path)).map(([number, rule]) => ({
    met: { path: [...path, number], rule, does: doesWhat(rule) },
    matches: matcherOf(rule, at),
  }));
  const fixed = staticRules(config, direction, at);
  // It stands in a table of its own, beside this one (1.5 and later).
  const shared =
    direction === "source" && subtree(config, ["nat", "cgnat"]) !== undefined ? ["nat cgnat"] : [];
  return (packet) => {
    const doubts = [...shared, ...fixed.flatMap((matches) => matches(packet) ?? [])];
    for (const { met, matches } of rules) {
      const words = matches(packet);
      if (words?.length === 0) return { by: met, doubts };
      for (const word of words ?? []) doubts.push(`${met.path.join(" ")}: ${word}`);
    }
    return { by: undefined, doubts };
  };
}

/** One to one, in a table of equal priority: which of the two is asked first the configuration does not tell. */
function staticRules(config: ConfigTree, direction: "source" | "destination", at: Surroundings): Matcher[] {
  return numbered(subtree(config, ["nat", "static", "rule"])).map(([number, rule]) => {
    const inside = rule.get("translation") ?? emptyTree;
    const outside = rule.get("destination") ?? emptyTree;
    const device = rule.get("inbound-interface") ?? emptyTree;
    const asSource = direction === "source";
    const matches = matcherOf(
      new Map([
        [asSource ? "outbound-interface" : "inbound-interface", device],
        [direction, asSource ? inside : outside],
      ]),
      at,
    );
    return (packet) => (matches(packet) === undefined ? undefined : [`nat static rule ${number}`]);
  });
}

export function numbered(rules: ConfigTree = emptyTree): [string, ConfigTree][] {
  return sortedWords(rules).flatMap((number): [string, ConfigTree][] => {
    const rule = rules.get(number) ?? emptyTree;
    return rule.has("disable") ? [] : [[number, rule]];
  });
}

function doesWhat(rule: ConfigTree): string {
  if (rule.has("exclude")) return "exclude";
  const translation = rule.get("translation") ?? emptyTree;
  const port = only(translation.get("port"));
  return `translation address ${only(translation.get("address"))}${port === "" ? "" : ` port ${port}`}`;
}
