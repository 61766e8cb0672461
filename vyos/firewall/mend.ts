/**
 * The fewest lines that turn a `no` of this very configuration into a `yes`: the tunnel joins the zone or the group of the
 * port that carried the internet before, or a rule goes in front of the one that decides. Pure. Each try is asked again.
 */

import type { Command } from "../commands.ts";
import { declaredPath } from "../declared-path.ts";
import { applyCommands } from "../diff.ts";
import { interfaceNode } from "../interface-node.ts";
import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree, withSubtree } from "../tree.ts";
import { type LanAnswers, lanAnswers, otherWays } from "./lan-answers.ts";
import { only } from "./matchers.ts";
import type { Answer, Packet } from "./packet.ts";
import { addressText } from "./ranges.ts";
import { isOwn, lansOf, type Scene, sceneOf, type Uplink, waysOut } from "./scene.ts";
import { zoneOf, zonesOf } from "./zones.ts";

export interface Mend {
  readonly lines: readonly Command[];
  /** From this number on the uplink's NAT rules fit before one that no line can turn away from them. */
  readonly natRuleBase: number | undefined;
  /** The same by the stack: the keys that say it, and the lines that no key says. */
  readonly byStack: { readonly keys: Readonly<Record<string, string>>; readonly lines: readonly Command[] };
}

type Stopped = Extract<Answer, { kind: "stopped" }>;

/** More steps than any configuration with two families, a zone for each end and a filter before them needs. */
const mostSteps = 16;

/** Undefined: nothing of these kinds mends it. */
export function mend(wanted: ConfigTree, uplink: Uplink, before: ConfigTree = wanted): Mend | undefined {
  let [config, at] = [wanted, uplink];
  let natRuleBase: number | undefined;
  const lines: Command[] = [];
  for (let step = 0; step < mostSteps; step += 1) {
    const first = stops(lanAnswers(config, at, before))[0];
    if (first === undefined) return { lines, natRuleBase, byStack: byStack(wanted, lines) };
    const best = bestOf(config, at, before, first);
    const moved = best === undefined ? renumbered(config, at, first) : undefined;
    if (best === undefined && moved === undefined) return undefined;
    config = best?.next ?? moved?.config ?? config;
    at = moved?.uplink ?? at;
    natRuleBase = moved?.natRuleBase ?? natRuleBase;
    lines.push(...(best?.commands ?? []));
  }
  return undefined;
}

/** The tunnel joins a zone and groups that are there: what the same mend makes only the router's own lines can join. */
function byStack(wanted: ConfigTree, lines: readonly Command[]): Mend["byStack"] {
  const joined = (kind: string): Command[] =>
    lines.filter(({ path }) => {
      const group = path.slice(0, path.indexOf(kind) + 2);
      const joins = path.at(-2) === "interface" && interfaceNode(path.at(-1) ?? "")?.[1] === "tunnel";
      return path.includes(kind) && joins && subtree(wanted, group) !== undefined;
    });
  const [zones, groups] = [joined("zone"), joined("interface-group")];
  const [zone, names] = [zones.map(({ path }) => path[2])[0], groups.map(({ path }) => path[3]).join(",")];
  return {
    keys: { ...(zone && { tunnelZone: zone }), ...(names && { tunnelGroups: names }) },
    lines: lines.filter((line) => !zones.includes(line) && !groups.includes(line)),
  };
}

function bestOf(config: ConfigTree, uplink: Uplink, before: ConfigTree, first: Stopped) {
  const tries = candidates(sceneOf(config, uplink), sceneOf(before, uplink), first).map((commands) => {
    const next = applyCommands(config, commands);
    return { commands, next, stops: stops(lanAnswers(next, uplink, before)) };
  });
  const better = tries.filter((one) => !one.stops.some((stop) => sameStop(stop, first)));
  return better.toSorted((a, b) => a.stops.length - b.stops.length)[0];
}

