/**
 * What somebody changed by hand of what the configuration had put into the kernel: a tunnel with another parameter, an
 * address or a route taken away. Gone at reboot, and for a node that the configuration no longer holds.
 */
import type { Address, Route, Tunnel } from "./tables.ts";

export class Damage {
  readonly #tunnels = new Map<string, Partial<Tunnel> | "gone">();
  readonly #addresses = new Set<string>();
  readonly #routes = new Set<string>();
  readonly #linksDown = new Set<string>();
  /** VyOS's whole NAT table was deleted. */
  natGone = false;

  clear(): void {
    for (const one of [this.#tunnels, this.#addresses, this.#routes, this.#linksDown]) one.clear();
    this.natGone = false;
  }

  /** A node that is deleted and set again is made anew. */
  tunnels(configured: readonly Tunnel[]): Tunnel[] {
    for (const name of this.#tunnels.keys()) {
      if (!configured.some((one) => one.name === name)) this.#tunnels.delete(name);
    }
    return configured.flatMap((one) => {
      const changed = this.#tunnels.get(one.name);
      return changed === "gone" ? [] : [{ ...one, ...changed }];
    });
  }

  holds({ device, address }: Address): boolean {
    return !this.#addresses.has(`${device} ${address}`) && this.#tunnels.get(device) !== "gone";
  }

  keeps({ prefix, protocol }: Route): boolean {
    return protocol !== "static" || !this.#routes.has(prefix);
  }

  isLinkDown(device: string): boolean {
    return this.#linksDown.has(device);
  }

  changeTunnel(name: string, changed: Partial<Tunnel>): void {
    const before = this.#tunnels.get(name);
    if (before !== "gone") this.#tunnels.set(name, { ...before, ...changed });
  }

  removeTunnel(name: string): void {
    this.#tunnels.set(name, "gone");
  }

  removeAddress(device: string, address: string): void {
    this.#addresses.add(`${device} ${address}`);
  }

  /** Whether it had been removed. */
  restoreAddress(device: string, address: string): boolean {
    return this.#addresses.delete(`${device} ${address}`);
  }

  removeRoute(prefix: string): void {
    this.#routes.add(prefix);
  }

  setLink(device: string, state: "up" | "down"): void {
    if (state === "down") this.#linksDown.add(device);
    else this.#linksDown.delete(device);
  }
}
