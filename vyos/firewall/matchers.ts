/**
 * The words of a rule by which it takes a packet or lets it go by (vyos-1x: python/vyos/firewall.py, nat.py). Pure. A word
 * that is not known here may take the packet or not: it is named, never guessed.
 */

import { type ConfigTree, emptyTree } from "../tree.ts";
import type { Groups } from "./groups.ts";
import { type Family, type Packet, protocolNumber } from "./packet.ts";
import { addressRange, portRange, type Range, within } from "./ranges.ts";

/** Undefined: the rule is not met. Else the words on which it hangs; none: it is met for certain. */
export type Matcher = (packet: Packet) => readonly string[] | undefined;

/** A text is the word that was not understood. */
type Test = (packet: Packet) => boolean | string;

export interface Surroundings {
  readonly family: Family;
  readonly groups: Groups;
  /** Is there `vpn ipsec`? Without it no packet is IPsec's. */
  readonly ipsec: boolean;
  /** NAT turns a whole list of ports round by the `!` before it, a filter one port of it. */
  readonly nat: boolean;
}

/** What a rule holds beside its conditions: what it does, and words for people. */
const otherWords = new Set([
  ...["action", "jump-target", "description", "disable", "log", "log-options", "offload-target", "queue"],
  ...["queue-options", "set", "translation", "exclude", "add-address-to-group", "load-balance"],
  ...["fwmark", "interface", "failover", "per-packet-balancing"],
]);

const words: Readonly<Record<string, (node: ConfigTree, at: Surroundings) => Test>> = {
  "inbound-interface": (node, at) => interfaceTest(node, at, ({ inbound }) => inbound),
  "outbound-interface": (node, at) => interfaceTest(node, at, ({ outbound }) => outbound),
  protocol: (node) => notted(only(node), protocolTest),
  state: stateTest,
  source: (node, at) => sideTest(node, at, "source"),
  destination: (node, at) => sideTest(node, at, "destination"),
  icmp: (node) => icmpTest(node, 1, { "echo-request": 8, "echo-reply": 0 }),
  icmpv6: (node) => icmpTest(node, 58, neighbourTypes),
  tcp: tcpTest,
  "connection-status": (node) => natStatusTest(only(node.get("nat"))),
  fragment: (node) => () => node.has("match-non-frag"),
  ipsec: ipsecTest,
};

export function matcherOf(rule: ConfigTree, at: Surroundings): Matcher {
  const tests: Test[] = [];
  for (const [word, node] of rule) {
    const test = words[word];
    if (test !== undefined) tests.push(test(node, at));
    else if (!otherWords.has(word)) tests.push(() => word);
  }
  return (packet) => {
    let doubts: string[] | undefined;
    for (const test of tests) {
      const result = test(packet);
      if (result === false) return undefined;
      if (typeof result === "string") doubts = [...(doubts ?? []), result];
    }
    return doubts ?? certain;
  };
}

const certain: readonly string[] = [];

/** `eth*` is every name that begins so; nft knows the star at the end alone. */
export function nameMatches(pattern: string, name: string): boolean {
  return pattern.endsWith("*") ? name.startsWith(pattern.slice(0, -1)) : pattern === name;
}

function interfaceTest(node: ConfigTree, { groups }: Surroundings, of: (packet: Packet) => string): Test {
  const tests = [...node].map(([kind, value]): Test => {
    if (kind === "name") return notted(only(value), (name) => (packet) => nameMatches(name, of(packet)));
    // Older than 1.4 and elsewhere than in `firewall` it is a leaf.
    if (value.size === 0) return notted(kind, (name) => (packet) => nameMatches(name, of(packet)));
    if (kind !== "group") return () => `interface ${kind}`;
    return notted(only(value), (name) => {
      const members = groups.interfaces(name);
      if (members === undefined) return () => `interface-group ${name}`;
      return (packet) => members.some((member) => nameMatches(member, of(packet)));
    });
  });
  return every(tests);
}

function protocolTest(word: string): Test {
  if (word === "all") return () => true;
  if (word === "tcp_udp") return ({ protocol }) => protocol === 6 || protocol === 17;
  const number = protocolNumber(word);
  return number === undefined ? () => `protocol ${word}` : ({ protocol }) => protocol === number;
}

/** 1.4 was once `state established enable`: the word below counts. */
function stateTest(node: ConfigTree): Test {
  const wanted = [...node].flatMap(([state, below]) => (below.has("disable") ? [] : [state]));
  return ({ state }) => wanted.length === 0 || wanted.includes(state);
}

type Side = "source" | "destination";

function sideTest(node: ConfigTree, at: Surroundings, side: Side): Test {
  const tests = [...node].map(([word, value]): Test => {
    if (word === "port")
      return at.nat ? notted(only(value), (list) => portsTest(list, side)) : portsTest(only(value), side);
    if (word === "group")
      return every([...value].map(([kind, name]) => groupTest(kind, only(name), at, side)));
    if (word !== "address" || node.has("address-mask")) return () => `${side} ${word}`;
    return any([...value.keys()].map((text) => notted(text, (one) => addressTest(one, side))));
  });
  return every(tests);
}