function stops({ questions }: LanAnswers): Stopped[] {
  return questions.flatMap(({ weight, answer }) =>
    weight === "must" && answer.kind === "stopped" ? [answer] : [],
  );
}

function sameStop(a: Stopped, b: Stopped): boolean {
  const text = ({ by, packet }: Stopped): string =>
    [by.at(-1)?.path.join(" "), packet.family, packet.inbound, packet.outbound, packet.state].join();
  return text(a) === text(b) && a.packet.protocol === b.packet.protocol;
}

function candidates(scene: Scene, before: Scene, { by, packet }: Stopped): Command[][] {
  const path = by.at(-1)?.path ?? [];
  const [way = ""] = waysOut(scene);
  const lans = new Set(lansOf(scene, way).map((lan) => lan.interface));
  const models = otherWays(scene, before, way).filter((name) => !lans.has(name));
  if (path[0] === "nat") return notByTheUplink(scene, path, way);
  if (path.includes("state-policy"))
    return [[{ verb: "delete", path: [...path, "action"] }, set([...path, "action", "accept"])]];
  if (path[0] !== "firewall") return [];
  const inZone = path[1] === "zone";
  return [
    ...(inZone ? joinZone(scene, way, models, lans) : []),
    ...joinGroup(scene, way, models, lans),
    ...(inZone ? letThroughZones(scene, packet, way) : ruleBefore(scene, path, packet)),
    ...(inZone ? ownZone(scene, way) : []),
  ];
}

function set(path: ConfigPath): Command {
  return { verb: "set", path };
}

/** A rule for every way leaves this one to the uplink. What names its ways already is not turned round. */
function notByTheUplink({ config }: Scene, path: ConfigPath, way: string): Command[][] {
  if (subtree(config, [...path, "outbound-interface"]) !== undefined) return [];
  return [[set([...path, "outbound-interface", "name", `!${way}`])]];
}

/** The zone of a port that carries, or carried, the internet; never one of the LAN's. */
function joinZone(
  scene: Scene,
  way: string,
  models: readonly string[],
  lans: ReadonlySet<string>,
): Command[][] {
  if (zoneOf(scene.config, way) !== undefined) return [];
  const inside = new Set([...lans].map((name) => zoneOf(scene.config, name)));
  const zones = new Set(models.map((name) => zoneOf(scene.config, name)));
  return [...zones].flatMap((zone) =>
    zone === undefined || inside.has(zone) ? [] : [[memberLine(scene.config, zone, way)]],
  );
}

function memberLine(config: ConfigTree, zone: string, way: string): Command {
  return set(declaredPath(["firewall", "zone", zone, "interface", way], config));
}

function ownZone({ config }: Scene, way: string): Command[][] {
  if (zoneOf(config, way) !== undefined || zonesOf(config).has("UPLINK")) return [];
  return [[memberLine(config, "UPLINK", way), set(["firewall", "zone", "UPLINK", "default-action", "drop"])]];
}

function joinGroup(
  { config }: Scene,
  way: string,
  models: readonly string[],
  lans: ReadonlySet<string>,
): Command[][] {
  const path = ["firewall", "group", "interface-group"];
  return [...(subtree(config, path) ?? emptyTree)].flatMap(([name, group]) => {
    const members = [...(group.get("interface") ?? emptyTree).keys()];
    const fits = members.some((one) => models.includes(one)) && !members.some((one) => lans.has(one));
    return fits && !members.includes(way) ? [[set([...path, name, "interface", way])]] : [];
  });
}

/** In front of the rule that decides, or behind the last when the default does. */
function ruleBefore({ config }: Scene, path: ConfigPath, packet: Packet): Command[][] {
  const at = path.indexOf("rule");
  const chain = at < 0 ? path.slice(0, -1) : path.slice(0, at);
  const rules = subtree(config, [...chain, "rule"]) ?? emptyTree;
  const number = at < 0 ? numberBehind(rules) : numberBefore(rules, Number(path[at + 1]));
  return number === undefined ? [] : [acceptLines([...chain, "rule", String(number)], packet)];
}

