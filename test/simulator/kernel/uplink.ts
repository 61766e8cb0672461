/**
 * Whether a packet gets through, and why not: decided from the kernel's routes and tunnels, the NAT rules and the
 * network around. It also keeps the time without a working IPv4 uplink. It must never change anything.
 */

import { sameAddress } from "../configuration/addresses.ts";
import type { Clock } from "../system/clock.ts";
import { farEnds } from "./far-ends.ts";
import { stopped } from "./firewall.ts";
import { type Kernel, ngn } from "./kernel.ts";
import type { Packet } from "./matching.ts";
import { translate } from "./nat.ts";
import type { Network } from "./network.ts";
import { Outage } from "./outage.ts";
import type { Route, Tunnel } from "./tables.ts";

/** The MAP-E router behind eth0. */
const wxr = "192.168.100.1";
/** The same device on the NGN side: once mistaken for the gateway. */
const wxrOnNgn = "fe80::f2f8:4aff:fe67:5800";
/** Somewhere on the IPv4 internet. */
const anywhere = { target: "198.51.100.9", port: 443, source: "-", sourcePort: 0 };

/** Whose packets: the router's own connections, or those of a client on the LAN. */
export type Party = "router" | "lan";

export type Result =
  | "connected"
  | "refused"
  | "timed out"
  | "Network is unreachable"
  | "Cannot assign requested address";

export interface Outcome {
  readonly result: Result;
  readonly why: string;
  /** Where it was lost: before it left, or when its answer had come. */
  readonly on?: "out" | "in" | undefined;
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
  readonly outages: Readonly<Record<Party, Outage>>;

  constructor(kernel: Kernel, network: Network, clock: Clock) {
    this.#kernel = kernel;
    this.#network = network;
    this.#clock = clock;
    this.outages = { router: new Outage(clock), lan: new Outage(clock) };
  }

  /** Looks whether anything works otherwise than before; called at every change of anything. */
  check(): void {
    const now = this.#clock.now();
    for (const party of ["router", "lan"] as const)
      this.outages[party].see(now, !this.down && this.#ask(party).result === "connected");
  }

  explain(of: Party): string {
    return this.down ? "the router is booting" : this.#ask(of).why;
  }

  #ask(of: Party): Outcome {
    if (of === "router") return this.connect(anywhere);
    const packet = this.fromLan();
    return packet === undefined ? lost(`the LAN on ${this.#network.lan} has no way`) : this.through(packet);
  }

