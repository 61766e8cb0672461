/**
 * What the kernel of the simulated router has: tunnels, addresses and routes that follow from what commits have applied and
 * from the network, and those that somebody made by hand. By hand means gone at reboot.
 */
import { familyOf, networkOf, sameAddress, within } from "../configuration/addresses.ts";
import { portsOf } from "../configuration/ports.ts";
import { emptyTree, find, type TreeNode } from "../configuration/tree.ts";
import type { Observed } from "../system/observed.ts";
import { Damage } from "./damage.ts";
import { farEnds } from "./far-ends.ts";
import type { Network } from "./network.ts";
import type { NftTable } from "./nft-table.ts";
import type { Address, Route, Tunnel } from "./tables.ts";

/** The NGN's gateway and prefix on the first router. */
export const ngn = { gateway: "fe80::a611:bbff:fe7d:ee11", prefix: "2404:7a82:4d02:4100::/64" };
/** What the DHCP server behind eth0, the WXR's, leases. */
const lease = { address: "192.168.100.2/24", router: "192.168.100.1" };

export class Kernel {
  readonly tunnelsByHand: Tunnel[] = [];
  readonly addressesByHand: Address[] = [];
  readonly routesByHand: Route[] = [];
  /** Each as `iptables -A` was given it, without the chain; the position is the nft handle. */
  readonly natByHand = new Map<number, readonly string[]>();
  readonly damage = new Damage();
  /** Packets that a tunnel could not send, by its name. */
  readonly txErrors = new Map<string, number>();
  /** Tables that somebody loaded with `nft -f`, by family and name. */
  readonly tables = new Map<string, NftTable>();
  /** What commits have made of the machine, subtree by subtree: not the active configuration while one is under way. */
  applied: TreeNode = emptyTree();
  /** What vyos-failover has put into it. */
  failoverRoutes: readonly Route[] = [];
  /** FRR was restarted and knows no static route until somebody commits one (recorded). */
  frrForgot = false;
  readonly #network: Network;
  readonly #observed: Observed;

  constructor(network: Network, observed: Observed) {
    this.#network = network;
    this.#observed = observed;
  }

  /** A reboot. */
  clear(): void {
    for (const list of [this.tunnelsByHand, this.addressesByHand, this.routesByHand]) list.length = 0;
    this.natByHand.clear();
    this.damage.clear();
    this.txErrors.clear();
    this.tables.clear();
    this.failoverRoutes = [];
    this.frrForgot = false;
  }

  tunnels(): Tunnel[] {
    const declared = find(this.applied, ["interfaces", "tunnel"])?.children ?? new Map();
    const configured = [...declared].map(([name, node]) => tunnelOf(name, node));
    return [...this.damage.tunnels(configured), ...this.tunnelsByHand];
  }

  /** The tunnel in whose way a new one with these endpoints is. */
  clash(name: string, node: TreeNode): Tunnel | undefined {
    const wanted = tunnelOf(name, node);
    const others = this.tunnels().filter((one) => one.by === "hand" || one.name !== name);
    return others.find(
      (one) => one.name === name || (same(one.remote, wanted.remote) && same(one.local, wanted.local)),
    );
  }

  devices(): string[] {
    const tunnels = find(this.applied, ["interfaces", "tunnel"])?.children;
    const configured = portsOf(this.applied)
      .map(([name]) => name)
      .filter((name) => !tunnels?.has(name));
    return [...new Set(["lo", ...configured, ...this.tunnels().map((tunnel) => tunnel.name)])];
  }

