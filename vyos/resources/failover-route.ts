/**
 * `protocols failover route P next-hop A`: a route that the router takes back by itself while its checks fail (vyos-1x:
 * interface-definitions/protocols_failover.xml.in, src/helpers/vyos-failover.py). Pure. The targets are a multi leaf in 1.4
 * and a tag node in rolling; the words are the same.
 */

import { InvalidValue } from "../../errors.ts";
import { treeOf } from "../tree.ts";
import {
  type InterfaceName,
  type Ipv4,
  type Ipv4Prefix,
  parseChoice,
  parseInterfaceName,
  parseIpv4,
  parsePrefix,
  parseWhole,
} from "../values.ts";
import { type Inputs, optional, readObject, requiredText, textList } from "./inputs.ts";
import type { ResourceModel } from "./resource.ts";
import { parseProbe, type RouteProbe, type RouteProbeArgs } from "./static-route.ts";

export interface FailoverRouteArgs {
  /** IPv4. */
  readonly prefix: string;
  readonly nextHop: string;
  readonly interface: string;
  /** 1-255, the least wins; 1 when left out. */
  readonly metric?: number;
  /** IPv4 addresses that answer TCP, each with a route of its own through the interface. */
  readonly targets: readonly string[];
  readonly port: number;
  /** Between two checks, 1-255; 10 when left out. */
  readonly checkSeconds?: number;
  readonly policy?: "any-available" | "all-available";
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** How to see, from the router, that IPv4 goes out by this route. */
  readonly probe?: RouteProbeArgs;
  /** How to see, once this route was taken away, that IPv4 goes out by another. */
  readonly probeGone?: RouteProbeArgs;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface FailoverRouteValue {
  readonly prefix: Ipv4Prefix;
  /** A tunnel resolves no neighbour: there any address will do, and is never asked for. */
  readonly nextHop: Ipv4;
  readonly interface: InterfaceName;
  readonly metric: number;
  readonly targets: readonly Ipv4[];
  /** TCP, always: an echo's identifier is a port in MAP-E, and ARP is nothing on a tunnel. */
  readonly port: number;
  /** Between two checks; VyOS calls it timeout. */
  readonly checkSeconds: number;
  readonly policy: (typeof policies)[number];
  readonly requires: readonly string[];
  /** How to see that IPv4 goes out by it, and, once it is gone, that IPv4 goes out by what is left. */
  readonly probe: RouteProbe | undefined;
  readonly probeGone: RouteProbe | undefined;
}

const policies = ["any-available", "all-available"] as const;

export const failoverRouteModel: ResourceModel<FailoverRouteValue> = {
  identity: ["prefix"],
  id: ({ prefix }) => `protocols failover route ${prefix}`,
  parse: (inputs) => ({
    prefix: parseIpv4Prefix(requiredText(inputs, "prefix")),
    nextHop: parseIpv4("nextHop", requiredText(inputs, "nextHop")),
    interface: parseInterfaceName("interface", requiredText(inputs, "interface")),
    metric: parseWhole("metric", inputs.metric ?? 1, 1, 255),
    targets: parseTargets(inputs),
    port: parseWhole("port", inputs.port, 1, 65_535),
    // Its help text says 300, its validator 255.
    checkSeconds: parseWhole("checkSeconds", inputs.checkSeconds ?? 10, 1, 255),
    policy:
      optional(inputs, "policy", (field, text) => parseChoice(field, text, policies)) ?? "any-available",
    requires: textList(inputs, "requires"),
    probe: inputs.probe === undefined ? undefined : parseProbe(readObject("probe", inputs.probe)),
    probeGone:
      inputs.probeGone === undefined ? undefined : parseProbe(readObject("probeGone", inputs.probeGone)),
  }),
  nodes: (route) => [{ path: ["protocols", "failover", "route", route.prefix], tree: treeOf(lines(route)) }],
};

function parseIpv4Prefix(text: string): Ipv4Prefix {
  const prefix = parsePrefix("prefix", text);
  if (!prefix.includes(":")) return prefix as Ipv4Prefix;
  throw new InvalidValue("prefix", text, "is IPv6, and VyOS fails over IPv4 alone", "write 0.0.0.0/0");
}

function parseTargets(inputs: Inputs): Ipv4[] {
  const targets = textList(inputs, "targets").map((text) => parseIpv4("targets", text));
  const twice = targets.find((target, index) => targets.indexOf(target) !== index);
  if (twice !== undefined)
    throw new InvalidValue("targets", twice, "stands there twice", "keep one of the two");
  // In order of their text, as VyOS keeps them: another order is no change.
  if (targets.length > 0) return [...targets].sort();
  throw new InvalidValue("targets", "", "names nobody to ask", "write addresses that answer TCP");
}

function lines(route: FailoverRouteValue): string[][] {
  const hop = ["next-hop", route.nextHop];
  const check = [...hop, "check"];
  return [
    [...hop, "interface", route.interface],
    [...hop, "metric", String(route.metric)],
    [...hop, "onlink"],
    ...route.targets.map((target) => [...check, "target", target]),
    [...check, "type", "tcp"],
    [...check, "port", String(route.port)],
    [...check, "timeout", String(route.checkSeconds)],
    [...check, "policy", route.policy],
  ];
}
