/**
 * What the user asks of a configuration: do the machines on my LAN get out by the uplink, and their answers in? And what the
 * uplink itself needs. Pure. Asked by plan, init, doctor and in up.
 */

import { type ConfigTree, subtree } from "../tree.ts";
import type { Network } from "./interfaces.ts";
import { only } from "./matchers.ts";
import { numbered } from "./nat.ts";
import { type Answer, type Hook, type Met, type Packet, protocolNumber, together } from "./packet.ts";
import { addressValue, portRange } from "./ranges.ts";
import {
  crosses,
  filtered,
  isOwn,
  lansOf,
  type Outer,
  outerOf,
  type Scene,
  sceneOf,
  type Uplink,
  waysOut,
} from "./scene.ts";

export interface Question {
  /** For people: "TCP of the LAN at eth0 out by tun0". */
  readonly asks: string;
  /** `told`: a no is meant, or harms nobody. */
  readonly weight: "must" | "told";
  readonly answer: Answer;
}

export interface LanAnswers {
  readonly verdict: "yes" | "no" | "cannot tell";
  readonly questions: readonly Question[];
  /** Who is asked for. */
  readonly lans: readonly Network[];
  /** The rule that lets out what connection tracking calls invalid before the uplink's own drops it; undefined: none, or nothing shall. */
  readonly leak: Met | undefined;
}

/** `before`: the configuration with the way out that stands now: who had no internet there misses none. */
export function lanAnswers(wanted: ConfigTree, uplink: Uplink, before: ConfigTree = wanted): LanAnswers {
  const scene = sceneOf(wanted, uplink);
  const [way] = waysOut(scene);
  const lans = way === undefined ? [] : lansOf(scene, way);
  const questions = questionsOf(scene, sceneOf(before, uplink), way, lans);
  const rest = { questions, lans, leak: way === undefined ? undefined : leakOf(scene, way, lans) };
  const musts = questions.flatMap(({ weight, answer }) => (weight === "must" ? [answer.kind] : []));
  if (musts.includes("stopped")) return { verdict: "no", ...rest };
  return { verdict: musts.every((kind) => kind === "passes") ? "yes" : "cannot tell", ...rest };
}

/** NAT sees none of it, so it would leave with its LAN source. */
function leakOf({ uplink, filter }: Scene, way: string, lans: readonly Network[]): Met | undefined {
  if (!uplink.own.some((path) => path[0] === "firewall" && path.includes("forward"))) return undefined;
  const reset = { ...fresh, ...kinds.TCP, tcpFlags: ["rst"], state: "invalid", outbound: way } as const;
  for (const lan of lans) {
    const ends = { inbound: lan.interface, source: hostsOf(lan)[0] ?? 0n, destination: internet };
    const answer = filter.ask("forward", { ...reset, ...ends });
    if (answer.kind === "passes") return answer.by.at(-1);
  }
  return undefined;
}

function questionsOf(
  scene: Scene,
  before: Scene,
  way: string | undefined,
  lans: readonly Network[],
): Question[] {
  if (way === undefined) return [unasked("IPv4 out", "no default route")];
  if (lans.length === 0) return [unasked("the LAN", "no private network at a port"), ...ofUplink(scene, way)];
  const others = otherWays(scene, before, way);
  const asked = lans.flatMap((lan) =>
    (["TCP", "UDP", "ICMP"] as const).map((kind) => ({
      lan,
      kind,
      ...ofLan({ scene, before, lan, way, others }, kind),
    })),
  );
  const someone = asked.some(({ kind, answer }) => kind === "TCP" && answer.kind === "passes");
  const ofLans = asked.map(({ lan, kind, answer, missed }): Question => {
    const meant = kind === "ICMP" || !(missed || (kind === "TCP" && !someone));
    const weight = meant && (answer.kind === "stopped" || answer.kind === "elsewhere") ? "told" : "must";
    return { asks: `${kind} of the LAN at ${lan.interface} out by ${way}`, weight, answer };
  });
  return [...ofLans, ...ofUplink(scene, way)];
}

function unasked(asks: string, word: string): Question {
  return { asks, weight: "must", answer: { kind: "cannot tell", words: [word] } };
}

/** By which a LAN may have had, or may still have, internet: the ways out that stand now, and ports without a LAN. */
export function otherWays(scene: Scene, before: Scene, way: string): string[] {
  const lans = lansOf(scene, way).map((lan) => lan.interface);
  const outer = outerOf(scene, way)?.device;
  const ports = scene.interfaces
    .map(({ name }) => name)
    .filter((name) => !lans.includes(name) && name !== "lo");
  const now = waysOut(before);
  return [...new Set([...now, ...(outer === undefined ? [] : [outer]), ...ports])].filter(
    (name) => name !== way,
  );
}

const kinds = {
  TCP: { protocol: 6, ports: { source: 40_001, destination: 443 }, icmpType: undefined, tcpFlags: ["syn"] },
  UDP: { protocol: 17, ports: { source: 40_001, destination: 123 }, icmpType: undefined, tcpFlags: [] },
  ICMP: { protocol: 1, ports: undefined, icmpType: 8, tcpFlags: [] },
};

/** One of the internet's that stands in nobody's list of bogus networks. */
const internet = addressValue("1.1.1.1") ?? 0n;

const fresh = { family: "ipv4", state: "new", translated: [] } as const;

interface Asked {
  readonly scene: Scene;
  readonly before: Scene;
  readonly lan: Network;
  readonly way: string;
  readonly others: readonly string[];
}

