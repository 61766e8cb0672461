/**
 * What the router shall be, as the doctor needs to know it: from the stack's configuration, or, without a stack, from what
 * the router itself runs. Pure. Must never hold a credential.
 */

import { type ConfigPath, type ConfigTree, sortedWords, subtree } from "../vyos/tree.ts";

export type Uplink = "mape" | "wxr";

/** The parts of the configuration that are checked one by one. */
export type Part = "tunnel" | "ce-address" | "relay-route" | "nat" | "default-route" | "ipv6-default-route";

export interface DeclaredPart {
  readonly part: Part;
  readonly nodes: readonly { readonly path: ConfigPath; readonly tree: ConfigTree }[];
  /** True when the running configuration serves as well in another form. */
  readonly heldOtherwise: (running: ConfigTree) => boolean;
}

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

export interface Declared {
  readonly uplink: Uplink;
  /** IPv4 next-hop of wxr; undefined when it is not known. */
  readonly wxrNextHop: string | undefined;
  readonly ngn: { readonly interface: string; readonly gateway: string } | undefined;
  readonly delegatedPrefix: string | undefined;
  /** Undefined in wxr. */
  readonly tunnel: DeclaredTunnel | undefined;
  readonly nat: readonly DeclaredNat[];
  readonly parts: readonly DeclaredPart[];
}

/** Without a stack: the router's own running configuration is what is declared, so drift cannot be seen. */
export function declaredByRouter(running: ConfigTree): Declared {
  const routed = subtree(running, ["protocols", "static", "route", "0.0.0.0/0"]);
  const name = first(routed && subtree(routed, ["interface"]));
  const node = name === undefined ? undefined : subtree(running, ["interfaces", "tunnel", name]);
  const tunnel = name !== undefined && node !== undefined ? tunnelOf(name, node) : undefined;
  return {
    uplink: tunnel === undefined ? "wxr" : "mape",
    wxrNextHop: first(routed && subtree(routed, ["next-hop"])),
    ngn: gatewayOf(running, tunnel),
    delegatedPrefix: undefined,
    tunnel,
    nat: tunnel === undefined ? [] : natOf(running, tunnel.name),
    parts: [],
  };
}

function tunnelOf(name: string, node: ConfigTree): DeclaredTunnel {
  const value = (...path: string[]): string | undefined => first(subtree(node, path));
  const mtu = value("mtu");
  return {
    name,
    local: value("source-address") ?? "",
    remote: value("remote") ?? "",
    device: value("source-interface"),
    mtu: mtu === undefined ? undefined : Number(mtu),
    encapsulationLimit: value("parameters", "ipv6", "encaplimit"),
    addresses: sortedWords(subtree(node, ["address"]) ?? new Map()),
  };
}

/** The static default by a gateway and an interface, else the one of the route to the tunnel's far end. */
function gatewayOf(running: ConfigTree, tunnel: DeclaredTunnel | undefined): Declared["ngn"] {
  for (const prefix of ["::/0", `${tunnel?.remote}/128`]) {
    const hops = subtree(running, ["protocols", "static", "route6", prefix, "next-hop"]);
    const gateway = first(hops);
    const device = gateway && first(subtree(hops ?? new Map(), [gateway, "interface"]));
    if (gateway && device) return { gateway, interface: device };
  }
  return undefined;
}

function natOf(running: ConfigTree, outbound: string): DeclaredNat[] {
  const rules = subtree(running, ["nat", "source", "rule"]) ?? new Map<string, ConfigTree>();
  return sortedWords(rules).flatMap((number) => {
    const rule = rules.get(number);
    if (rule === undefined || first(subtree(rule, ["outbound-interface", "name"])) !== outbound) return [];
    const address = first(subtree(rule, ["translation", "address"]));
    const port = first(subtree(rule, ["translation", "port"]));
    if (address === undefined) return [];
    return [{ number: Number(number), target: port === undefined ? address : `${address}:${port}` }];
  });
}

function first(tree: ConfigTree | undefined): string | undefined {
  return tree === undefined ? undefined : sortedWords(tree)[0];
}
