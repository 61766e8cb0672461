/**
 * Zones as the chains that VyOS makes of them, one priority after the filter's (vyos-1x:
 * data/templates/firewall/nftables-zone.j2). Pure. The chain is chosen by the outgoing interface, the rule in it by the incoming one.
 */

import { type ConfigPath, type ConfigTree, emptyTree, subtree } from "../tree.ts";
import { type Action, always, type Step, unknown } from "./chains.ts";
import { vrfOf } from "./interfaces.ts";
import { type Matcher, nameMatches, only } from "./matchers.ts";
import type { Family, Hook } from "./packet.ts";

export function zonesOf(config: ConfigTree): ConfigTree {
  return subtree(config, ["firewall", "zone"]) ?? emptyTree;
}

/** The zone of an interface; undefined: none. Empty is the router's own. */
export function zoneOf(config: ConfigTree, name: string): string | undefined {
  return [...zonesOf(config)].find(([, zone]) =>
    name === "" ? zone.has("local-zone") : holds(config, zone, name),
  )?.[0];
}

/** 1.4 has `interface`, rolling `member interface` and `member vrf`. */
function holds(config: ConfigTree, zone: ConfigTree, name: string): boolean {
  const member = zone.get("member");
  const members = [...(zone.get("interface")?.keys() ?? []), ...(member?.get("interface")?.keys() ?? [])];
  const vrfs = member?.get("vrf");
  return members.some((one) => nameMatches(one, name)) || vrfs?.has(vrfOf(config, name)) === true;
}

export function zoneChain(
  config: ConfigTree,
  family: Family,
  hook: Hook,
  named: (family: Family, name: string) => Action,
): Step[] {
  const zones = zonesOf(config);
  const setWord = family === "ipv4" ? "name" : "ipv6-name";
  const member =
    (name: string, end: "inbound" | "outbound"): Matcher =>
    (packet) =>
      holds(config, zones.get(name) ?? emptyTree, packet[end]) ? [] : undefined;

  /** A rule set, and what it lets fall is let go. Without one of this family: nothing. */
  const setSteps = (path: ConfigPath, matches: Matcher): Step[] => {
    const set = only(subtree(config, path));
    return set === "" ? [] : [{ path, does: set, matches, action: named(family, set) }, letGo(path, matches)];
  };
  const from = (zone: string, other: string, matches: Matcher): Step[] =>
    setSteps(["firewall", "zone", zone, "from", other, "firewall", setWord], matches);
  const isLocal = (name: string): boolean => zones.get(name)?.has("local-zone") ?? false;
  const fromOthers = (name: string): Step[] =>
    [...(zones.get(name)?.get("from") ?? emptyTree).keys()].flatMap((other) =>
      isLocal(other) ? [] : from(name, other, member(other, "inbound")),
    );
  const intra = (name: string): Step[] => {
    const path = ["firewall", "zone", name, "intra-zone-filtering"];
    const inside = member(name, "inbound");
    if (only(subtree(config, [...path, "action"])) === "drop")
      return [{ path, does: "drop", matches: inside, action: { kind: "stop" } }];
    return [...setSteps([...path, "firewall", setWord], inside), letGo(path, inside)];
  };
  const stepsOf = (name: string): Step[] | undefined => {
    if (!isLocal(name)) return hook === "forward" ? [...intra(name), ...fromOthers(name)] : undefined;
    const path = ["firewall", "zone", name];
    if (hook === "input")
      return [letGo(path, ({ inbound }) => (inbound === "lo" ? [] : undefined)), ...fromOthers(name)];
    if (hook !== "output") return undefined;
    const loopback = letGo(path, ({ outbound }) => (outbound === "lo" ? [] : undefined));
    const others = [...zones.keys()].filter((other) => other !== name);
    return [loopback, ...others.flatMap((other) => from(other, name, member(other, "outbound")))];
  };

  return [...zones].flatMap(([name, zone]): Step[] => {
    const steps = stepsOf(name);
    if (steps === undefined) return [];
    const below = [...steps, ...lastSteps(["firewall", "zone", name], zone)];
    const matches = isLocal(name) ? always : member(name, "outbound");
    return [
      { path: ["firewall", "zone", name], does: "zone", matches, action: { kind: "jump", to: () => below } },
    ];
  });
}

function letGo(path: ConfigPath, matches: Matcher): Step {
  return { path, does: "return", matches, action: { kind: "return" } };
}

const knownWords = new Set([
  ...["interface", "member", "from", "local-zone", "default-action", "intra-zone-filtering"],
  ...["description", "default-log", "enable-default-log"],
]);

/** What nobody here understands may do anything; else the default. */
function lastSteps(path: ConfigPath, zone: ConfigTree): Step[] {
  const does = only(zone.get("default-action")) || "drop";
  const strange = [...zone.keys()].filter((word) => !knownWords.has(word));
  return [
    ...strange.map((word) => unknown(path, word)),
    {
      path: [...path, "default-action"],
      does,
      matches: always,
      action: { kind: does === "accept" ? "accept" : "stop" },
    },
  ];
}
