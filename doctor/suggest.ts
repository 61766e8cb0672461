/**
 * What a router already tells of a stack's configuration: each guess with where it was seen. Pure. A guess is never made from
 * nothing: what no fact says is left out, and the operator is asked.
 */

import { MapRefused } from "../mape/refusal.ts";
import { findServiceLine, whoseRelay } from "../mape/services.ts";
import { interfacesOf } from "../vyos/firewall/interfaces.ts";
import type { KernelRoute } from "../vyos/kernel/network.ts";
import { type ConfigTree, subtree } from "../vyos/tree.ts";
import { isLinkLocal } from "../vyos/values.ts";
import { declaredByRouter } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { joinedKeys, joinedOf } from "./joined.ts";
import { type Seen, seenPrefixes } from "./seen-prefixes.ts";

export const suggestedKeys = [
  "uplink",
  "wxrNextHop",
  "ipv6Interface",
  "ipv6NextHop",
  "delegatedPrefix",
  "service",
] as const;
/** No router shows these: they stand on a contract's sheet. */
export const sheetKeys = ["ipv4Address", "borderRelay", "interfaceIdentifier", "aftr"] as const;
/** Written as they were seen or said: nobody is asked for them. */
export const unaskedKeys = [...sheetKeys, ...joinedKeys] as const;
export type SuggestedKey = (typeof suggestedKeys)[number] | (typeof unaskedKeys)[number];

export interface Suggestion {
  readonly key: SuggestedKey;
  readonly value: string;
  /** For a person: where it was seen, or by whom it was given. */
  readonly from: string;
}

export interface Suggestions {
  readonly values: readonly Suggestion[];
  /** What could not be told, and why that matters: one text each. */
  readonly missing: readonly string[];
  /** Why the line is no MAP-E line of the table, in the words of the refusal; undefined when it is one. */
  readonly refusal: string | undefined;
}

export type Said = Readonly<Partial<Record<SuggestedKey, string>>>;

/** What is given goes before what is guessed. */
export function suggest(facts: Facts, said: Said): Suggestions {
  const ngn = gatewayOf(facts);
  const device = said.ipv6Interface ?? ngn?.interface;
  const prefix = said.delegatedPrefix
    ? { value: said.delegatedPrefix, from: "given" }
    : seenPrefixes(facts, device)[0];
  const { seen: service, refusal } = serviceOf(prefix?.value);
  const route = defaultRouteOf(facts);
  const guesses: Readonly<Partial<Record<SuggestedKey, Seen | undefined>>> = {
    uplink: route.uplink,
    wxrNextHop: route.nextHop,
    ipv6Interface: ngn && { value: ngn.interface, from: ngn.from },
    ipv6NextHop: ngn && { value: ngn.gateway, from: ngn.from },
    delegatedPrefix: prefix,
    service,
    ...(facts.running && device !== undefined ? joinedOf(facts.running, device) : {}),
  };
  const values = [...suggestedKeys, ...unaskedKeys].flatMap((key): Suggestion[] => {
    const own = said[key];
    if (own !== undefined) return [{ key, value: own, from: "given" }];
    const guess = guesses[key];
    return guess === undefined ? [] : [{ key, ...guess }];
  });
  return { values, missing: missingOf(values), refusal };
}

interface Gateway {
  readonly gateway: string;
  readonly interface: string;
  readonly from: string;
}

/** The configuration's static default, the kernel's, else the only neighbour that says of itself that it is a router. */
function gatewayOf({ running, routes6, neighbours }: Facts): Gateway | undefined {
  const own = running && declaredByRouter(running).ngn;
  if (own !== undefined) return { ...own, from: "protocols static route6 in the running configuration" };
  const route = (routes6 ?? []).find(({ destination, gateway }) => destination === "default" && gateway);
  if (route?.gateway !== undefined && route.device !== undefined) {
    const from = `the IPv6 default route in the kernel, proto ${route.protocol}`;
    return { gateway: route.gateway, interface: route.device, from };
  }
  const routers = (neighbours ?? []).filter(({ address, isRouter }) => isRouter && isLinkLocal(address));
  const [only] = routers;
  if (only === undefined || routers.length > 1) return undefined;
  const from = "the one neighbour that calls itself a router; there is no IPv6 default route";
  return { gateway: only.address, interface: only.device, from };
}

