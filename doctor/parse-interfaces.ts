/**
 * Links, addresses, neighbours and tunnels as iproute2 prints them (recorded on VyOS 1.4, Debian 12's iproute2 6.1). Pure.
 * A line that is none of these is passed over.
 */

import type { InterfaceAddress, KernelTunnel, Link, Neighbour } from "./facts.ts";
import { entriesOf, entryAt, isEntry, listAt, numberAt, textAt } from "./iproute-json.ts";

/** `ip -j -s link show`. */
export function parseLinks(output: string): Link[] {
  return entriesOf(output).map((entry): Link => {
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
export function parseAddresses(output: string): InterfaceAddress[] {
  return entriesOf(output).flatMap((entry) =>
    listAt(entry, "addr_info")
      .filter(isEntry)
      .map((info): InterfaceAddress => {
        return {
          device: textAt(entry, "ifname") ?? "",
          address: textAt(info, "local") ?? "",
          length: numberAt(info, "prefixlen") ?? 0,
          dynamic: info.dynamic === true,
        };
      }),
  );
}

/** `ip neigh show`: `A dev D lladdr M router REACHABLE`; one that never answered has no lladdr. */
export function parseNeighbours(output: string): Neighbour[] {
  return output.split("\n").flatMap((line): Neighbour[] => {
    const words = line.trim().split(/\s+/);
    const [address = "", dev, device = ""] = words;
    if (dev !== "dev") return [];
    const mac = after(words, "lladdr")?.toLowerCase();
    return [{ address, device, mac, isRouter: words.includes("router"), state: words.at(-1) ?? "" }];
  });
}

/** `ip -6 tunnel show`. The kernel's own ip6tnl0 is left out: it is there as soon as its module is. */
export function parseTunnels(output: string): KernelTunnel[] {
  return output.split("\n").flatMap((line): KernelTunnel[] => {
    const match = /^(\S+): (\S+) (remote .*)$/.exec(line.trim());
    const [, name = "", kind = "", rest = ""] = match ?? [];
    if (match === null || name === "ip6tnl0") return [];
    const words = rest.split(/\s+/);
    return [
      {
        name,
        kind,
        local: after(words, "local") ?? "",
        remote: after(words, "remote") ?? "",
        device: after(words, "dev"),
        encapsulationLimit: after(words, "encaplimit") ?? "none",
        hopLimit: after(words, "hoplimit") ?? "",
        trafficClass: after(words, "tclass") ?? "",
        flowLabel: after(words, "flowlabel") ?? "",
      },
    ];
  });
}

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}