  /** The first packet of a client on the LAN to somewhere on the internet; undefined: there is no LAN, or no way. */
  fromLan(asked: Partial<Packet> = {}): Packet | undefined {
    const [kernel, device] = [this.#kernel, this.#network.lan];
    const home = kernel.ipv4Of(device);
    const route = kernel.lookup(asked.destination ?? anywhere.target);
    if (home === undefined || route === undefined || !kernel.isUp(device)) return undefined;
    const [destination, destinationPort] = [anywhere.target, anywhere.port];
    const end = { source: home.replace(/\.\d+$/, ".50"), sourcePort: 40_000, destination, destinationPort };
    return { ...end, family: 4, protocol: "tcp", state: "new", in: device, out: route.device, ...asked };
  }

  /** A TCP connection over IPv4. */
  connect({ target, port, source, sourcePort }: Connect): Outcome {
    const kernel = this.#kernel;
    const mine = kernel.addresses().some((one) => one.address.split("/")[0] === source);
    if (source !== "-" && !mine)
      return { result: "Cannot assign requested address", why: `${source} is on no interface` };
    const route = kernel.lookup(target);
    if (route === undefined) return { result: "Network is unreachable", why: `no IPv4 route to ${target}` };
    const end = {
      source: source === "-" ? (kernel.ipv4Of(route.device) ?? "192.168.100.2") : source,
      sourcePort: sourcePort === 0 ? this.#freePort() : sourcePort,
      destination: target,
      destinationPort: port,
    };
    return this.through({
      ...end,
      family: 4,
      protocol: "tcp",
      state: "new",
      in: undefined,
      out: route.device,
    });
  }

  /** The firewall on the way out, the way, and the firewall on the answer's way in. */
  through(packet: Packet): Outcome {
    const route = this.#kernel.lookup(packet.destination);
    if (documentation.test(packet.destination)) return lost(`nobody is at ${packet.destination}`);
    const stops = this.#refused(packet, "out");
    if (stops !== undefined || route === undefined) return stops ?? lost("no way");
    const tunnel = this.#kernel.tunnels().find((one) => one.name === packet.out);
    const there = tunnel ? this.#byTunnel(tunnel, packet) : this.#byWxr(route, packet.destination);
    // On one segment the other router answers the client itself.
    if (there.result !== "connected" || packet.in === packet.out) return there;
    if (packet.in !== undefined && !this.#network.facts.answersReachLan)
      return { ...lost("its answers are dropped, and no configuration says by what"), on: "in" };
    return this.#refused(answerTo(packet), "in") ?? there;
  }

  #refused(packet: Packet, on: Outcome["on"]): Outcome | undefined {
    const rule = stopped(this.#kernel.applied, packet);
    return rule === undefined ? undefined : { ...lost(`the firewall stops it: ${rule}`), on };
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
    // PPPoE's far end is the provider's.
    if (via === undefined && route.device.startsWith("pppoe"))
      return { result: "connected", why: `IPv4 works by ${route.device}` };
    if (via === undefined) return lost(`${target} is not on ${route.device}`);
    if (via !== wxr) return lost(`nobody is at ${via}`);
    if (!facts.wxrAnswers) return lost(`the WXR at ${wxr} does not answer`);
    if (!facts.internetBehindWxr) return lost("the WXR answers, the internet behind it does not");
    return { result: "connected", why: `IPv4 works by the WXR at ${wxr}` };
  }

  #byTunnel({ name, remote, local, up }: Tunnel, packet: Packet): Outcome {
    const [kernel, network] = [this.#kernel, this.#network];
    if (!up) return lost(`the tunnel ${name} is down`);
    const held = kernel.addresses().find((one) => same(one.address.split("/")[0], local));
    if (held === undefined) return lost(`the source ${local} of ${name} is on no interface`);
    if (kernel.isDuplicate(held)) return lost(`another device on the NGN holds ${local}`);
    if (kernel.lookup(remote) === undefined) return lost(`no IPv6 route to the border relay ${remote}`);
    const far = farEnds.find(({ address }) => same(remote, address));
    if (far === undefined) return lost(`${remote} is not this line's border relay`);
    const six = this.#six(remote);
    if (six.result !== "connected") return six;
    // What the tunnel sends is the router's own, over IPv6, whoever it carries.
    const end = { source: local, sourcePort: 0, destination: remote, destinationPort: 0 };
    const carried = { family: 6, protocol: "ipip", state: "new", in: undefined } as const;
    const outer = { ...end, ...carried, out: kernel.lookup(remote)?.device };
    const stops = this.#refused(outer, undefined) ?? this.#refused(answerTo(outer), undefined);
    if (stops !== undefined) return stops;
    if (!far.knows(local)) return lost(`the border relay does not know the customer edge ${local}`);
    const sent = translate(kernel, packet);
    const refused = sent.ports
      .map((port) => far.refuses(sent.address, port))
      .find((one) => one !== undefined);
    if (refused !== undefined) return lost(refused);
    if (!network.facts.internetBehindRelay)
      return lost("the border relay answers, the internet behind it does not");
    return { result: "connected", why: `IPv4 works by the tunnel ${name}` };
  }

  /** Linux takes ephemeral ports from 32768 on. */
  #freePort(): number {
    this.#nextPort = this.#nextPort >= 60999 ? 32768 : this.#nextPort + 1;
    return this.#nextPort;
  }
}

/** The first packet back, which connection tracking knows. */
function answerTo(packet: Packet): Packet {
  const { source, sourcePort, destination, destinationPort } = packet;
  const turned = { source: destination, sourcePort: destinationPort, destination: source };
  return {
    ...packet,
    ...turned,
    destinationPort: sourcePort,
    state: "established",
    in: packet.out,
    out: packet.in,
  };
}

function same(one: string | undefined, other: string): boolean {
  return one?.includes(":") === true && other.includes(":") && sameAddress(one, other);
}
