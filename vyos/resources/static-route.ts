/**
 * `protocols static route P` and `route6 P` (vyos-1x: interface-definitions/protocols_static.xml.in). Pure. VyOS takes an
 * empty route and a link-local next-hop without interface in silence; here both are refused.
 */

import { InvalidValue } from "../../errors.ts";
import { type ConfigTree, emptyTree, pathsOf, sameTree, subtree, treeOf } from "../tree.ts";
import { isLinkLocal } from "../values.ts";
import { address, flag, freeText, interfaceName, prefix, whole } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { optional, required } from "./row.ts";

export const staticRoute = resource({
  label: "StaticRoute",
  meaning:
    "where a prefix goes: one of nextHop (with or without interface), interface alone, dhcpInterface, or blackhole",
  owns: "protocols static route P, or route6 P",
  keys: { prefix: required(prefix, { meaning: "IPv4 or IPv6, no bit beyond its length" }) },
  fields: {
    nextHop: optional(address, { at: "next-hop", meaning: "the router to hand it to" }),
    interface: optional(interfaceName, {
      at: ["next-hop {nextHop} interface", "interface"],
      meaning: "where the next-hop is, or, alone, the interface to send it out of",
    }),
    dhcpInterface: optional(interfaceName, {
      at: "dhcp-interface",
      meaning: "by the router that its DHCP lease names; VyOS has no distance for it",
    }),
    blackhole: optional(flag, { at: "blackhole", meaning: "drop it" }),
    distance: optional(whole(1, 255), {
      at: ["next-hop {nextHop} distance", "interface {interface} distance", "blackhole distance"],
      meaning: "administrative distance: the least wins; VyOS's default is 1",
    }),
    description: optional(freeText, { at: "description", meaning: "for people" }),
  },
  paths: (keys) => [["protocols", "static", keys.prefix.includes(":") ? "route6" : "route", keys.prefix]],
  check: (route) => {
    const { prefix: to, nextHop, interface: device, dhcpInterface, blackhole, distance } = route;
    if (dhcpInterface !== undefined) checkLeased(dhcpInterface, to, distance, nextHop ?? device ?? blackhole);
    else if (blackhole && (nextHop ?? device) !== undefined) {
      throw new InvalidValue("blackhole", "true", "excludes nextHop and interface", "keep one of the three");
    } else if (!blackhole && (nextHop ?? device) === undefined) {
      const reason = "is missing, and so are interface and blackhole";
      throw new InvalidValue("nextHop", "", reason, "give one of the three");
    }
    if (nextHop !== undefined) checkNextHop(nextHop, to, device);
  },
  heldOtherwise: (_, running, [node]) => {
    if (node === undefined) return false;
    const held = subtree(running, node.path) ?? emptyTree;
    return !sameTree(held, node.tree) && sameTree(bare(held), node.tree);
  },
});

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

export type StaticRouteArgs = ArgsOf<typeof staticRoute>;

function checkNextHop(nextHop: string, to: string, device: string | undefined): void {
  if (nextHop.includes(":") !== to.includes(":")) {
    const reason = `is of another family than the prefix ${to}`;
    throw new InvalidValue("nextHop", nextHop, reason, "write a next-hop of the prefix's family");
  }
  if (isLinkLocal(nextHop) && device === undefined) {
    const reason = "is link-local, so it names no router without an interface (RFC 4291 section 2.5.6)";
    throw new InvalidValue("nextHop", nextHop, reason, "add the interface, such as eth1");
  }
}

function checkLeased(leased: string, to: string, distance: number | undefined, other: unknown): void {
  if (other !== undefined)
    throw new InvalidValue("dhcpInterface", leased, "excludes every other way", "keep one of them");
  if (to.includes(":"))
    throw new InvalidValue("dhcpInterface", leased, "is for IPv4 alone", "name the next-hop");
  if (distance === undefined) return;
  const reason = "is not to be had with dhcpInterface: VyOS gives such a route its own";
  throw new InvalidValue("distance", String(distance), reason, "leave distance out");
}
