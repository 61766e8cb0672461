/**
 * Links, addresses, neighbours and routes of a router's kernel as iproute2 prints them (recorded on VyOS 1.4, iproute2 6.1).
 * Pure. What is no such list throws.
 */

import { entriesOf, entryAt, isEntry, listAt, numberAt, textAt } from "./iproute-json.ts";

export interface KernelLink {
  readonly name: string;
  /** Administratively up. */
  readonly up: boolean;
  /** A cable and a neighbour at its other end. */
  readonly carrier: boolean;
  /** Octets. */
  readonly mtu: number;
  readonly txErrors: number;
}

export interface KernelAddress {
  readonly device: string;
  readonly address: string;
  readonly length: number;
  /** Given by router advertisement or DHCP, with a lifetime. */
  readonly dynamic: boolean;
  /** `failed`: another device on the link holds it (duplicate address detection), and the kernel sends nothing from it. */
  readonly detection: "passed" | "under way" | "failed";
}

export interface KernelRoute {
  /** "default" or address/length. */
  readonly destination: string;
  readonly gateway: string | undefined;
  readonly device: string | undefined;
  /** static: FRR, so the configuration; ra: a router advertisement; boot: typed by hand with `ip`. */
  readonly protocol: string;
  readonly metric: number;
  /** What iproute2 takes to make or delete this very route, behind `ip route add`. */
  readonly words: readonly string[];
}

export interface Neighbour {
  readonly address: string;
  readonly device: string;
  /** Lower case; undefined when it never answered. */
  readonly mac: string | undefined;
  readonly isRouter: boolean;
  readonly state: string;
}

/** `ip -j -s link show`. */
export function parseLinks(output: string): KernelLink[] {
  return entriesOf(output).map((entry) => {
    const flags = listAt(entry, "flags");
    const tx = entryAt(entryAt(entry, "stats64") ?? {}, "tx") ?? {};
    return {
      name: textAt(entry, "ifname") ?? "",
      up: flags.includes("UP"),
      carrier: flags.includes("LOWER_UP") && textAt(entry, "operstate") !== "DOWN",
      mtu: numberAt(entry, "mtu") ?? 0,
      txErrors: numberAt(tx, "errors") ?? 0,
    };
  });
}

/** `ip -j addr show`. */
export function parseAddresses(output: string): KernelAddress[] {
  return entriesOf(output).flatMap((entry) =>
    listAt(entry, "addr_info")
      .filter(isEntry)
      .map((info) => ({
        device: textAt(entry, "ifname") ?? "",
        address: textAt(info, "local") ?? "",
        length: numberAt(info, "prefixlen") ?? 0,
        dynamic: info.dynamic === true,
        detection: info.dadfailed === true ? "failed" : info.tentative === true ? "under way" : "passed",
      })),
  );
}

/**
 * `ip -j -4 route show`, `ip -j -6 route show`. Without details iproute2 leaves out `proto boot`, which is what a route
 * typed with `ip route add` has.
 */
export function parseRoutes(output: string): KernelRoute[] {
  return entriesOf(output).map((entry) => ({
    destination: textAt(entry, "dst") ?? "",
    gateway: textAt(entry, "gateway"),
    device: textAt(entry, "dev"),
    protocol: textAt(entry, "protocol") ?? "boot",
    metric: numberAt(entry, "metric") ?? 0,
    words: [
      ...(textAt(entry, "type") === undefined ? [] : [textAt(entry, "type") ?? ""]),
      textAt(entry, "dst") ?? "",
      ...Object.entries(routeWords).flatMap(([word, key]) => {
        const value = textAt(entry, key) ?? numberAt(entry, key)?.toString();
        return value === undefined ? [] : [word, value];
      }),
      ...(listAt(entry, "flags").includes("onlink") ? ["onlink"] : []),
    ],
  }));
}

/** The word that iproute2 takes, and the key under which it prints the same. */
const routeWords = { via: "gateway", dev: "dev", scope: "scope", src: "prefsrc", metric: "metric" };

/** `ip neigh show`: `A dev D lladdr M router REACHABLE`; one that never answered has no lladdr. */
export function parseNeighbours(output: string): Neighbour[] {
  return output.split("\n").flatMap((line): Neighbour[] => {
    const words = line.trim().split(/\s+/);
    const [address = "", dev, device = ""] = words;
    if (dev !== "dev") return [];
    const at = words.indexOf("lladdr");
    const mac = at < 0 ? undefined : words[at + 1]?.toLowerCase();
    return [{ address, device, mac, isRouter: words.includes("router"), state: words.at(-1) ?? "" }];
  });
}
