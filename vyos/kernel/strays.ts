/**
 * What a router's kernel holds beside its configuration: tunnels, routes and NAT that somebody made by hand. Pure. The one
 * place that decides what is stray, for the change that takes it away, the plan and the doctor.
 */

import { readableWord as word } from "../commands.ts";
import { type ConfigPath, type ConfigTree, emptyTree, sortedWords, subtree } from "../tree.ts";
import { type KernelRoute, parseRoutes } from "./network.ts";
import { isSourceNat, type KernelRule, parseRuleset } from "./ruleset.ts";
import { type KernelTunnel, parseTunnels } from "./tunnels.ts";

export interface Kernel {
  readonly tunnels: readonly KernelTunnel[];
  readonly routes4: readonly KernelRoute[];
  readonly routes6: readonly KernelRoute[];
  readonly rules: readonly KernelRule[];
}

/** What prints each part. nft needs root. */
export const kernelLines: Readonly<Record<keyof Kernel, string>> = {
  tunnels: "ip -6 tunnel show",
  routes4: "ip -j -4 route show",
  routes6: "ip -j -6 route show",
  rules: "sudo -n nft -a list ruleset",
};

export function parseKernel(texts: Readonly<Record<keyof Kernel, string>>): Kernel {
  return {
    tunnels: parseTunnels(texts.tunnels),
    routes4: parseRoutes(texts.routes4),
    routes6: parseRoutes(texts.routes6),
    rules: parseRuleset(texts.rules),
  };
}

/** A tunnel of the configuration that is wanted: the kernel has room for one with these two endpoints. */
export interface WantedTunnel {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  /** IPv4, address/length. */
  readonly addresses: readonly string[];
}

/** Of what a change sets; what it takes away, and a tunnel whose ends are not both named, wants nothing of the kernel. */
export function wantedTunnels(
  nodes: readonly { readonly path: ConfigPath; readonly tree: ConfigTree | undefined }[],
): WantedTunnel[] {
  return nodes.flatMap(({ path: [top, kind, name, ...rest], tree }) => {
    if (top !== "interfaces" || kind !== "tunnel" || rest.length > 0) return [];
    const values = (leaf: string): string[] => sortedWords(tree?.get(leaf) ?? emptyTree);
    const [local] = values("source-address");
    const [remote] = values("remote");
    if (name === undefined || local === undefined || remote === undefined) return [];
    return [{ name, local, remote, addresses: values("address") }];
  });
}

export interface Removable {
  /** One sentence for a person. */
  readonly what: string;
  /** It would take packets from the wanted tunnels, or keep one of them from coming up. */
  readonly inTheWay: boolean;
  /** For the router's shell, quoted. */
  readonly remove: string;
  readonly restore: readonly string[];
}

export type Stray =
  | (Removable & { readonly kind: "tunnel"; readonly tunnel: KernelTunnel })
  /** `through`: the stray tunnel that it leads into, and with which it goes. */
  | (Removable & {
      readonly kind: "route";
      readonly route: KernelRoute;
      readonly through: string | undefined;
    })
  | (Removable & { readonly kind: "nat"; readonly rule: KernelRule });

/** In the order in which they may be taken away: what leads into a tunnel before the tunnel. */
export function findStrays(kernel: Kernel, running: ConfigTree, wanted: readonly WantedTunnel[]): Stray[] {
  const configured = subtree(running, ["interfaces", "tunnel"]);
  const names = wanted.map(({ name }) => name);
  const tunnels = kernel.tunnels
    .filter(({ name }) => !configured?.has(name) && !names.includes(name))
    .map((tunnel) => strayTunnel(tunnel, wanted));
  const devices = tunnels.map(({ tunnel, inTheWay }) => ({ name: tunnel.name, inTheWay }));
  return [
    ...kernel.rules.filter(isStrayNat).map((rule) => strayNat(rule, devices, wanted)),
    ...kernel.routes4.flatMap((route) => strayRoute("-4", route, devices, wanted)),
    ...kernel.routes6.flatMap((route) => strayRoute("-6", route, devices, wanted)),
    ...tunnels,
  ];
}

