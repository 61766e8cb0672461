/**
 * `vyos-failover` (vyos-1x: src/helpers/vyos-failover.py): one loop over all next hops; each is checked, its route added or
 * taken away, then the loop sleeps that hop's timeout. A single check decides. Its routes are the kernel's, not the
 * configuration's: it must never touch any other.
 */
import type { Version } from "../configuration/schema.ts";
import { printCommands } from "../configuration/text.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Clock } from "../system/clock.ts";
import type { Kernel } from "./kernel.ts";
import type { Route } from "./tables.ts";
import type { Uplink } from "./uplink.ts";

/** How long a TCP check waits (both releases). */
const checkSeconds = 2;

interface Hop {
  readonly prefix: string;
  readonly via: string;
  readonly node: TreeNode;
}

export class Failover {
  readonly #version: Version;
  readonly #kernel: Kernel;
  readonly #uplink: Uplink;
  readonly #clock: Clock;
  #known = "";
  /** Another one at each start: a loop that finds it changed has been replaced. */
  #run = 0;

  constructor(version: Version, kernel: Kernel, uplink: Uplink, clock: Clock) {
    this.#version = version;
    this.#kernel = kernel;
    this.#uplink = uplink;
    this.#clock = clock;
  }

  /** Reads what is applied; called at every change of it and at boot. */
  read(): void {
    const root = find(this.#kernel.applied, ["protocols", "failover"]);
    const now = root === undefined ? "" : printCommands(root).join("\n");
    if (now === this.#known) return;
    const goesOn = this.#version === "rolling" && now !== "" && this.#known !== "";
    this.#known = now;
    // 1.4 restarts the daemon, which flushes its routes; rolling's reads the new configuration and goes on.
    if (goesOn) {
      const hops = this.#hops();
      this.#routes = this.#routes.filter(({ prefix, via }) =>
        hops.some((hop) => hop.prefix === prefix && hop.via === via),
      );
      return;
    }
    this.#routes = [];
    this.#run++;
    if (now !== "") void this.#loop(this.#run);
  }

  get #routes(): readonly Route[] {
    return this.#kernel.failoverRoutes;
  }

  set #routes(routes: readonly Route[]) {
    this.#kernel.failoverRoutes = routes;
  }

  /** A reboot. */
  clear(): void {
    this.#routes = [];
    this.#known = "";
    this.#run++;
  }

  async #loop(run: number): Promise<void> {
    while (run === this.#run) {
      for (const hop of this.#hops()) {
        const good = await this.#check(hop);
        if (run !== this.#run) return;
        this.#set(hop, good);
        await this.#clock.sleep(Math.max(1, Number(value(hop.node, "check", "timeout") ?? 10)));
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
      if (!good) await this.#clock.sleep(checkSeconds);
      answers.push(good);
    }
    const all = value(node, "check", "policy") === "all-available";
    return all ? answers.every(Boolean) : answers.some(Boolean);
  }

  /** Not bound to the interface when it is TCP: it goes where the routes say. */
  #ask(target: string, node: TreeNode): boolean {
    const uplink = this.#uplink;
    const type = value(node, "check", "type") ?? "icmp";
    if (type === "arp") return false;
    if (type === "icmp") return uplink.ping(target).result === "connected";
    const port = Number(value(node, "check", "port"));
    return uplink.connect({ target, port, source: "-", sourcePort: 0 }).result === "connected";
  }

  #set({ prefix, via, node }: Hop, good: boolean): void {
    const device = value(node, "interface") ?? "";
    const there = this.#routes.some((one) => one.prefix === prefix && one.via === via);
    if (good === there) return;
    // `ip route add` fails while the device is not there.
    if (good && !this.#kernel.isUp(device)) return;
    const metric = Number(value(node, "metric") ?? 1);
    const route: Route = { prefix, via, device, protocol: "failover", metric };
    this.#routes = good
      ? [...this.#routes, route]
      : this.#routes.filter((one) => one.prefix !== prefix || one.via !== via);
    this.#uplink.check();
  }

  #hops(): Hop[] {
    const routes = find(this.#kernel.applied, ["protocols", "failover", "route"])?.children ?? new Map();
    return [...routes].flatMap(([prefix, route]) =>
      [...(find(route, ["next-hop"])?.children ?? [])].map(([via, node]) => ({ prefix, via, node })),
    );
  }
}

function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}