/** A few hosts stand for all: rules for single machines decide about none of them, rules for halves about one. */
function ofLan(
  { scene, before, lan, way, others }: Asked,
  kind: keyof typeof kinds,
): { answer: Answer; missed: boolean } {
  const answers = hostsOf(lan).map((source) => {
    const packet: Packet = {
      ...fresh,
      ...kinds[kind],
      inbound: lan.interface,
      outbound: way,
      source,
      destination: internet,
    };
    const answer = crosses(scene, packet);
    const missed =
      answer.kind === "stopped" &&
      others.some((other) => filtered(before, { ...packet, outbound: other }).kind === "passes");
    return { answer, missed };
  });
  const of = (wanted: Answer["kind"]) => answers.find(({ answer }) => answer.kind === wanted);
  return (
    answers.find(({ missed }) => missed) ??
    of("passes") ??
    of("cannot tell") ??
    answers[0] ?? { answer: together([]), missed: false }
  );
}

function hostsOf({ range: [from, to], address }: Network): bigint[] {
  const inside = [from + 10n, (from + to) / 2n + 1n, to - 5n].filter(
    (host) => from < host && host < to && host !== address,
  );
  return inside.length === 0 ? [from === address ? to : from] : inside;
}

/** What the uplink itself needs to carry anything, and to be seen to. */
function ofUplink(scene: Scene, way: string): Question[] {
  const must = (asks: string, answer: Answer): Question => ({ asks, weight: "must", answer });
  const address = scene.networks.find((network) => network.interface === way)?.address;
  const own: Packet | undefined =
    address === undefined
      ? undefined
      : { ...fresh, ...kinds.TCP, inbound: "", outbound: way, source: address, destination: internet };
  const forwards = ofForwards(scene, way);
  const outer = outerOf(scene, way);
  return [
    ...(own ? [must(`TCP of the router itself out by ${way}`, crosses(scene, own))] : []),
    ...(outer ? ofOuter(scene, outer, forwards.length > 0).map(([asks, answer]) => must(asks, answer)) : []),
    ...forwards,
  ];
}

/** The tunnel's packets are the router's own. Only a port forward waits for a first one from the far end. */
function ofOuter(scene: Scene, { device, local, remote }: Outer, forwards: boolean): [string, Answer][] {
  const out: Packet = {
    ...{ ...fresh, family: "ipv6", protocol: 4, ports: undefined, icmpType: undefined, tcpFlags: [] },
    ...{ inbound: "", outbound: device, source: local, destination: remote },
  };
  const come: Packet = { ...out, inbound: device, outbound: "", source: remote, destination: local };
  const ask = (hook: Hook, packet: Packet): Answer => scene.filter.ask(hook, packet);
  const arrives = (packet: Packet): Answer => together([ask("prerouting", packet), ask("input", packet)]);
  // A question of who is there, and an answer to it (RFC 4861 section 4.3), each way.
  const found = [135, 136].flatMap((icmpType) => {
    const neighbour = { protocol: 58, icmpType, state: "untracked" } as const;
    return [ask("output", { ...out, ...neighbour }), arrives({ ...come, ...neighbour })];
  });
  return [
    [`the tunnel's own packets (IPv6, protocol 4) by ${device}`, filtered(scene, out)],
    [`neighbour discovery (IPv6, ICMPv6 135 and 136) by ${device}`, together(found)],
    ...(forwards
      ? [
          [`a first packet of the far end (IPv6, protocol 4) in by ${device}`, arrives(come)] satisfies [
            string,
            Answer,
          ],
        ]
      : []),
  ];
}

/** Each port forward of the uplink's own, from outside to its host. */
function ofForwards(scene: Scene, way: string): Question[] {
  const path = ["nat", "destination", "rule"];
  return numbered(subtree(scene.config, path)).flatMap(([number, rule]): Question[] => {
    if (!isOwn(scene.uplink, [...path, number])) return [];
    const leaf = (...words: string[]): string => only(subtree(rule, words));
    const host = addressValue(leaf("translation", "address"));
    const from = addressValue(leaf("destination", "address"));
    const [port] = portRange(leaf("destination", "port")) ?? [];
    const lan = scene.networks.find(
      ({ range }) => host !== undefined && range[0] <= host && host <= range[1],
    );
    if (host === undefined || from === undefined || port === undefined || lan === undefined) return [];
    const kind = protocolNumber(leaf("protocol")) === 17 ? kinds.UDP : kinds.TCP;
    const outside: Packet = {
      ...{ ...fresh, ...kind, inbound: way, outbound: "", source: internet, destination: from },
      ports: { source: 40_001, destination: port },
    };
    const inside: Packet = {
      ...{ ...outside, outbound: lan.interface, destination: host, translated: ["destination"] },
      ports: { source: 40_001, destination: portRange(leaf("translation", "port"))?.[0] ?? port },
    };
    const { by, doubts } = scene.destination(outside);
    const met: Answer[] =
      by && !isOwn(scene.uplink, by.path) ? [{ kind: "stopped", by: [by], packet: outside }] : [];
    const doubt: Answer[] = doubts.length > 0 ? [{ kind: "cannot tell", words: doubts }] : [];
    const asks = `the port forward of ${port} to ${leaf("translation", "address")}`;
    return [{ asks, weight: "must", answer: together([...met, ...doubt, filtered(scene, inside)]) }];
  });
}
