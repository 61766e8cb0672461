/**
 * Whether a packet gets through, and why not: decided from the kernel's routes and tunnels, the NAT rules and the
 * network around. It also keeps the time without a working IPv4 uplink. It must never change anything.
 */

import { sameAddress } from "../configuration/addresses.ts";
import type { Clock } from "../system/clock.ts";
import { type Kernel, ngn } from "./kernel.ts";
import { translate } from "./nat.ts";
import type { Network } from "./network.ts";
import type { Route } from "./tables.ts";

interface FarEnd {
  readonly address: string;
  /** Which tunnel's end it answers. */
  readonly knows: (local: string) => boolean;
  /** What it lets through of what leaves there; undefined: all of it. */
  readonly refuses: (address: string, port: number) => string | undefined;
}

/** The relays and AFTRs of three lines: a shared one (the first router's), a fixed IPv4 address, and DS-Lite. */
const farEnds: readonly FarEnd[] = [
  {
    address: "2001:260:700:1::1:275",
    knows: (local) => sameAddress(local, "2404:7a82:4d02:4100:85:d10d:200:4100"),
    refuses: (address, port) => {
      if (address !== "133.209.13.2") return `${address} leaves by it, not 133.209.13.2`;
      return isOwnPort(port) ? undefined : `port ${port} is not of the own set`;
    },
  },
  {
    address: "2404:9200:225:100::65",
    knows: (local) => sameAddress(local, "240b:11:52c1:9300:cb:71:4d00:0"),
    refuses: (address) =>
      address === "203.0.113.77" ? undefined : `${address} leaves by it, not 203.0.113.77`,
  },
  {
    // RFC 6333: the AFTR translates whatever private source comes from any address of the line.
    address: "2404:8e00::feed:100",
    knows: (local) => local.startsWith("2409:10:a1b2:c3"),
    refuses: (address) =>
      /^(?:10|192\.168|192\.0\.0)\./.test(address) ? undefined : `${address} is no private address`,
  },
];
const psid = 0x41;
/** The MAP-E router behind eth0. */
const wxr = "192.168.100.1";
/** The same device on the NGN side: once mistaken for the gateway. */
const wxrOnNgn = "fe80::f2f8:4aff:fe67:5800";
/** Somewhere on the IPv4 internet. */
const anywhere = { target: "198.51.100.9", port: 443, source: "-", sourcePort: 0 };

export type Result =
  | "connected"
  | "refused"
  | "timed out"
  | "Network is unreachable"
  | "Cannot assign requested address";

export interface Outcome {
  readonly result: Result;
  readonly why: string;
}

export interface Connect {
  readonly target: string;
  readonly port: number;
  /** "-": the kernel's choice. */
  readonly source: string;
  readonly sourcePort: number;
}

const lost = (why: string): Outcome => ({ result: "timed out", why });

/** RFC 5737's first network: addresses that nobody has. */
const documentation = /^192\.0\.2\./;

export class Uplink {
  /** It is booting: nothing answers. */
  down = false;
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #clock: Clock;
  #nextPort = 32768;
  #downSince: number | undefined;
  #outage = 0;
  #longest = 0;

  constructor(kernel: Kernel, network: Network, clock: Clock) {
    this.#kernel = kernel;
    this.#network = network;
    this.#clock = clock;
  }

  /** Looks whether the state of the uplink has changed; called at every change of anything. */
  check(): void {
    const now = this.#clock.now();
    const works = !this.down && this.connect(anywhere).result === "connected";
    if (!works) this.#downSince ??= now;
    else if (this.#downSince !== undefined) {
      const seconds = now - this.#downSince;
      this.#outage += seconds;
      this.#longest = Math.max(this.#longest, seconds);
      this.#downSince = undefined;
    }
  }

  outageSeconds(): number {
    return this.#outage + this.#current();
  }

