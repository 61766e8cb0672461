/**
 * What the kernel holds beside the configuration and would stand in a declared tunnel's way: tunnels with its endpoints,
 * routes and NAT made by hand. Pure: it reads text and names what it found, with the command that removes it and the one
 * that would bring it back.
 */

import { quoteWord } from "../../vyos/commands.ts";
import { type ConfigTree, subtree } from "../../vyos/tree.ts";
import type { Target } from "./operation.ts";

export interface Leftover {
  readonly what: string;
  /** Both for the router's shell. */
  readonly remove: string;
  readonly restore: readonly string[];
}

/** A tunnel that a change declares: the kernel has room for one with these endpoints. */
export interface DeclaredTunnel {
  readonly name: string;
  readonly local: string;
  readonly remote: string;
  /** IPv4 addresses without their length. */
  readonly addresses: readonly string[];
}

export interface KernelTexts {
  /** `ip -6 tunnel show` */
  readonly tunnels: string;
  /** `ip -4 route show` and `ip -6 route show` */
  readonly routes: string;
  readonly routes6: string;
  /** `sudo nft -a list ruleset` */
  readonly ruleset: string;
}

export const kernelLines: Readonly<Record<keyof KernelTexts, string>> = {
  tunnels: "ip -6 tunnel show",
  routes: "ip -4 route show",
  routes6: "ip -6 route show",
  ruleset: "sudo nft -a list ruleset",
};

export function declaredTunnels(targets: readonly Target[]): DeclaredTunnel[] {
  return targets.flatMap(({ path, tree }) => {
    if (tree === undefined || path[0] !== "interfaces" || path[1] !== "tunnel" || path.length !== 3)
      return [];
    const local = valuesOf(tree, "source-address")[0];
    const remote = valuesOf(tree, "remote")[0];
    if (local === undefined || remote === undefined) return [];
    const addresses = valuesOf(tree, "address").map((address) => address.split("/")[0] ?? "");
    return [{ name: path[2] ?? "", local, remote, addresses }];
  });
}

function valuesOf(tree: ConfigTree, leaf: string): string[] {
  return [...(subtree(tree, [leaf])?.keys() ?? [])];
}

/** `configured`: the tunnels of the running configuration, which are VyOS's own. */
export function findLeftovers(
  tunnels: readonly DeclaredTunnel[],
  configured: readonly string[],
  texts: KernelTexts,
): Leftover[] {
  return tunnels.flatMap((tunnel) => {
    const strays = strayTunnels(tunnel, configured, texts.tunnels);
    const devices = strays.map(({ device }) => device);
    return [
      ...strayNat(tunnel, devices, texts.ruleset),
      ...strayRoutes("-4", tunnel, devices, texts.routes),
      ...strayRoutes("-6", tunnel, devices, texts.routes6),
      ...strays.map(({ leftover }) => leftover),
    ];
  });
}

/**
 * `mape: ip/ipv6 remote R local L dev eth1 encaplimit 4 hoplimit 64 ...` (iproute2: ip/ip6tunnel.c). One with the same two
 * endpoints keeps VyOS's from coming up; one from the same CE address to another relay takes the traffic.
 */
function strayTunnels(
  declared: DeclaredTunnel,
  configured: readonly string[],
  text: string,
): { device: string; leftover: Leftover }[] {
  return text.split("\n").flatMap((line) => {
    const match = /^(\S+): \S+ remote (\S+) local (\S+)(.*)$/.exec(line);
    const [, device = "", remote = "", local = "", rest = ""] = match ?? [];
    if (local !== declared.local || device === declared.name || configured.includes(device)) return [];
    const on = /dev (\S+)/.exec(rest)?.[1];
    const limit = /encaplimit (\S+)/.exec(rest)?.[1] ?? "none";
    const parent = on === undefined ? "" : ` dev ${quoteWord(on)}`;
    const name = quoteWord(device);
    const leftover = {
      what: `a tunnel made by hand: ${device} from ${local} to ${remote}`,
      remove: `sudo ip -6 tunnel del ${name}`,
      restore: [
        `sudo ip -6 tunnel add ${name} mode ip4ip6 remote ${quoteWord(remote)} local ${quoteWord(local)}${parent} encaplimit ${quoteWord(limit)}`,
        ...declared.addresses.map((address) => `sudo ip addr add ${quoteWord(`${address}/32`)} dev ${name}`),
        `sudo ip link set ${name} up`,
      ],
    };
    return [{ device, leftover }];
  });
}

/** VyOS's routes come from FRR (`proto static`) or the kernel and its clients (`kernel`, `ra`, `dhcp`); by hand: no proto. */
function strayRoutes(
  family: "-4" | "-6",
  declared: DeclaredTunnel,
  devices: readonly string[],
  text: string,
): Leftover[] {
  return text.split("\n").flatMap((line) => {
    const route = line.trim();
    const byHand = route !== "" && (!/ proto /.test(route) || / proto boot\b/.test(route));
    const device = / dev (\S+)/.exec(route)?.[1] ?? "";
    const ours = route.split(" ")[0]?.split("/")[0] === declared.remote || devices.includes(device);
    if (!byHand || !ours) return [];
    const words = wordsOfRoute(route);
    return [
      {
        what: `a route made by hand: ${route}`,
        remove: `sudo ip ${family} route del ${words}`,
        restore: [`sudo ip ${family} route add ${words}`],
      },
    ];
  });
}

/** What iproute2 prints of a route it takes again, but for its flags. */
function wordsOfRoute(route: string): string {
  const shown = route.replace(/ (?:linkdown|pref \S+|error \S+|expires \S+)/g, "");
  return shown.split(/\s+/).map(quoteWord).join(" ");
}

/** Rules that translate to the tunnel's address, or leave by a stray tunnel, in a table that is not VyOS's. */
function strayNat(declared: DeclaredTunnel, devices: readonly string[], ruleset: string): Leftover[] {
  let table = "";
  let chain = "";
  return ruleset.split("\n").flatMap((line) => {
    table = /^table (\S+ \S+) \{/.exec(line)?.[1] ?? table;
    chain = /^\s+chain (\S+) \{/.exec(line)?.[1] ?? chain;
    const handle = /# handle ([0-9]+)$/.exec(line)?.[1];
    const rule = line.trim().replace(/ # handle [0-9]+$/, "");
    const names = [...declared.addresses, ...devices.map((device) => `"${device}"`)];
    const about = names.some((name) => new RegExp(`(^|[ :{])${escapePattern(name)}($|[ :},])`).test(rule));
    const isRule = handle !== undefined && !/^(?:table|chain) /.test(rule);
    if (
      !isRule ||
      !about ||
      /^\S+ vyos_/.test(table) ||
      !/\b(?:snat|masquerade|SNAT|MASQUERADE)\b/.test(rule)
    )
      return [];
    return [
      {
        what: `a NAT rule made by hand in table ${table}: ${rule}`,
        remove: `sudo nft delete rule ${table} ${quoteWord(chain)} handle ${handle}`,
        restore: [`sudo nft add rule ${table} ${quoteWord(chain)} ${quoteWord(withoutCounters(rule))}`],
      },
    ];
  });
}

function withoutCounters(rule: string): string {
  return rule.replace(/counter packets [0-9]+ bytes [0-9]+/, "counter");
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
