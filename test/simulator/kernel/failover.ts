/**
 * `vyos-failover` (vyos-1x: src/helpers/vyos-failover.py): one loop over all next hops; each is checked, its route added or
 * taken away, then the loop sleeps that hop's timeout. A single check decides. Its routes are the kernel's, not the
 * configuration's: it must never touch any other.
 */

import { printCommands } from "../configuration/text.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Machine } from "../system/machine.ts";
import type { Route } from "./kernel.ts";

/** How long a TCP check waits (both releases). */
const checkSeconds = 2;

interface Hop {
  readonly prefix: string;
  readonly via: string;
  readonly node: TreeNode;
}

export class Failover {
  /** What it has put into the kernel. */
  routes: Route[] = [];
  readonly #machine: Machine;
  #known = "";
  /** Another one at each start: a loop that finds it changed has been replaced. */
  #run = 0;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** Reads the active configuration; called at every change of it and at boot. */
  read(): void {
    const root = find(this.#machine.active, ["protocols", "failover"]);
    const now = root === undefined ? "" : printCommands(root).join("\n");
    if (now === this.#known) return;
    const goesOn = this.#machine.version === "rolling" && now !== "" && this.#known !== "";
    this.#known = now;
    // 1.4 restarts the daemon, which flushes its routes; rolling's reads the new configuration and goes on.
    if (goesOn) {
      const hops = this.#hops();
      this.routes = this.routes.filter(({ prefix, via }) =>
        hops.some((hop) => hop.prefix === prefix && hop.via === via),
      );
      return;
    }
    this.routes = [];
    this.#run++;
    if (now !== "") void this.#loop(this.#run);
  }

  /** A reboot. */
  clear(): void {
    this.routes = [];
    this.#known = "";
    this.#run++;
  }

  async #loop(run: number): Promise<void> {
    while (run === this.#run) {
      for (const hop of this.#hops()) {
        const good = await this.#check(hop);
        if (run !== this.#run) return;
        this.#set(hop, good);
        await this.#machine.clock.sleep(Math.max(1, Number(value(hop.node, "check", "timeout") ?? 10)));
        if (run !== this.#run) return;
      }
    }
  }

  async #check({ node }: Hop): Promise<boolean> {
    const check = find(node, ["check"]);
    // A multi leaf in 1.4, a tag node in rolling.
    const target = check && find(check, ["target"]);
    const targets = [...(target?.values ?? []), ...(target?.children.keys() ?? [])];
    const answers: boolean[] = [];
    for (const one of targets) {
      const good = this.#ask(one, node);
      if (!good) await this.#machine.clock.sleep(checkSeconds);
      answers.push(good);
    }
    const all = value(node, "check", "policy") === "all-available";
    return all ? answers.every(Boolean) : answers.some(Boolean);
  }

  /** Not bound to the interface when it is TCP: it goes where the routes say. */
  #ask(target: string, node: TreeNode): boolean {
    const { uplink } = this.#machine;
    const type = value(node, "check", "type") ?? "icmp";
    if (type === "arp") return false;
    if (type === "icmp") return uplink.ping(target).result === "connected";
    const port = Number(value(node, "check", "port"));
    return uplink.connect({ target, port, source: "-", sourcePort: 0 }).result === "connected";
  }

  #set({ prefix, via, node }: Hop, good: boolean): void {
    const device = value(node, "interface") ?? "";
    const there = this.routes.some((one) => one.prefix === prefix && one.via === via);
    if (good === there) return;
    // `ip route add` fails while the device is not there.
    if (good && !this.#machine.kernel.isUp(device)) return;
    const metric = Number(value(node, "metric") ?? 1);
    const route: Route = { prefix, via, device, protocol: "failover", metric };
    this.routes = good
      ? [...this.routes, route]
      : this.routes.filter((one) => one.prefix !== prefix || one.via !== via);
    this.#machine.uplink.check();
  }

  #hops(): Hop[] {
    const routes = find(this.#machine.active, ["protocols", "failover", "route"])?.children ?? new Map();
    return [...routes].flatMap(([prefix, route]) =>
      [...(find(route, ["next-hop"])?.children ?? [])].map(([via, node]) => ({ prefix, via, node })),
    );
  }
}

function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}
