/**
 * Who may take a packet another way than the default route: a VRF, WAN load balancing, policy routes, a narrower route. Pure.
 * What cannot be known here, such as routes learned from neighbours, is left out.
 */

import { type ConfigTree, emptyTree, subtree } from "../tree.ts";
import type { Network } from "./interfaces.ts";
import { matcherOf, nameMatches, only, type Surroundings } from "./matchers.ts";
import { numbered } from "./nat.ts";
import { type Answer, type Met, type Packet, passes, together } from "./packet.ts";
import { addressRange, addressValue } from "./ranges.ts";

/** A table that the packet is looked up in before the main one; the lower comes first. */
interface Lookup {
  readonly preference: number;
  readonly table: string;
  readonly met: Met;
  readonly doubts: readonly string[];
}

export interface Routing {
  readonly config: ConfigTree;
  readonly networks: readonly Network[];
  readonly at: Surroundings;
}

/** Does the packet, when it has come in, leave by `way`? */
export function routeOf(routing: Routing, packet: Packet, way: string): Answer {
  const { networks } = routing;
  const vrf = (name: string) => networks.find((one) => one.interface === name)?.vrf;
  if (vrf(packet.inbound) !== vrf(way)) {
    const path = ["interfaces", packet.inbound, "vrf", vrf(packet.inbound) ?? "default"];
    return { kind: "elsewhere", by: [{ path, does: "vrf" }] };
  }
  return together([balanced(routing, packet), lookedUp(routing, packet, way)]);
}

/** The first rule decides, and one that is not `exclude` shares the flows out among its interfaces. */
function balanced({ config, at }: Routing, packet: Packet): Answer {
  const path = ["load-balancing", "wan", "rule"];
  for (const [number, rule] of numbered(subtree(config, path))) {
    const doubts = matcherOf(rule, at)(packet);
    if (doubts === undefined) continue;
    const at_ = [...path, number];
    if (doubts.length > 0)
      return { kind: "cannot tell", words: doubts.map((word) => `${at_.join(" ")}: ${word}`) };
    return rule.has("exclude") ? passes : { kind: "elsewhere", by: [{ path: at_, does: "load-balancing" }] };
  }
  return passes;
}

function lookedUp(routing: Routing, packet: Packet, way: string): Answer {
  const marked = policyRoutes(routing, packet);
  if (marked.stopped !== undefined) return { kind: "stopped", by: [marked.stopped], packet };
  const lookups = [...marked.lookups, ...localRoutes(routing, packet, marked.mark)];
  const words = [...marked.doubts];
  for (const { table, met, doubts } of lookups.toSorted((a, b) => a.preference - b.preference)) {
    const goes = inTable(routing, table, packet, way);
    if (goes === undefined) continue;
    if (doubts.length === 0) return goes === "this way" ? finish(words) : { kind: "elsewhere", by: [met] };
    if (goes === "another") words.push(...doubts.map((word) => `${met.path.join(" ")}: ${word}`));
  }
  const narrower = inTable(routing, "main", packet, way, 1);
  if (narrower === "another")
    return { kind: "elsewhere", by: [{ path: ["protocols", "static", "route"], does: "narrower" }] };
  return finish(words);
}

function finish(words: readonly string[]): Answer {
  return words.length === 0 ? passes : { kind: "cannot tell", words };
}

interface Marked {
  readonly lookups: readonly Lookup[];
  readonly mark: string;
  readonly stopped: Met | undefined;
  readonly doubts: readonly string[];
}

/** `policy route`: the table that its first rule names goes into the packet's mark (python/vyos/firewall.py). */
function policyRoutes({ config, at }: Routing, packet: Packet): Marked {
  const lookups: Lookup[] = [];
  const doubts: string[] = [];
  let mark = "0";
  for (const [name, policy] of subtree(config, ["policy", "route"]) ?? emptyTree) {
    const ports = [...(policy.get("interface") ?? emptyTree).keys()];
    if (!ports.some((port) => nameMatches(port, packet.inbound))) continue;
    for (const [number, rule] of numbered(policy.get("rule"))) {
      const words = matcherOf(rule, at)(packet);
      if (words === undefined) continue;
      const path = ["policy", "route", name, "rule", number];
      const [action, set] = [only(rule.get("action")), rule.get("set") ?? emptyTree];
      const table = set.has("vrf") ? `vrf ${only(set.get("vrf"))}` : only(set.get("table"));
      if (action === "drop" && words.length === 0)
        return { lookups, mark, stopped: { path, does: action }, doubts };
      if (action === "drop") doubts.push(...words.map((word) => `${path.join(" ")}: ${word}`));
      if (set.has("mark") && words.length === 0) mark = only(set.get("mark"));
      if (table !== "")
        lookups.push({
          preference: Number(table) || 254,
          table,
          met: { path, does: `table ${table}` },
          doubts: words,
        });
      if (words.length === 0 && (table !== "" || action !== "")) break;
    }
  }
  return { lookups, mark, stopped: undefined, doubts };
}

/** `policy local-route`: rules of the kernel's own, by number; they are asked for what is forwarded too. */
function localRoutes({ config, at }: Routing, packet: Packet, mark: string): Lookup[] {
  return numbered(subtree(config, ["policy", "local-route", "rule"])).flatMap(([number, rule]) => {
    const doubts = matcherOf(rule, at)(packet);
    if (doubts === undefined || (rule.has("fwmark") && only(rule.get("fwmark")) !== mark)) return [];
    const table = only(subtree(rule, ["set", "table"]));
    const met = { path: ["policy", "local-route", "rule", number], does: `table ${table}` };
    return [{ preference: Number(number), table, met, doubts }];
  });
}

/** By the longest prefix that holds the destination; undefined: the table has none, and the next one is asked. */
function inTable(
  { config, networks }: Routing,
  table: string,
  { destination, family }: Packet,
  way: string,
  shortest = 0,
): "this way" | "another" | undefined {
  if (table.startsWith("vrf ")) return "another";
  const place = table === "main" || table === "254" ? [] : ["table", table];
  const word = family === "ipv4" ? "route" : "route6";
  const routes = subtree(config, ["protocols", "static", ...place, word]) ?? emptyTree;
  let best: { readonly length: number; readonly route: ConfigTree } | undefined;
  for (const [prefix, route] of routes) {
    const range = addressRange(prefix);
    const length = Number(prefix.split("/")[1]);
    if (range === undefined || destination < range[0] || range[1] < destination) continue;
    if (length >= shortest && (best === undefined || best.length < length)) best = { length, route };
  }
  if (best === undefined) return undefined;
  return waysOf(best.route, networks).includes(way) ? "this way" : "another";
}

/** The interfaces by which a route leaves. */
export function waysOf(route: ConfigTree, networks: readonly Network[]): string[] {
  const hops = [...(route.get("next-hop") ?? emptyTree)].flatMap(([hop, node]) => {
    const value = addressValue(hop);
    const named = only(node.get("interface"));
    if (named !== "") return [named];
    return networks
      .filter(({ range }) => value !== undefined && range[0] <= value && value <= range[1])
      .map((network) => network.interface);
  });
  const words = ["interface", "dhcp-interface"].flatMap((word) => [...(route.get(word) ?? emptyTree).keys()]);
  return [...words, ...hops];
}