  longestOutageSeconds(): number {
    return Math.max(this.#longest, this.#current());
  }

  explain(): string {
    if (this.down) return "the router is booting";
    return this.connect(anywhere).why;
  }

  /** A TCP connection over IPv4. */
  connect(asked: Connect): Outcome {
    const kernel = this.#kernel;
    const mine = kernel.addresses().some((one) => one.address.split("/")[0] === asked.source);
    if (asked.source !== "-" && !mine)
      return { result: "Cannot assign requested address", why: `${asked.source} is on no interface` };
    const route = kernel.lookup(asked.target);
    if (route === undefined)
      return { result: "Network is unreachable", why: `no IPv4 route to ${asked.target}` };
    if (documentation.test(asked.target)) return lost(`nobody is at ${asked.target}`);
    if (kernel.tunnels().some((one) => one.name === route.device)) return this.#byTunnel(route, asked);
    return this.#byWxr(route, asked.target);
  }

  /** An echo over IPv6, or over IPv4. */
  ping(target: string): Outcome {
    const [kernel, network] = [this.#kernel, this.#network];
    const route = kernel.lookup(target);
    const local = target.startsWith("fe80:");
    if (route === undefined && !local)
      return { result: "Network is unreachable", why: `no route to ${target}` };
    if (target.includes(":")) return this.#six(target);
    if (route !== undefined && kernel.tunnels().some((one) => one.name === route.device))
      return lost("an echo's identifier is a port too, and NAT here does not map it into the own set");
    if (target === wxr && network.facts.wxrAnswers) return { result: "connected", why: `${wxr} answers` };
    return this.#byWxr(route as Route, target);
  }

  #six(target: string): Outcome {
    const { facts } = this.#network;
    if (!this.#kernel.isUp("eth1")) return lost("eth1 has no link");
    if (target.split("%")[0] === wxrOnNgn) {
      return facts.wxrAnswers
        ? { result: "connected", why: `${target} answers` }
        : lost(`the WXR at ${target} does not answer`);
    }
    if (!facts.gatewayAnswers) return lost(`the NGN gateway ${ngn.gateway} does not answer`);
    const route = this.#kernel.lookup(target);
    const gateway = target.split("%")[0] === ngn.gateway;
    if (!gateway && route?.via !== undefined && !sameAddress(route.via, ngn.gateway))
      return lost(`${route.via} is not the NGN gateway`);
    const far = farEnds.find(({ address }) => sameAddress(target.split("%")[0] ?? "", address));
    if (far !== undefined && !facts.relayAnswers)
      return lost(`the border relay ${far.address} does not answer`);
    return { result: "connected", why: `${target} answers` };
  }

  #byWxr(route: Route, target: string): Outcome {
    const { facts } = this.#network;
    const { via } = route;
    if (via === undefined) return lost(`${target} is not on ${route.device}`);
    if (via !== wxr) return lost(`nobody is at ${via}`);
    if (!facts.wxrAnswers) return lost(`the WXR at ${wxr} does not answer`);
    if (!facts.internetBehindWxr) return lost("the WXR answers, the internet behind it does not");
    return { result: "connected", why: `IPv4 works by the WXR at ${wxr}` };
  }

  #byTunnel(route: Route, asked: Connect): Outcome {
    const [kernel, network] = [this.#kernel, this.#network];
    const tunnel = kernel.tunnels().find((one) => one.name === route.device);
    if (tunnel?.up !== true) return lost(`the tunnel ${route.device} is down`);
    const { name, remote, local } = tunnel;
    if (!kernel.addresses().some((one) => same(one.address.split("/")[0], local)))
      return lost(`the source ${local} of ${name} is on no interface`);
    if (kernel.lookup(remote) === undefined) return lost(`no IPv6 route to the border relay ${remote}`);
    const far = farEnds.find(({ address }) => same(remote, address));
    if (far === undefined) return lost(`${remote} is not this line's border relay`);
    const six = this.#six(remote);
    if (six.result !== "connected") return six;
    if (!far.knows(local)) return lost(`the border relay does not know the customer edge ${local}`);
    const own = kernel.addresses().find((one) => one.device === name && !one.address.includes(":"));
    const source = asked.source === "-" ? (own?.address.split("/")[0] ?? "192.168.100.2") : asked.source;
    const sent = translate(kernel, {
      device: name,
      protocol: "tcp",
      source,
      sourcePort: this.#port(asked),
    });
    const refused = sent.ports
      .map((port) => far.refuses(sent.address, port))
      .find((one) => one !== undefined);
    if (refused !== undefined) return lost(refused);
    if (!network.facts.internetBehindRelay)
      return lost("the border relay answers, the internet behind it does not");
    return { result: "connected", why: `IPv4 works by the tunnel ${name}` };
  }

  /** Linux takes ephemeral ports from 32768 on. */
  #port({ sourcePort }: Connect): number {
    if (sourcePort !== 0) return sourcePort;
    this.#nextPort = this.#nextPort >= 60999 ? 32768 : this.#nextPort + 1;
    return this.#nextPort;
  }

  #current(): number {
    return this.#downSince === undefined ? 0 : this.#clock.now() - this.#downSince;
  }
}

/** RFC 7597 with 4 offset bits and 8 bits of port set id: 15 blocks of 16 ports; block 0 is nobody's. */
function isOwnPort(port: number): boolean {
  return port >= 4096 && ((port >> 4) & 0xff) === psid;
}

function same(one: string | undefined, other: string): boolean {
  return one?.includes(":") === true && other.includes(":") && sameAddress(one, other);
}