  isUp(device: string): boolean {
    const tunnel = this.tunnels().find((one) => one.name === device);
    if (tunnel !== undefined) return tunnel.up;
    if (this.damage.isLinkDown(device)) return false;
    const [port = ""] = device.split(".");
    if (this.damage.isLinkDown(port)) return false;
    return this.devices().includes(device) && (port !== "eth1" || this.#network.facts.linkUp);
  }

  addresses(): Address[] {
    const { leasePresent, routerAdvertisement, linkUp } = this.#network.facts;
    const all: Address[] = [];
    for (const [device, node] of portsOf(this.applied)) {
      for (const address of find(node, ["address"])?.values ?? []) {
        if (address.includes("/")) all.push({ device, address, by: "configuration" });
        else if (address === "dhcp") all.push({ device, address: lease.address, by: "network" });
        else if (address === "dhcpv6" && leasePresent)
          all.push({
            device,
            address: `${this.#observed.delegatedPrefix.split("/")[0]}1000/128`,
            by: "network",
          });
      }
      if (leasePresent) all.push(...delegatedOf(node, this.#observed.delegatedPrefix));
      const autoconf = find(node, ["ipv6", "address"])?.children.has("autoconf") ?? false;
      if (autoconf && routerAdvertisement && linkUp)
        all.push({
          device,
          address: `${this.#observed.delegatedPrefix.split("::")[0]}:5054:ff:fe00:11/64`,
          by: "network",
        });
    }
    return [...all.filter((one) => this.damage.holds(one)), ...this.addressesByHand];
  }

  /** The kernel keeps it tentative and sends nothing from it (recorded: transcripts/address-held-elsewhere.txt). */
  isDuplicate({ address }: Address): boolean {
    const bare = address.split("/")[0] ?? "";
    return this.isHeldElsewhere(bare);
  }

  isHeldElsewhere(address: string): boolean {
    return this.#network.facts.ceHeldElsewhere && farEnds.some(({ knows }) => knows(address));
  }

  /** What a packet that begins here and leaves by the device has as its source. */
  ipv4Of(device: string): string | undefined {
    const own = this.addresses().find((one) => one.device === device && !one.address.includes(":"));
    return own?.address.split("/")[0];
  }

  routes(): Route[] {
    const connected = this.addresses().flatMap(({ device, address }): Route[] => {
      const length = Number(address.split("/")[1]);
      const [host, metric] = familyOf(address) === 4 ? [32, 0] : [128, 256];
      if (length === host || !this.isUp(device)) return [];
      return [{ prefix: networkOf(address), via: undefined, device, protocol: "kernel", metric }];
    });
    const fixed = this.#static(connected);
    const bySelf = fixed.some(({ prefix }) => prefix === "0.0.0.0/0") ? [] : this.#byPeers();
    const usable = [...fixed, ...bySelf, ...this.routesByHand, ...this.failoverRoutes].filter(
      (route) => this.isUp(route.device) && this.damage.keeps(route),
    );
    return [...usable, ...this.#fromNetwork(), ...unique(connected)];
  }

  /** A tunnel whose source is on no interface is up and sends nothing: it counts errors (recorded). */
  countDrop(target: string): void {
    const name = this.lookup(target)?.device;
    const tunnel = this.tunnels().find((one) => one.name === name);
    if (tunnel === undefined) return;
    const source = this.addresses().find(({ address }) => address.split("/")[0] === tunnel.local);
    if (source !== undefined && !this.isDuplicate(source)) return;
    this.txErrors.set(tunnel.name, (this.txErrors.get(tunnel.name) ?? 0) + 1);
  }

  /** The longest prefix, then the lowest metric. */
  lookup(target: string): Route | undefined {
    const length = (route: Route) => Number(route.prefix.split("/")[1]);
    return this.routes()
      .filter((route) => within(target, route.prefix))
      .sort((one, other) => length(other) - length(one) || one.metric - other.metric)[0];
  }

  /** The gateway's advertisement gives the default route, as long as there is a lease (as the first router saw it). */
  #fromNetwork(): Route[] {
    const { leasePresent, routerAdvertisement } = this.#network.facts;
    if (!leasePresent || !routerAdvertisement) return [];
    const asking = portsOf(this.applied).filter(([, node]) =>
      find(node, ["address"])?.values.includes("dhcpv6"),
    );
    const made = { prefix: "::/0", via: ngn.gateway, protocol: "ra", metric: 1024 } as const;
    return asking.filter(([device]) => this.isUp(device)).map(([device]) => ({ device, ...made }));
  }

  /** What a DHCP lease and PPPoE give: at distance 210 (vyos-1x: pppoe.py, staticd.frr.j2), beneath any static default. */
  #byPeers(): Route[] {
    const dialled = [...(find(this.applied, ["interfaces", "pppoe"])?.children ?? [])];
    const peers = dialled.filter(([, node]) => !node.children.has("no-default-route"));
    const made = { protocol: "static", metric: 20 } as const;
    const byPppoe = peers.map(([device]) => ({ prefix: "0.0.0.0/0", via: undefined, device, ...made }));
    return [...this.#leased(), ...byPppoe];
  }

  #leased(): Route[] {
    const leases = this.addresses().filter(
      ({ address, by }) => by === "network" && address === lease.address,
    );
    const made = { prefix: "0.0.0.0/0", via: lease.router, protocol: "static", metric: 20 } as const;
    return leases.map(({ device }) => ({ device, ...made }));
  }

  /** FRR installs a static route only when its next hop is on a device that is there. */
  #static(connected: readonly Route[]): Route[] {
    if (this.frrForgot) return [];
    const root = find(this.applied, ["protocols", "static"]);
    const tags = ["route", "route6"].flatMap((kind) => [...(root?.children.get(kind)?.children ?? [])]);
    const made = { protocol: "static", metric: 20 } as const;
    return tags.flatMap(([prefix, node]): Route[] => {
      const devices = [...(node.children.get("interface")?.children.keys() ?? [])];
      const leased = this.#leased().filter(({ device }) =>
        find(node, ["dhcp-interface"])?.values.includes(device),
      );
      const hops = [...(node.children.get("next-hop")?.children ?? [])].flatMap(([via, hop]): Route[] => {
        const over = connected.find((route) => within(via, route.prefix))?.device;
        const device = find(hop, ["interface"])?.values[0] ?? over;
        return device === undefined ? [] : [{ prefix, via, device, ...made }];
      });
      const byLease = leased.map((route) => ({ ...route, prefix }));
      return [...hops, ...byLease, ...devices.map((device) => ({ prefix, via: undefined, device, ...made }))];
    });
  }
}

