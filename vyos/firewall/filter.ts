/**
 * `firewall ipv4|ipv6` as chains: the hooks, named rule sets, global state policy, zones (vyos-1x:
 * data/templates/firewall/nftables.j2). Pure. Chains are made when a packet first comes by, once.
 */

import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree } from "../tree.ts";
import { type Action, always, answerOf, type Step, unknown } from "./chains.ts";
import { groupsOf } from "./groups.ts";
import { matcherOf, only, type Surroundings } from "./matchers.ts";
import type { Answer, Family, Hook, Packet } from "./packet.ts";
import { zoneChain } from "./zones.ts";

export interface Filter {
  /** What the hook makes of a packet. */
  ask(hook: Hook, packet: Packet): Answer;
}

/** What `firewall` may hold; anything else is another version's, and nobody knows what it does. */
const known = new Set(["ipv4", "ipv6", "group", "zone", "global-options", "flowtable", "bridge"]);

export function surroundings(config: ConfigTree): (family: Family, use: "filter" | "nat") => Surroundings {
  const groups = groupsOf(config);
  const ipsec = subtree(config, ["vpn", "ipsec"]) !== undefined;
  return (family, use) => ({ family, groups, ipsec, nat: use === "nat" });
}

export function filterOf(config: ConfigTree, at = surroundings(config)): Filter {
  const firewall = config.get("firewall");
  const made = new Map<string, readonly Step[]>();
  const once = (key: string, make: () => readonly Step[]): readonly Step[] => {
    const chain = made.get(key) ?? make();
    made.set(key, chain);
    return chain;
  };
  const named = (family: Family, name: string): Action => ({
    kind: "jump",
    to: () =>
      once(`${family} ${name}`, () => {
        const path = ["firewall", family, "name", name];
        const set = subtree(config, path);
        return set === undefined ? [unknown(path, "not there")] : rulesOf(path, set, "drop", family);
      }),
  });
  const rulesOf = (path: ConfigPath, set: ConfigTree, otherwise: string, family: Family): Step[] =>
    ruleSteps(path, set, otherwise, at(family, "filter"), (name) => named(family, name));
  const base = (family: Family, hook: Hook, priority: "raw" | "filter"): readonly Step[] =>
    once(`${family} ${hook} ${priority}`, () => {
      const path = ["firewall", family, hook, priority];
      const policy = priority === "filter" ? statePolicy(firewall ?? emptyTree) : [];
      return [...policy, ...rulesOf(path, subtree(config, path) ?? emptyTree, "accept", family)];
    });
  const zone = (family: Family, hook: Hook): readonly Step[] =>
    once(`${family} ${hook} zones`, () => {
      const chain = zoneChain(config, family, hook, named);
      return chain.length === 0 ? [] : [...statePolicy(firewall ?? emptyTree), ...chain];
    });
  const strange = [...(firewall?.keys() ?? [])].filter((word) => !known.has(word));
  return {
    ask(hook, packet) {
      if (firewall === undefined) return answerOf([], packet);
      const { family } = packet;
      // Connection tracking comes after the raw chains, which find every packet invalid.
      const raw = answerOf([base(family, hook, "raw")], { ...packet, state: "invalid" });
      if (hook === "prerouting" || raw.kind === "stopped") return raw;
      const chains = [base(family, hook, "filter"), zone(family, hook)];
      return answerOf([...strange.map((word) => [unknown(["firewall"], word)]), ...chains], packet);
    },
  };
}

function statePolicy(firewall: ConfigTree): Step[] {
  const path = ["global-options", "state-policy"];
  const policy = subtree(firewall, path) ?? emptyTree;
  return ["established", "invalid", "related"].flatMap((state): Step[] => {
    const does = only(policy.get(state)?.get("action"));
    if (does === "") return [];
    const matches = (packet: Packet) => (packet.state === state ? [] : undefined);
    return [{ path: ["firewall", ...path, state], does, matches, action: actionOf(does) }];
  });
}

const otherWords = new Set([
  ...["rule", "default-action", "default-jump-target", "default-log", "enable-default-log", "description"],
]);

/** The rules by number, then the default. */
export function ruleSteps(
  path: ConfigPath,
  set: ConfigTree,
  otherwise: string,
  at: Surroundings,
  jump: (name: string) => Action,
): Step[] {
  const rules = set.get("rule") ?? emptyTree;
  const steps = sortedWords(rules).flatMap((number): Step[] => {
    const rule = rules.get(number) ?? emptyTree;
    if (rule.has("disable")) return [];
    const does = only(rule.get("action"));
    const action = does === "jump" ? jump(only(rule.get("jump-target"))) : actionOf(does);
    return [{ path: [...path, "rule", number], does, matches: matcherOf(rule, at), action }];
  });
  const strange = [...set.keys()].filter((word) => !otherWords.has(word));
  const does = only(set.get("default-action")) || otherwise;
  const action = does === "jump" ? jump(only(set.get("default-jump-target"))) : actionOf(does);
  return [
    ...steps,
    ...strange.map((word) => unknown(path, word)),
    { path: [...path, "default-action"], does, matches: always, action },
  ];
}

function actionOf(does: string): Action {
  switch (does) {
    case "accept":
    case "return":
    case "continue":
      return { kind: does };
    case "drop":
    case "reject":
      return { kind: "stop" };
    // It hands the flow's later packets to the flow table and lets this one go on.
    case "offload":
      return { kind: "continue" };
    default:
      return { kind: "unknown", words: `action ${does}` };
  }
}