type Device = { readonly name: string; readonly inTheWay: boolean };
type StrayTunnel = Extract<Stray, { kind: "tunnel" }>;

/**
 * One with the same two endpoints keeps VyOS's from coming up (File exists, recorded); one from the same CE address to
 * another relay takes the traffic.
 */
function strayTunnel(tunnel: KernelTunnel, wanted: readonly WantedTunnel[]): StrayTunnel {
  const { local, remote, device, encapsulationLimit } = tunnel;
  const name = word(tunnel.name);
  const rival = wanted.find((one) => one.local === local);
  const on = device === undefined ? "" : ` dev ${word(device)}`;
  return {
    kind: "tunnel",
    tunnel,
    what: `a tunnel made by hand: ${tunnel.name} from ${local} to ${remote}`,
    inTheWay: rival !== undefined,
    remove: `sudo ip -6 tunnel del ${name}`,
    restore: [
      `sudo ip -6 tunnel add ${name} mode ip4ip6 remote ${word(remote)} local ${word(local)}${on} encaplimit ${word(encapsulationLimit)}`,
      ...(rival?.addresses ?? []).map((address) => `sudo ip addr add ${word(address)} dev ${name}`),
      `sudo ip link set ${name} up`,
    ],
  };
}

/** VyOS gives FRR's static routes metric 20 (recorded): a default of a lower one is used instead. */
const configuredMetric = 20;
const anyDestination = /^(?:default|0\.0\.0\.0\/[01]|128\.0\.0\.0\/1|::\/[01]|8000::\/1)$/;

/** VyOS's own come from FRR (static), the kernel and its clients (kernel, ra, dhcp). Only a default or the way to the relay matters. */
function strayRoute(
  family: "-4" | "-6",
  route: KernelRoute,
  devices: readonly Device[],
  wanted: readonly WantedTunnel[],
): Stray[] {
  const through = devices.find(({ name }) => name === route.device);
  const toRelay = wanted.some(({ remote }) => remote === route.destination.split("/")[0]);
  const isAny = anyDestination.test(route.destination);
  if (route.protocol !== "boot" || !(through || toRelay || isAny)) return [];
  const words = route.words.map(word).join(" ");
  const hidesOurs = family === "-4" && isAny && route.metric < configuredMetric && wanted.length > 0;
  return [
    {
      kind: "route",
      route,
      through: through?.name,
      what: `a route made by hand: ${route.words.join(" ")}`,
      inTheWay: toRelay || hidesOurs || through?.inTheWay === true,
      remove: `sudo ip ${family} route del ${words}`,
      restore: [`sudo ip ${family} route add ${words}`],
    },
  ];
}

/** VyOS keeps its rules, and this program its own, in tables named vyos_*; containers have chains of their own (netavark, CNI). */
function isStrayNat(rule: KernelRule): boolean {
  return isSourceNat(rule) && !/^\S+ vyos_/.test(rule.table) && !/^(?:NETAVARK|CNI)-/.test(rule.chain);
}

/** In the way: it translates to a wanted tunnel's address, or what leaves by a stray tunnel that is. */
function strayNat(rule: KernelRule, devices: readonly Device[], wanted: readonly WantedTunnel[]): Stray {
  const { table, chain, handle, statement, text } = rule;
  const addresses = wanted.flatMap((one) => one.addresses.map((address) => address.split("/")[0] ?? ""));
  const names = devices.filter(({ inTheWay }) => inTheWay).map(({ name }) => `"${name}"`);
  const mentioned = text.split(/[\s,{}]+/).flatMap((part) => [part, part.split(":")[0] ?? ""]);
  return {
    kind: "nat",
    rule,
    what: `a NAT rule made by hand in table ${table}: ${text}`,
    inTheWay: [...addresses, ...names].some((name) => mentioned.includes(name)),
    remove: `sudo nft delete rule ${table} ${word(chain)} handle ${handle}`,
    restore: [`sudo nft add rule ${table} ${word(chain)} ${word(statement)}`],
  };
}