/** To each interface that a prefix is handed to, an address of it (vyos-1x: data/templates/dhcp-client/ipv6.j2): the n-th /64 without a sla-id. */
function delegatedOf(port: TreeNode, prefix: string): Address[] {
  const [a, b, c, group = "0"] = prefix.split(":");
  return [...(find(port, ["dhcpv6-options", "pd"])?.children.values() ?? [])].flatMap((pd) =>
    [...(pd.children.get("interface")?.children ?? [])].map(([device, inside], index) => {
      const subnet = Number(find(inside, ["sla-id"])?.values[0] ?? index);
      const ifid = Number(find(inside, ["address"])?.values[0] ?? 1).toString(16);
      const network = `${a}:${b}:${c}:${(Number.parseInt(group, 16) + subnet).toString(16)}`;
      return { device, address: `${network}::${ifid}/64`, by: "delegated" } as const;
    }),
  );
}

function tunnelOf(name: string, node: TreeNode): Tunnel {
  const value = (...words: string[]) => find(node, words)?.values[0];
  return {
    name,
    remote: value("remote") ?? "::",
    local: value("source-address") ?? "::",
    device: value("source-interface"),
    encaplimit: value("parameters", "ipv6", "encaplimit") ?? "4",
    mtu: Number(value("mtu") ?? 1476),
    by: "configuration",
    up: !node.children.has("disable"),
  };
}

function same(one: string, other: string): boolean {
  return one === other || (one.includes(":") && other.includes(":") && sameAddress(one, other));
}

function unique(routes: readonly Route[]): Route[] {
  return routes.filter(
    (route, index) =>
      routes.findIndex((one) => one.prefix === route.prefix && one.device === route.device) === index,
  );
}