/** A default route into a tunnel is mape at work; any other is wxr. */
function defaultRouteOf({ routes4, running }: Facts): { uplink?: Seen; nextHop?: Seen | undefined } {
  const route = (routes4 ?? []).find(({ destination }) => destination === "default");
  const nextHop = running && otherWayOf(running, route);
  if (!route?.device?.startsWith("tun")) {
    const from = "IPv4 goes out by another way than a tunnel today; nothing changes until you switch";
    return nextHop === undefined ? {} : { uplink: { value: "wxr", from }, nextHop };
  }
  const remote = running && subtree(running, ["interfaces", "tunnel", route.device, "remote"]);
  const owner = whoseRelay([...(remote?.keys() ?? [])][0] ?? "::");
  const value = owner === undefined ? "mape" : uplinkOf[owner.kind];
  return { uplink: { value, from: `the IPv4 default route goes into ${route.device} today` }, nextHop };
}

/** The way that is configured goes before the kernel's: a gateway there may come from a lease. */
function otherWayOf(running: ConfigTree, route: KernelRoute | undefined): Seen | undefined {
  const where = ["protocols", "static", "route", "0.0.0.0/0"];
  const configured = (kind: string): string | undefined =>
    [...(subtree(running, [...where, kind])?.keys() ?? [])].find((name) => !name.startsWith("tun"));
  const from = where.join(" ");
  const [hop, leased, device] = [
    configured("next-hop"),
    configured("dhcp-interface"),
    configured("interface"),
  ];
  const kernel = "the IPv4 default route in the kernel";
  if (hop !== undefined) return { value: hop, from: hop === route?.gateway ? kernel : from };
  if (leased !== undefined) return { value: `dhcp:${leased}`, from };
  if (device !== undefined) return { value: `interface:${device}`, from };
  const [asking] = interfacesOf(running).filter(
    ({ node }) => subtree(node, ["address", "dhcp"]) !== undefined,
  );
  if (asking !== undefined) return { value: `dhcp:${asking.name}`, from: `address dhcp of ${asking.name}` };
  if (route?.gateway) return { value: route.gateway, from: kernel };
  const [dialled] = subtree(running, ["interfaces", "pppoe"])?.keys() ?? [];
  return dialled === undefined
    ? undefined
    : { value: `interface:${dialled}`, from: `interfaces pppoe ${dialled}` };
}

const uplinkOf = { "border-relay": "mape", "fixed-ip-relay": "ipip", aftr: "dslite" } as const;

function serviceOf(prefix: string | undefined): { seen?: Seen; refusal?: string } {
  if (prefix === undefined) return {};
  try {
    const { id, service, region } = findServiceLine(prefix, "auto");
    return { seen: { value: id, from: `the published rules: ${prefix} is of ${service}, ${region}` } };
  } catch (error) {
    if (error instanceof MapRefused) return { refusal: error.message };
    throw error;
  }
}

function missingOf(values: readonly Suggestion[]): string[] {
  const has = (key: SuggestedKey): boolean => values.some((one) => one.key === key);
  const lacks: readonly (readonly [SuggestedKey, string])[] = [
    ["uplink", "no IPv4 default route was seen: give --uplink"],
    [
      "wxrNextHop",
      "no way out but the tunnel was seen: give --wxr-next-hop (an address, dhcp:eth0 or interface:pppoe0), or Pulumi.yaml's 192.168.100.1 is used",
    ],
    ["ipv6NextHop", "no gateway on the NGN was seen: give --ipv6-next-hop and --ipv6-interface"],
    ["delegatedPrefix", "no delegated prefix was seen: give --delegated-prefix before the switch to mape"],
  ];
  return lacks.flatMap(([key, text]) => (has(key) ? [] : [text]));
}

/** The interface whose configuration asks the NGN for a lease or a router advertisement; undefined when several or none do. */
export function ngnInterfaceOf(running: ConfigTree): string | undefined {
  const asking = interfacesOf(running).filter(
    ({ node }) =>
      subtree(node, ["address", "dhcpv6"]) !== undefined ||
      subtree(node, ["ipv6", "address", "autoconf"]) !== undefined ||
      subtree(node, ["dhcpv6-options", "pd"]) !== undefined,
  );
  return asking.length === 1 ? asking[0]?.name : undefined;
}
