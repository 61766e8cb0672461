/**
 * A router with four neighbours, each in a network namespace of its own, and a judge before and behind the rules under test:
 * which packets came, and which got past every chain, with the addresses that they had in the end.
 */

import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { devices } from "./arbitrary.ts";
import type { Sent } from "./sender.ts";

/** 0 to 3 stand behind the devices, 4 is the router itself. */
export const router = 4;

/**
 * To these ports a neighbour turns UDP into another protocol, whose first octets are then the UDP header's: 2048 as the source
 * port is the type and code of an echo request, 32768 that of IPv6's.
 */
export const disguises = { "1": 10_001, "4": 10_004, "50": 10_050, "58": 10_058 } as const;
/** A TCP packet from here on has ACK in place of SYN. */
export const ackFrom = 50_000;

const disguised = (["ip", "ip6"] as const)
  .map((family) => {
    const rules = Object.entries(disguises).map(
      ([protocol, port]) =>
        `udp dport ${port} ${family} ${family === "ip" ? "protocol" : "nexthdr"} set ${protocol}`,
    );
    const ack = `tcp sport >= ${ackFrom} tcp flags set ack`;
    return `table ${family} disguise {
      chain out { type filter hook output priority 0; ${[...rules, ack].join("; ")}; }
      chain in { type filter hook input priority 0; policy drop; }
    }`;
  })
  .join("\n");

/** TCP packets are told apart by their source port, the others by their length. */
const judged = `
table inet judge {
  set came { typeof meta length; flags dynamic; size 4096; }
  set camePort { typeof tcp sport; flags dynamic; size 4096; }
  set port4 { typeof tcp sport . ip saddr . ip daddr; flags dynamic; size 4096; }
  set port6 { typeof tcp sport . ip6 saddr . ip6 daddr; flags dynamic; size 4096; }
  set length4 { typeof ip length . ip saddr . ip daddr; flags dynamic; size 4096; }
  set length6 { typeof ip6 length . ip6 saddr . ip6 daddr; flags dynamic; size 4096; }
  chain came { meta l4proto tcp add @camePort { tcp sport }; meta l4proto != tcp add @came { meta length }; }
  chain arrived { type filter hook prerouting priority -500; jump came; }
  chain sent { type filter hook output priority -500; jump came; }
  chain past {
    meta l4proto tcp add @port4 { tcp sport . ip saddr . ip daddr }
    meta l4proto tcp add @port6 { tcp sport . ip6 saddr . ip6 daddr }
    meta l4proto != tcp add @length4 { ip length . ip saddr . ip daddr }
    meta l4proto != tcp add @length6 { ip6 length . ip6 saddr . ip6 daddr }
  }
  chain gone { type filter hook postrouting priority 300; ct state new; jump past; }
  chain in { type filter hook input priority 300; ct state new; jump past; }
  chain silent { type filter hook output priority -499
    icmp type destination-unreachable drop
    icmpv6 type destination-unreachable drop
    tcp flags & rst == rst drop
  }
}`;

/** Each takes some milliseconds, and a packet is there when its sender says so, or never. */
const mostLooks = 200;

const tables = ["ip vyos_filter", "ip6 vyos_filter", "ip vyos_nat", "inet judge"];
const emptied = tables.map((table) => `add table ${table}\ndelete table ${table}`).join("\n");

export interface Result {
  readonly source: string;
  readonly destination: string;
}

export class Lab {
  readonly #prefix = `fw-${process.pid}`;
  readonly #senders: Sender[] = [];

