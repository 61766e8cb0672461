/** A configuration as packets of the LAN meet it: by which device IPv4 leaves, who stands behind the router, what a flow meets out and in. Pure. */

import { type ConfigPath, type ConfigTree, emptyTree, subtree } from "../tree.ts";
import { type Filter, filterOf, surroundings } from "./filter.ts";
import { type Interface, interfacesOf, type Network, networksOf } from "./interfaces.ts";
import { only } from "./matchers.ts";
import { natOf, numbered, type Translation } from "./nat.ts";
import { type Answer, type Packet, passes, together } from "./packet.ts";
import { addressRange, addressValue } from "./ranges.ts";
import { type Routing, routeOf, waysOf } from "./routes.ts";

export interface Uplink {
  /** The paths that the uplink declares: a rule met there does what it should. */
  readonly own: readonly ConfigPath[];
  /** `napt: exact`: a table beside VyOS's translates before any rule of the configuration is met. */
  readonly translatesFirst: boolean;
}

export interface Scene {
  readonly config: ConfigTree;
  readonly uplink: Uplink;
  readonly filter: Filter;
  readonly source: (packet: Packet) => Translation;
  readonly destination: (packet: Packet) => Translation;
  readonly interfaces: readonly Interface[];
  readonly networks: readonly Network[];
  readonly routing: Routing;
}

export function sceneOf(config: ConfigTree, uplink: Uplink): Scene {
  const at = surroundings(config);
  const interfaces = interfacesOf(config);
  const networks = networksOf(interfaces);
  return {
    ...{ config, uplink, interfaces, networks },
    filter: filterOf(config, at),
    source: natOf(config, "source", at("ipv4", "nat")),
    destination: natOf(config, "destination", at("ipv4", "nat")),
    routing: { config, networks, at: at("ipv4", "filter") },
  };
}

/** By the default routes of the configuration; those of DHCP and PPPoE are in force only without one. */
export function waysOut({ config, networks, interfaces }: Scene): string[] {
  const ways = ["failover", "static"].flatMap((kind) =>
    waysOf(subtree(config, ["protocols", kind, "route", "0.0.0.0/0"]) ?? emptyTree, networks),
  );
  if (ways.length > 0) return [...new Set(ways)];
  return interfaces
    .filter(({ path, node }) => path[1] === "pppoe" || subtree(node, ["address", "dhcp"]) !== undefined)
    .map(({ name }) => name);
}

/** Ends of no wire: nobody stands behind them. */
const nobodyBehind = new Set(["loopback", "dummy"]);

/**
 * The networks behind the router: private, and nobody translates what leaves towards them, for that is an uplink's port. Where
 * all are such ports, one of them is the LAN too: the other router stands on it.
 */
export function lansOf({ config, interfaces, networks, uplink }: Scene, way: string): Network[] {
  const translated = new Set(
    numbered(subtree(config, ["nat", "source", "rule"]))
      .filter(([number]) => !isOwn(uplink, ["nat", "source", "rule", number]))
      .map(([, rule]) => only(subtree(rule, ["outbound-interface", "name"]))),
  );
  const behind = networks.filter((network) => {
    const kind = interfaces.find(({ name }) => name === network.interface)?.path[1] ?? "";
    if (nobodyBehind.has(kind) || (kind === "tunnel" && network.interface === way)) return false;
    return privateRanges.some(([from, to]) => from <= network.address && network.address <= to);
  });
  const lans = behind.filter((network) => !translated.has(network.interface));
  return lans.length > 0 ? lans : behind;
}

/** RFC 1918 and RFC 6598. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"].flatMap((text) => {
  const range = addressRange(text);
  return range === undefined ? [] : [range];
});

/** The far end of a tunnel, and the port by which it is reached. */
export interface Outer {
  readonly device: string;
  readonly local: bigint;
  readonly remote: bigint;
}

export function outerOf({ config, interfaces, networks }: Scene, way: string): Outer | undefined {
  const node = interfaces.find(({ name }) => name === way)?.node ?? emptyTree;
  const [local, remote] = ["source-address", "remote"].map((word) => addressValue(only(node.get(word))));
  if (local === undefined || remote === undefined) return undefined;
  const routes = [...(subtree(config, ["protocols", "static", "route6"]) ?? emptyTree)];
  const [routed] = routes.flatMap(([prefix, route]) => {
    const range = addressRange(prefix);
    return range && range[0] <= remote && remote <= range[1] ? waysOf(route, networks) : [];
  });
  const device = only(node.get("source-interface")) || routed;
  return device === undefined ? undefined : { device, local, remote };
}

export function isOwn(uplink: Uplink, path: ConfigPath): boolean {
  return uplink.own.some((own) => own.every((word, index) => path[index] === word));
}

export function answerTo(packet: Packet): Packet {
  const { ports } = packet;
  return {
    ...packet,
    inbound: packet.outbound,
    outbound: packet.inbound,
    source: packet.destination,
    destination: packet.source,
    ports: ports && { source: ports.destination, destination: ports.source },
    icmpType: packet.icmpType === undefined ? undefined : 0,
    tcpFlags: packet.protocol === 6 ? ["syn", "ack"] : [],
    state: "established",
  };
}

/** Out and its answer in, by the filters alone. */
export function filtered({ filter }: Scene, packet: Packet): Answer {
  const back = answerTo(packet);
  const raw = (one: Packet): Answer => filter.ask("prerouting", { ...one, outbound: "" });
  if (packet.inbound === "")
    return together([filter.ask("output", packet), raw(back), filter.ask("input", back)]);
  return together([raw(packet), filter.ask("forward", packet), raw(back), filter.ask("forward", back)]);
}

/** The same with everything that may lead it another way or translate it otherwise. */
export function crosses(scene: Scene, packet: Packet): Answer {
  const coming = scene.destination({ ...packet, outbound: "" });
  const redirected: Answer =
    coming.by === undefined ? doubted(coming) : { kind: "elsewhere", by: [coming.by] };
  const way = packet.outbound;
  const stations = packet.inbound === "" ? [] : [redirected, routeOf(scene.routing, packet, way)];
  return together([...stations, filtered(scene, packet), translated(scene, packet)]);
}

function doubted({ doubts }: Translation): Answer {
  return doubts.length === 0 ? passes : { kind: "cannot tell", words: doubts };
}

/** Only an uplink that brings rules of its own wants to be the one that translates. */
function translated(scene: Scene, packet: Packet): Answer {
  const { uplink, config, source } = scene;
  const own = [...(subtree(config, ["nat", "source", "rule"]) ?? emptyTree)].flatMap(([number, rule]) => {
    const device = only(subtree(rule, ["outbound-interface", "name"]));
    return device === packet.outbound && isOwn(uplink, ["nat", "source", "rule", number]) ? [rule] : [];
  });
  if (own.length === 0 || uplink.translatesFirst) return passes;
  const translation = source(packet);
  const { by } = translation;
  if (by === undefined || isOwn(uplink, by.path) || isHarmless(by.rule, own)) return doubted(translation);
  return { kind: "stopped", by: [by], packet };
}

/** To the uplink's own address, and to ports that are its own: the relay sees no difference. */
function isHarmless(rule: ConfigTree, own: readonly ConfigTree[]): boolean {
  const to = (one: ConfigTree, word: string): string => only(subtree(one, ["translation", word]));
  const mine = own.map((one) => to(one, "port")).filter((port) => port !== "");
  const address = to(rule, "address");
  const same = own.some((one) => to(one, "address") === address) || address === "masquerade";
  return same && !rule.has("exclude") && (mine.length === 0 || mine.includes(to(rule, "port")));
}