/** VyOS's highest rule number is 999999. */
function numberBehind(rules: ConfigTree): number | undefined {
  const last = Number(sortedWords(rules).at(-1) ?? 0);
  return [last + 10, last + 1].find((number) => number <= 999_999);
}

function numberBefore(rules: ConfigTree, deciding: number): number | undefined {
  for (let number = deciding - 1; number > 0; number -= 1) if (!rules.has(String(number))) return number;
  return undefined;
}

/** As narrow as the question. */
function acceptLines(rule: ConfigPath, packet: Packet): Command[] {
  const { family, inbound, outbound, state, protocol, ports, destination, translated } = packet;
  const words: ConfigPath[] = [
    ["action", "accept"],
    ...(inbound === "" ? [] : [["inbound-interface", "name", inbound]]),
    ...(outbound === "" || state === "established" ? [] : [["outbound-interface", "name", outbound]]),
  ];
  if (state === "established") words.push(["state", "established"], ["state", "related"]);
  else if (family === "ipv6") words.push(["protocol", protocol === 58 ? "ipv6-icmp" : String(protocol)]);
  else if (translated.includes("destination"))
    words.push(
      ["protocol", protocol === 6 ? "tcp" : "udp"],
      ["destination", "address", addressText(destination)],
      ["destination", "port", String(ports?.destination)],
    );
  return words.map((word) => set([...rule, ...word]));
}

/** The rule set from one zone to another is there and decides by itself, or it is made. */
function letThroughZones({ config }: Scene, packet: Packet, way: string): Command[][] {
  const [from, to] = [zoneOf(config, packet.inbound), zoneOf(config, packet.outbound)];
  if (from === undefined || to === undefined || from === to) return [];
  const name = packet.inbound === way || packet.outbound === "" ? "UPLINK-IN" : "UPLINK-OUT";
  const chain = ["firewall", packet.family, "name", name];
  const word = packet.family === "ipv4" ? "name" : "ipv6-name";
  const join = ["firewall", "zone", to, "from", from, "firewall", word];
  if (only(subtree(config, join)) !== "") return [];
  const number = numberBehind(subtree(config, [...chain, "rule"]) ?? emptyTree) ?? 0;
  const lines = acceptLines([...chain, "rule", String(number)], packet);
  return [[set([...chain, "default-action", "drop"]), ...lines, set([...join, name])]];
}

/** The uplink's own rules as they are, before the foreign one that takes its packets. */
function renumbered(config: ConfigTree, { own, ...rest }: Uplink, { by }: Stopped) {
  const path = ["nat", "source", "rule"];
  const foreign = by.at(-1)?.path;
  if (foreign?.[0] !== "nat" || foreign[1] !== "source") return undefined;
  const rules = subtree(config, path) ?? emptyTree;
  const mine = sortedWords(rules).filter((number) => isOwn({ own, ...rest }, [...path, number]));
  const base = freeBefore(rules, Number(foreign[3]), mine.length);
  if (base === undefined) return undefined;
  const without = mine.reduce((tree, number) => withSubtree(tree, [...path, number], undefined), config);
  const moved = mine.map((number, index) => ({
    path: [...path, String(base + index)],
    rule: rules.get(number),
  }));
  return {
    config: moved.reduce((tree, one) => withSubtree(tree, one.path, one.rule), without),
    uplink: { ...rest, own: [...own, ...moved.map((one) => one.path)] },
    natRuleBase: base,
  };
}

function freeBefore(rules: ConfigTree, foreign: number, count: number): number | undefined {
  for (let base = foreign - count; base > 0; base -= 1) {
    if (Array.from({ length: count }, (_, index) => rules.has(String(base + index))).every((taken) => !taken))
      return base;
  }
  return undefined;
}