  constructor() {
    try {
      this.#build();
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** In place of all rules of before. */
  load(ruleset: string): void {
    must(["netns", "exec", this.#name(router), "nft", "-f", "-"], `${emptied}\n${ruleset}\n${judged}`);
  }

  /** Returns when the router has seen every packet. */
  async send(packets: readonly (Sent & { readonly place: number })[]): Promise<void> {
    for (const [place, sender] of this.#senders.entries()) {
      const own = packets.filter((packet) => packet.place === place);
      if (own.length > 0) await sender.send(own);
    }
    for (let look = 0; packets.some((packet) => !this.#has(packet)); look += 1) {
      if (look === mostLooks)
        throw new Error(`never came: ${JSON.stringify(packets.find((one) => !this.#has(one)))}`);
      this.#read();
    }
    this.#read();
  }

  /** What became of a packet that was sent; undefined: it was stopped. */
  result({ protocol, fromPort, size, from }: Sent): Result | undefined {
    const family = from.includes(":") ? 6 : 4;
    const id = protocol === "tcp" ? fromPort : family === 4 ? 28 + size : 8 + size;
    const found = this.#sets
      .get(`${protocol === "tcp" ? "port" : "length"}${family}`)
      ?.find(([first]) => first === id);
    return found && { source: String(found[1]), destination: String(found[2]) };
  }

  close(): void {
    for (const sender of this.#senders) sender.close();
    for (const place of [0, 1, 2, 3, 4]) spawnSync("ip", ["netns", "del", this.#name(place)]);
  }

  #sets = new Map<string, (string | number)[][]>();

  #has({ protocol, fromPort, size, from }: Sent): boolean {
    const [set, id] =
      protocol === "tcp" ? ["camePort", fromPort] : ["came", size + (from.includes(":") ? 48 : 28)];
    return this.#sets.get(String(set))?.some(([one]) => one === id) ?? false;
  }

  #read(): void {
    const text = must(
      ["netns", "exec", this.#name(router), "nft", "-j", "list", "table", "inet", "judge"],
      "",
    );
    const { nftables } = JSON.parse(text) as { nftables: { set?: { name: string; elem?: unknown[] } }[] };
    this.#sets = new Map(
      nftables.flatMap(({ set }): [string, (string | number)[][]][] =>
        set === undefined ? [] : [[set.name, (set.elem ?? []).map(wordsOf)]],
      ),
    );
  }

  #name(place: number): string {
    return `${this.#prefix}-${place}`;
  }

  #build(): void {
    for (const place of [0, 1, 2, 3, 4]) {
      must(["netns", "add", this.#name(place)]);
      must(["-n", this.#name(place), "link", "set", "lo", "up"]);
    }
    const quiet = ["default", "all"].flatMap((where) => [
      `net.ipv4.conf.${where}.rp_filter=0`,
      `net.ipv4.conf.${where}.send_redirects=0`,
      `net.ipv6.conf.${where}.accept_dad=0`,
      `net.ipv6.conf.${where}.forwarding=1`,
    ]);
    // Packets of a strange flow are invalid and no pick-up; a disguised packet has no checksum of its own.
    const strict = [
      "net.ipv4.ip_forward=1",
      "net.netfilter.nf_conntrack_tcp_loose=0",
      "net.netfilter.nf_conntrack_checksum=0",
    ];
    // A flow that a test has made known stays so on the slowest machine; what has no ports, and so nothing of its own but
    // two addresses that come again, is forgotten with the NAT of the rules that it met.
    const kept = ["udp_timeout=3600", "udp_timeout_stream=3600"];
    const forgotten = ["generic_timeout=1", "icmp_timeout=1", "icmpv6_timeout=1"];
    strict.push(...[...kept, ...forgotten].map((one) => `net.netfilter.nf_conntrack_${one}`));
    must(["netns", "exec", this.#name(router), "sysctl", "-qw", ...quiet, ...strict]);
    for (const [index, device] of devices.entries()) this.#join(index, device);
    for (const place of [0, 1, 2, 3, 4]) this.#senders.push(new Sender(this.#name(place)));
  }

  /** Both ends have one hardware address and ask for no neighbour: whatever is sent arrives. */
  #join(index: number, device: string): void {
    const [here, there] = [this.#name(router), this.#name(index)];
    const [four, six] = [`10.0.${index}`, `fd00:0:0:${index}::`];
    must(["-n", there, "link", "add", "up0", "type", "veth", "peer", "name", device, "netns", here]);
    for (const [name, end] of [
      [there, "up0"],
      [here, device],
    ] as const) {
      must(["-n", name, "link", "set", end, "address", `02:00:00:00:00:0${index + 1}`]);
      must(["-n", name, "link", "set", end, "arp", "off", "up"]);
    }
    must(["-n", here, "addr", "add", `${four}.1/24`, "dev", device]);
    must(["-n", here, "addr", "add", `${six}1/64`, "dev", device, "nodad"]);
    must(["-n", there, "route", "add", "local", `${four}.0/24`, "dev", "lo"]);
    must(["-n", there, "-6", "route", "add", "local", `${six}/64`, "dev", "lo"]);
    must(["-n", there, "route", "add", "default", "dev", "up0"]);
    must(["-n", there, "-6", "route", "add", "default", "dev", "up0"]);
    must(["-n", there, "route", "add", `${four}.1/32`, "dev", "up0", "table", "local"]);
    must(["-n", there, "-6", "route", "add", `${six}1/128`, "dev", "up0", "table", "local"]);
    must(["netns", "exec", there, "sysctl", "-qw", "net.ipv6.ip_nonlocal_bind=1"]);
    must(["netns", "exec", there, "nft", "-f", "-"], disguised);
  }
}

class Sender {
  readonly #child: ChildProcessWithoutNullStreams;
  #told: (() => void)[] = [];

  constructor(namespace: string) {
    this.#child = spawn("ip", ["netns", "exec", namespace, process.execPath, join(__dirname, "sender.ts")]);
    createInterface({ input: this.#child.stdout }).on("line", () => this.#told.shift()?.());
    this.#child.stderr.on("data", (text) => process.stderr.write(text));
  }

  send(packets: readonly Sent[]): Promise<void> {
    this.#child.stdin.write(`${JSON.stringify(packets)}\n`);
    return new Promise((resolve) => this.#told.push(resolve));
  }

  close(): void {
    this.#child.stdin.end();
  }
}

/** `5`, `{ concat: [5, "10.0.0.1", "10.0.1.1"] }`, or either within `{ elem: { val } }`. */
function wordsOf(element: unknown): (string | number)[] {
  if (typeof element === "string" || typeof element === "number") return [element];
  if (typeof element !== "object" || element === null) return [];
  if ("concat" in element && Array.isArray(element.concat)) return element.concat.flatMap(wordsOf);
  return "elem" in element ? wordsOf(element.elem) : "val" in element ? wordsOf(element.val) : [];
}

function must(args: readonly string[], input = ""): string {
  const { status, stdout, stderr, error } = spawnSync("ip", args, { encoding: "utf8", input });
  if (status === 0) return stdout;
  throw new Error(`ip ${args.join(" ")}: ${error?.message ?? stderr.trim()}\n${input}`);
}
