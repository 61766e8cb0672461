/**
 * `protocols static route P` and `route6 P` (vyos-1x: interface-definitions/protocols_static.xml.in). Pure. VyOS takes an
 * empty route and a link-local next-hop without interface in silence; here both are refused.
 */

import { InvalidValue } from "../../errors.ts";
import { type ConfigTree, emptyTree, pathsOf, sameTree, subtree, treeOf } from "../tree.ts";
import {
  type FreeText,
  type InterfaceName,
  type Ipv4,
  type Ipv4Prefix,
  type Ipv6,
  type Ipv6Prefix,
  isLinkLocal,
  parseAddress,
  parseFreeText,
  parseInterfaceName,
  parseIpv4,
  parseIpv6,
  parsePortRange,
  parsePrefix,
  parseWhole,
} from "../values.ts";
import { type Inputs, optional, optionalText, readObject, requiredText, textList } from "./inputs.ts";
import type { ResourceModel } from "./resource.ts";

export interface StaticRouteArgs {
  /** IPv4 or IPv6, no bit beyond its length. */
  readonly prefix: string;
  /** One of nextHop (with or without interface), interface alone, dhcpInterface, or blackhole. */
  readonly nextHop?: string;
  readonly interface?: string;
  /** By the router that this interface's DHCP lease names; VyOS has no distance for it. */
  readonly dhcpInterface?: string;
  readonly blackhole?: true;
  /** Administrative distance, 1-255. */
  readonly distance?: number;
  readonly description?: string;
  /** Configuration paths that must stand before this route may. */
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** How to see, from the router, that IPv4 goes out by this route; only then is it kept and saved. */
  readonly probe?: RouteProbeArgs;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export type RouteProbeArgs =
  | { readonly gateway: string }
  | { readonly interface: string }
  /** `sourcePorts` as 5136-5151: own ports of the shared address. */
  | {
      readonly borderRelay: string;
      readonly sourceAddress: string;
      readonly sourcePorts: string;
      /** IPv4 address:port, asked instead of probeTargets. */
      readonly targets?: readonly string[];
    };

export type RouteTarget =
  | { readonly kind: "nextHop"; readonly address: Ipv4 | Ipv6; readonly interface: InterfaceName | undefined }
  | { readonly kind: "interface" | "dhcp-interface"; readonly interface: InterfaceName }
  | { readonly kind: "blackhole" };

export interface StaticRouteValue {
  readonly prefix: Ipv4Prefix | Ipv6Prefix;
  readonly target: RouteTarget;
  /** Administrative distance, 1-255; VyOS's default is 1. */
  readonly distance: number | undefined;
  readonly description: FreeText | undefined;
  /** Configuration paths that must stand before this route may: never a default route into a tunnel that is not there. */
  readonly requires: readonly string[];
  /** How to see that IPv4 goes out by this route once it is committed. */
  readonly probe: RouteProbe | undefined;
}

/** `tunnel`: from the shared address with an own port, the border relay first. `gateway`: by the router that does MAP-E. `interface`: by whoever is at its far end. */
export type RouteProbe =
  | {
      readonly kind: "tunnel";
      readonly borderRelay: Ipv6;
      readonly sourceAddress: Ipv4;
      /** Both ends included; each attempt takes the next, for the last one's may still be in use. */
      readonly sourcePorts: readonly [number, number];
      /** Whom to ask instead of probeTargets. */
      readonly targets: readonly { readonly host: Ipv4; readonly port: number }[] | undefined;
    }
  | { readonly kind: "gateway"; readonly gateway: Ipv4 }
  | { readonly kind: "interface"; readonly interface: InterfaceName };

export const staticRouteModel: ResourceModel<StaticRouteValue> = {
  identity: ["prefix"],
  id: (route) => routePath(route.prefix).join(" "),
  parse: parseStaticRoute,
  nodes: (route) => [{ path: routePath(route.prefix), tree: treeOf(lines(route)) }],
  heldOtherwise: (route, running) => {
    const held = subtree(running, routePath(route.prefix)) ?? emptyTree;
    const shall = treeOf(lines(route));
    return !sameTree(held, shall) && sameTree(bare(held), shall);
  },
};

/** eBGP's distance, the least of all that comes from elsewhere (FRR's zebra: route_info): below it the figure changes nothing. */
const leastOfOthers = 20;

/** Without what changes nothing: a description, and a distance that is the best in any case. */
function bare(route: ConfigTree): ConfigTree {
  const paths = pathsOf(route).flatMap((path) => {
    const [word, , inner, value] = path;
    if (word === "description") return [];
    return inner === "distance" && Number(value) < leastOfOthers ? [path.slice(0, 2)] : [path];
  });
  return treeOf(paths);
}

function parseStaticRoute(inputs: Inputs): StaticRouteValue {
  const prefix = parsePrefix("prefix", requiredText(inputs, "prefix"));
  const target = parseTarget(inputs);
  if (target.kind === "nextHop") {
    if (target.address.includes(":") !== prefix.includes(":")) {
      const reason = `is of another family than the prefix ${prefix}`;
      throw new InvalidValue("nextHop", target.address, reason, "write a next-hop of the prefix's family");
    }
    if (isLinkLocal(target.address) && target.interface === undefined) {
      const reason = "is link-local, so it names no router without an interface (RFC 4291 section 2.5.6)";
      throw new InvalidValue("nextHop", target.address, reason, "add the interface, such as eth1");
    }
  }
  if (target.kind === "dhcp-interface" && prefix.includes(":"))
    throw new InvalidValue("dhcpInterface", target.interface, "is for IPv4 alone", "name the next-hop");
  if (target.kind === "dhcp-interface" && inputs.distance !== undefined) {
    const reason = "is not to be had with dhcpInterface: VyOS gives such a route its own";
    throw new InvalidValue("distance", String(inputs.distance), reason, "leave distance out");
  }
  return {
    prefix,
    target,
    distance: optional(inputs, "distance", (field, text) => parseWhole(field, text, 1, 255)),
    description: optional(inputs, "description", parseFreeText),
    requires: textList(inputs, "requires"),
    probe: inputs.probe === undefined ? undefined : parseProbe(readObject("probe", inputs.probe)),
  };
}

/** With `gateway`: by another router. Otherwise: by a tunnel, from a shared address. */
export function parseProbe(inputs: Inputs): RouteProbe {
  const gateway = optional(inputs, "gateway", parseIpv4);
  if (gateway !== undefined) return { kind: "gateway", gateway };
  const device = optional(inputs, "interface", parseInterfaceName);
  if (device !== undefined) return { kind: "interface", interface: device };
  const [from = "", to = from] = parsePortRange("sourcePorts", requiredText(inputs, "sourcePorts")).split(
    "-",
  );
  return {
    kind: "tunnel",
    borderRelay: parseIpv6("borderRelay", requiredText(inputs, "borderRelay")),
    sourceAddress: parseIpv4("sourceAddress", requiredText(inputs, "sourceAddress")),
    sourcePorts: [Number(from), Number(to)],
    targets: inputs.targets === undefined ? undefined : textList(inputs, "targets").map(parseTargetAddress),
  };
}

function parseTargetAddress(text: string): { host: Ipv4; port: number } {
  const [host = "", port] = text.split(":");
  return { host: parseIpv4("targets", host), port: parseWhole("targets", port, 1, 65_535) };
}

/** `nextHop` with or without `interface`, `interface` alone, `dhcpInterface`, or `blackhole: true`. */
function parseTarget(inputs: Inputs): RouteTarget {
  const nextHop = optionalText(inputs, "nextHop");
  const device = optional(inputs, "interface", parseInterfaceName);
  const leased = optional(inputs, "dhcpInterface", parseInterfaceName);
  if (leased !== undefined) {
    if ((nextHop ?? device ?? inputs.blackhole) === undefined)
      return { kind: "dhcp-interface", interface: leased };
    throw new InvalidValue("dhcpInterface", leased, "excludes every other way", "keep one of them");
  }
  if (inputs.blackhole === true) {
    if (nextHop !== undefined || device !== undefined) {
      throw new InvalidValue("blackhole", "true", "excludes nextHop and interface", "keep one of the three");
    }
    return { kind: "blackhole" };
  }
  if (nextHop !== undefined) {
    return { kind: "nextHop", address: parseAddress("nextHop", nextHop), interface: device };
  }
  if (device !== undefined) return { kind: "interface", interface: device };
  throw new InvalidValue(
    "nextHop",
    "",
    "is missing, and so are interface and blackhole",
    "give one of the three",
  );
}

function routePath(prefix: string): string[] {
  return ["protocols", "static", prefix.includes(":") ? "route6" : "route", prefix];
}

function lines(route: StaticRouteValue): string[][] {
  const description = route.description === undefined ? [] : [["description", route.description]];
  const via = targetPath(route.target);
  const distance = route.distance === undefined ? [] : [[...via, "distance", String(route.distance)]];
  const through =
    route.target.kind === "nextHop" && route.target.interface !== undefined
      ? [[...via, "interface", route.target.interface]]
      : [];
  return [...description, via, ...distance, ...through];
}

function targetPath(target: RouteTarget): string[] {
  switch (target.kind) {
    case "nextHop":
      return ["next-hop", target.address];
    case "interface":
    case "dhcp-interface":
      return [target.kind, target.interface];
    case "blackhole":
      return ["blackhole"];
    default:
      return target satisfies never;
  }
}
