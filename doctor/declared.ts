/**
 * What the router shall be, as the doctor needs to know it: from the stack's resources, or, without a stack, from what the
 * router itself runs. Both are a configuration, and are read alike. Pure. Must never hold a credential.
 */

import type { UplinkConfig } from "../config/uplink-config.ts";
import { parsed } from "../uplink/named-resource.ts";
import { resourcesOf } from "../uplink/resources.ts";
import type { Resource } from "../vyos/resources/resource.ts";
import {
  type ConfigPath,
  type ConfigTree,
  emptyTree,
  pathsOf,
  sortedWords,
  subtree,
  treeOf,
} from "../vyos/tree.ts";

export type Uplink = UplinkConfig["uplink"];

export interface DeclaredTunnel {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  readonly device: string | undefined;
  /** Octets. */
  readonly mtu: number | undefined;
  readonly encapsulationLimit: string | undefined;
  /** Address/length. */
  readonly addresses: readonly string[];
}

/** One `nat source rule`: its number and what the kernel's rule says behind `snat to`. */
export interface DeclaredNat {
  readonly number: number;
  readonly target: string;
}

/** A resource of the stack under its name there. */
export type DeclaredResource = { readonly name: string } & Pick<
  Resource,
  "nodes" | "files" | "heldOtherwise"
>;

export interface Failover {
  readonly targets: readonly string[];
  /** Whether one that answers is enough to stay. */
  readonly policy: "any-available" | "all-available";
}

export interface Declared {
  readonly uplink: Uplink;
  /** IPv4 next-hop of wxr; undefined when it is not known. */
  readonly wxrNextHop: string | undefined;
  /** Where wxr's way goes out when it has no next-hop of its own: by PPPoE, or as a DHCP lease says. */
  readonly wxrDevice?: string | undefined;
  readonly ngn: { readonly interface: string; readonly gateway: string } | undefined;
  readonly delegatedPrefix: string | undefined;
  /** Undefined in wxr. */
  readonly tunnel: DeclaredTunnel | undefined;
  /** By itself the router leaves the tunnel for the way of wxr while it does not get these answers; undefined: it does not. */
  readonly failover: Failover | undefined;
  readonly nat: readonly DeclaredNat[];
  /** All that the stack declares; empty without a stack. */
  readonly resources: readonly DeclaredResource[];
}

/** Throws InvalidValue for a configuration that preview would refuse too. */
export function declaredByStack(config: UplinkConfig): Declared {
  const resources = resourcesOf(config).map((one) => ({ ...parsed(one), name: one.name }));
  const paths = resources.flatMap(({ nodes }) => nodes.flatMap(({ path, tree }) => ends(path, tree)));
  const { uplink, wxrNextHop: way, delegatedPrefix } = config;
  const wxr =
    way.kind === "next-hop"
      ? { wxrNextHop: way.address, wxrDevice: undefined }
      : { wxrNextHop: undefined, wxrDevice: way.interface };
  return { ...declaredByRouter(treeOf(paths)), ...wxr, uplink, delegatedPrefix, resources };
}

function ends(path: ConfigPath, tree: ConfigTree): ConfigPath[] {
  return tree.size === 0 ? [path] : pathsOf(tree).map((rest) => [...path, ...rest]);
}

/** Without a stack: the router's own running configuration is what is declared, so drift cannot be seen. */
export function declaredByRouter(running: ConfigTree): Declared {
  const routed = subtree(running, ["protocols", "static", "route", "0.0.0.0/0"]);
  const name = tunnelInUse(running);
  const node = name === undefined ? undefined : subtree(running, ["interfaces", "tunnel", name]);
  const tunnel = name !== undefined && node !== undefined ? tunnelOf(name, node) : undefined;
  return {
    uplink: tunnel === undefined ? "wxr" : "mape",
    wxrNextHop: first(routed, "next-hop"),
    wxrDevice: [first(routed, "interface"), first(routed, "dhcp-interface")].find(
      (device) => device !== tunnel?.name,
    ),
    ngn: gatewayOf(running, tunnel),
    delegatedPrefix: undefined,
    tunnel,
    failover: failoverOf(running),
    nat: tunnel === undefined ? [] : natOf(running, tunnel.name),
    resources: [],
  };
}

/** The device that the configured IPv4 default route leads into; a failover route goes before a static one. */
export function tunnelInUse(running: ConfigTree): string | undefined {
  const [over] = failoverHops(running).flatMap((hop) => first(hop, "interface") ?? []);
  return over ?? first(subtree(running, ["protocols", "static", "route", "0.0.0.0/0"]), "interface");
}

function failoverHops(running: ConfigTree): ConfigTree[] {
  const hops = subtree(running, ["protocols", "failover", "route", "0.0.0.0/0", "next-hop"]);
  return [...(hops?.values() ?? [])];
}

/** Without a policy one that answers is enough (vyos-1x: protocols_failover.xml.in). */
function failoverOf(running: ConfigTree): Failover | undefined {
  const [check] = failoverHops(running).flatMap((hop) => subtree(hop, ["check"]) ?? []);
  if (check === undefined) return undefined;
  const policy = first(check, "policy") === "all-available" ? "all-available" : "any-available";
  return { targets: sortedWords(check.get("target") ?? emptyTree), policy };
}

function tunnelOf(name: string, node: ConfigTree): DeclaredTunnel {
  const mtu = first(node, "mtu");
  return {
    name,
    local: first(node, "source-address") ?? "",
    remote: first(node, "remote") ?? "",
    device: first(node, "source-interface"),
    mtu: mtu === undefined ? undefined : Number(mtu),
    encapsulationLimit: first(node, "parameters", "ipv6", "encaplimit"),
    addresses: sortedWords(node.get("address") ?? emptyTree),
  };
}

/** The static default by a gateway and an interface, else the one of the route to the tunnel's far end. */
function gatewayOf(running: ConfigTree, tunnel: DeclaredTunnel | undefined): Declared["ngn"] {
  for (const prefix of ["::/0", `${tunnel?.remote}/128`]) {
    const hops = subtree(running, ["protocols", "static", "route6", prefix, "next-hop"]);
    const gateway = first(hops);
    const device = gateway && first(hops, gateway, "interface");
    if (gateway && device) return { gateway, interface: device };
  }
  return undefined;
}

function natOf(running: ConfigTree, outbound: string): DeclaredNat[] {
  const rules = subtree(running, ["nat", "source", "rule"]) ?? emptyTree;
  return sortedWords(rules).flatMap((number) => {
    const rule = rules.get(number);
    if (first(rule, "outbound-interface", "name") !== outbound) return [];
    const address = first(rule, "translation", "address");
    const port = first(rule, "translation", "port");
    if (address === undefined) return [];
    return [{ number: Number(number), target: port === undefined ? address : `${address}:${port}` }];
  });
}

/** The value of a leaf below, or of the node itself. */
function first(tree: ConfigTree | undefined, ...path: ConfigPath): string | undefined {
  const values = tree && subtree(tree, path);
  return values && sortedWords(values)[0];
}