function addressTest(text: string, side: Side): Test {
  const range = addressRange(text);
  if (range === undefined) return () => `${side} address ${text}`;
  return (packet) => range[0] <= packet[side] && packet[side] <= range[1];
}

function groupTest(kind: string, name: string, { family, groups }: Surroundings, side: Side): Test {
  return notted(name, (group) => {
    if (kind === "port-group") {
      const has = groups.ports(group);
      return has === undefined
        ? () => `${side} ${kind} ${group}`
        : ({ ports }) => ports !== undefined && has(ports[side]);
    }
    const addressed = kind === "address-group" || kind === "network-group";
    const has = addressed ? groups.addresses(family === "ipv6" ? `ipv6-${kind}` : kind, group) : undefined;
    return has === undefined ? () => `${side} ${kind} ${group}` : (packet) => has(packet[side]);
  });
}

/** A list with commas; what stands behind a `!` is left out, and a list of these alone takes all the others. */
function portsTest(list: string, side: Side): Test {
  const parts = list.split(",");
  const rangesOf = (texts: readonly string[]): readonly (Range<number> | undefined)[] => texts.map(portRange);
  const takes = rangesOf(parts.filter((part) => !part.startsWith("!")));
  const leaves = rangesOf(parts.filter((part) => part.startsWith("!")).map((part) => part.slice(1)));
  if (!takes.every((range) => range !== undefined) || !leaves.every((range) => range !== undefined))
    return () => `${side} port ${list}`;
  const [taken, left] = [within(takes), within(leaves)];
  return ({ ports }) =>
    ports !== undefined && (takes.length === 0 || taken(ports[side])) && !left(ports[side]);
}

/** Router and neighbour solicitation and advertisement, in the words of nft (RFC 4861 section 4). */
const neighbourTypes: Readonly<Record<string, number>> = {
  ...{ "echo-request": 128, "echo-reply": 129, "nd-router-solicit": 133, "nd-router-advert": 134 },
  ...{ "nd-neighbor-solicit": 135, "nd-neighbor-advert": 136 },
};

/** Other names are other types than any packet here has; a code is asked for by none of them. */
function icmpTest(node: ConfigTree, protocol: number, names: Readonly<Record<string, number>>): Test {
  const name = node.get("type-name");
  const type = name === undefined ? node.get("type") : undefined;
  const wanted = name === undefined ? type && Number(only(type)) : names[only(name)];
  const code = name === undefined ? node.get("code") : undefined;
  return (packet) =>
    packet.protocol === protocol &&
    (name === undefined && type === undefined ? true : packet.icmpType === wanted) &&
    (code === undefined || only(code) === "0");
}

function tcpTest(node: ConfigTree): Test {
  const tests = [...node].map(([word, flags]): Test => {
    if (word !== "flags") return () => `tcp ${word}`;
    const unset = [...(flags.get("not")?.keys() ?? [])];
    const set = [...flags.keys()].filter((flag) => flag !== "not");
    return ({ protocol, tcpFlags }) =>
      protocol === 6 &&
      set.every((flag) => tcpFlags.includes(flag)) &&
      !unset.some((flag) => tcpFlags.includes(flag));
  });
  return every(tests);
}

function natStatusTest(wanted: string): Test {
  return ({ translated }) => translated.some((side) => side === wanted);
}

function ipsecTest(node: ConfigTree, { ipsec }: Surroundings): Test {
  const word = only(node);
  return () => (ipsec ? `ipsec ${word}` : word.startsWith("match-none"));
}

function every(tests: readonly Test[]): Test {
  const [first, ...more] = tests;
  if (first !== undefined && more.length === 0) return first;
  return (packet) => {
    let doubt: string | undefined;
    for (const test of tests) {
      const result = test(packet);
      if (result === false) return false;
      if (typeof result === "string") doubt = result;
    }
    return doubt ?? true;
  };
}

/** Policies take several addresses for one. */
function any(tests: readonly Test[]): Test {
  const [first, ...more] = tests;
  if (first === undefined || more.length === 0) return first ?? (() => true);
  return (packet) => {
    const results = tests.map((test) => test(packet));
    return results.includes(true) || (results.find((result) => typeof result === "string") ?? false);
  };
}

function notted(word: string, testOf: (word: string) => Test): Test {
  if (!word.startsWith("!")) return testOf(word);
  const test = testOf(word.slice(1));
  return (packet) => {
    const result = test(packet);
    return typeof result === "string" ? result : !result;
  };
}

/** The value of a leaf. */
export function only(leaf: ConfigTree = emptyTree): string {
  for (const word of leaf.keys()) return word;
  return "";
}
