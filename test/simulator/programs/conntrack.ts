/**
 * `conntrack`: what connection tracking holds, as conntrack-tools 1.4.7 prints it. The LAN's clients are busy: each look finds
 * new flows of theirs, in the state in which the firewall and the uplink leave them (Linux: nf_conntrack_proto_tcp.c).
 */
import { find, type TreeNode } from "../configuration/tree.ts";
import { translate } from "../kernel/nat.ts";
import { fail, type Program, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";

const says = "conntrack v1.4.7 (conntrack-tools): ";
/** The line's own shared address, whose ports `portsInUse` are. */
const shared = "133.209.13.2";

export function conntrackProgram(machine: Uses<"kernel" | "observed" | "uplink">): Program {
  let looks = 0;
  return ({ args: [verb = "", ...filters], user }) => {
    if (user !== "root") return fail(`${says}Operation failed: Operation not permitted`);
    if (verb === "-S") return say(statistics(machine));
    if (verb !== "-L") return fail(`${says}unknown argument \`${verb}'`, 2);
    const shown = filterOf(filters);
    if (shown === undefined) return fail(`${says}unknown argument \`${filters.join(" ")}'`, 2);
    const rows = [...held(machine), ...newFlows(machine, looks++)].filter(shown);
    // The count goes to the error output, which is the same text here.
    return say([...rows.map(line), `${says}${rows.length} flow entries have been shown.`, ""].join("\n"));
  };
}

interface Row {
  readonly protocol: "tcp" | "udp";
  /** Address and port of who began it, of whom it is to, and to what its answers come. */
  readonly from: readonly [string, number];
  readonly to: readonly [string, number];
  readonly answersTo: readonly [string, number];
  /** No packet came back; one came and was dropped; both sides are content. */
  readonly state: "silent" | "half" | "whole";
}

function line({ protocol, from, to, answersTo, state }: Row): string {
  const ends = (one: Row["from"], other: Row["from"]): string =>
    `src=${one[0]} dst=${other[0]} sport=${one[1]} dport=${other[1]}`;
  const words = { silent: "SYN_SENT", half: "SYN_RECV", whole: "ESTABLISHED" };
  const seconds = { silent: 117, half: 58, whole: 431_998 };
  const head = protocol === "tcp" ? `tcp      6 ${seconds[state]} ${words[state]}` : "udp      17 28";
  const unreplied = state === "silent" ? "[UNREPLIED] " : "";
  const assured = state === "whole" && protocol === "tcp" ? "[ASSURED] " : "";
  return `${head} ${ends(from, to)} ${unreplied}${ends(to, answersTo)} ${assured}mark=0 use=1`;
}

/** Undefined: an option that is not known here. */
function filterOf(words: readonly string[]): ((row: Row) => boolean) | undefined {
  const tests: ((row: Row) => boolean)[] = [];
  for (let at = 0; at < words.length; at += 2) {
    const [option = "", value] = words.slice(at, at + 2);
    if (/^(-q|--reply-dst)$/.test(option)) tests.push((row) => row.answersTo[0] === value);
    else if (/^(-s|--src|--orig-src)$/.test(option)) tests.push((row) => row.from[0] === value);
    else if (/^(-p|--proto)$/.test(option)) tests.push((row) => row.protocol === value);
    else if (`${option} ${value}` !== "-f ipv4") return undefined;
  }
  return (row) => tests.every((test) => test(row));
}

/** One for each port that is said to be in use. */
function held({ observed }: Uses<"observed">): Row[] {
  const row = (protocol: Row["protocol"], port: number): Row => {
    const [client, server] =
      protocol === "tcp" ? ["192.168.100.10", "1.1.1.1"] : ["192.168.100.11", "8.8.8.8"];
    const [from, to] = [
      [client, 40_000 + (port % 10_000)],
      [server, protocol === "tcp" ? 443 : 53],
    ] as const;
    return { protocol, from, to, answersTo: [shared, port], state: "whole" };
  };
  const { tcp, udp } = observed.portsInUse;
  return [...tcp.map((port) => row("tcp", port)), ...udp.map((port) => row("udp", port))];
}

/** A packet that the firewall drops on its way out leaves no entry: it is confirmed as it leaves. */
function newFlows({ kernel, observed, uplink }: Uses<"kernel" | "observed" | "uplink">, look: number): Row[] {
  if (!isTracking(kernel.applied)) return [];
  const asked = observed.lanClients.flatMap((source) => [
    {
      source,
      sourcePort: 45_000 + look,
      protocol: "tcp",
      destination: "1.1.1.1",
      destinationPort: 443,
    } as const,
    {
      source,
      sourcePort: 45_000 + look,
      protocol: "udp",
      destination: "8.8.8.8",
      destinationPort: 53,
    } as const,
  ]);
  return asked.flatMap((one): Row[] => {
    const packet = uplink.fromLan(one);
    const outcome = packet && uplink.through(packet);
    if (packet === undefined || outcome?.on === "out") return [];
    const sent = translate(kernel, packet);
    const answered = outcome?.result === "connected" && packet.in !== packet.out;
    return [
      {
        protocol: one.protocol,
        from: [packet.source, packet.sourcePort],
        to: [packet.destination, packet.destinationPort],
        answersTo: [sent.address, sent.ports[0]],
        state: outcome?.on === "in" ? "half" : answered ? "whole" : "silent",
      },
    ];
  });
}

/** VyOS tracks nothing without NAT or a rule about states (vyos-1x: system_conntrack.py, nftables-ct.j2). */
function isTracking(applied: TreeNode): boolean {
  const asksStates = (node: TreeNode): boolean =>
    [...node.children].some(([word, child]) => /^state(-policy)?$/.test(word) || asksStates(child));
  const firewall = find(applied, ["firewall"]);
  return applied.children.has("nat") || (firewall !== undefined && asksStates(firewall));
}

function statistics({ observed }: Uses<"observed">): string {
  const failed = observed.insertFailed;
  observed.insertFailed += observed.insertFailedEachLook;
  const row = (cpu: number, count: number): string =>
    `cpu=${cpu}   \tfound=15 invalid=2 insert=0 insert_failed=${count} drop=${count} early_drop=0 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 \n`;
  return row(0, failed) + row(1, 0);
}
