/**
 * `protocols failover route P next-hop A`: a route that the router takes back by itself while its checks fail (vyos-1x:
 * interface-definitions/protocols_failover.xml.in, src/helpers/vyos-failover.py). Pure. The targets are a multi leaf in 1.4
 * and a tag node in rolling; the words are the same.
 */

import { InvalidValue } from "../../errors.ts";
import { treeOf } from "../tree.ts";
import { parsePrefix } from "../values.ts";
import { choice, interfaceName, ipv4, list, text, whole } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { linesOf, preset, required } from "./row.ts";

const ipv4Prefix = text("IPv4 prefix", (field, given) => {
  const parsed = parsePrefix(field, given);
  if (!parsed.includes(":")) return parsed;
  throw new InvalidValue(field, given, "is IPv6, and VyOS fails over IPv4 alone", "write 0.0.0.0/0");
});

const addresses = list(ipv4, "sorted");
const targets: typeof addresses = {
  ...addresses,
  parse: (field, given) => {
    const all = addresses.parse(field, given);
    const twice = all.find((target, index) => target === all[index - 1]);
    if (twice !== undefined)
      throw new InvalidValue(field, twice, "stands there twice", "keep one of the two");
    if (all.length > 0) return all;
    throw new InvalidValue(field, "", "names nobody to ask", "write addresses that answer TCP");
  },
};

const hop = (leaf: string): string => `next-hop {nextHop} ${leaf}`;

const fields = {
  // A tunnel resolves no neighbour: there any address will do, and is never asked for.
  nextHop: required(ipv4, { meaning: "the router to hand it to; into a tunnel, any address" }),
  interface: required(interfaceName, { at: hop("interface"), meaning: "where the next-hop is" }),
  metric: preset(1, whole(1, 255), { at: hop("metric"), meaning: "the least wins" }),
  targets: required(targets, {
    at: hop("check target"),
    meaning: "who answers TCP, each with a route of its own through the interface",
  }),
  port: required(whole(1, 65_535), { at: hop("check port"), meaning: "TCP port of the targets" }),
  // Its help text says 300, its validator 255. VyOS calls it timeout.
  checkSeconds: preset(10, whole(1, 255), {
    at: hop("check timeout"),
    unit: "seconds",
    meaning: "between two checks",
  }),
  policy: preset("any-available", choice(["any-available", "all-available"]), {
    at: hop("check policy"),
    meaning: "how many of the targets must answer",
  }),
};

export const failoverRoute = resource({
  label: "FailoverRoute",
  meaning: "a route that the router takes back by itself while its checks fail",
  owns: "protocols failover route P",
  keys: { prefix: required(ipv4Prefix, { meaning: "IPv4" }) },
  fields,
  paths: ({ prefix }) => [["protocols", "failover", "route", prefix]],
  nodes: (route) => {
    const next = ["next-hop", route.nextHop];
    // TCP, always: an echo's identifier is a port in MAP-E, and ARP is nothing on a tunnel.
    const always = [
      [...next, "onlink"],
      [...next, "check", "type", "tcp"],
    ];
    const path = ["protocols", "failover", "route", route.prefix];
    return [{ path, tree: treeOf([...linesOf(fields, route), ...always]) }];
  },
});

export type FailoverRouteArgs = ArgsOf<typeof failoverRoute>;
