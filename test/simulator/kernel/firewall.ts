/**
 * The firewall of the simulated router: what becomes of a packet, by the meaning of the configuration that is applied. The
 * base chain is asked first, then the zones' (priority filter + 1): an accept in the first is not the end (recorded:
 * transcripts/firewall-*.txt; vyos-1x: nftables.j2, nftables-zone.j2).
 */
import { byTextAndNumber } from "../configuration/order.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import { isDevice, matches, type Packet, value } from "./matching.ts";

/** Undefined: it passes; else the rule that stops it. A TCP connection needs its SYN, or the answer to it and what follows. */
export function stopped(root: TreeNode, packet: Packet): string | undefined {
  if (packet.protocol !== "tcp") return judged(root, packet);
  const segments = packet.state === "new" ? [["syn"]] : [["syn", "ack"], ["ack"]];
  return segments.map((flags) => judged(root, { ...packet, flags })).find((stop) => stop !== undefined);
}

function judged(root: TreeNode, packet: Packet): string | undefined {
  const policy = stateFate(root, packet);
  if (policy !== undefined) return policy.drops;
  const hook = packet.in === undefined ? "output" : packet.out === undefined ? "input" : "forward";
  const path = ["firewall", `ipv${packet.family === 4 ? "4" : "6"}`, hook, "filter"];
  const fate = chain(root, find(root, path), path.slice(1).join(" "), packet, "accept");
  return fate?.drops ?? zones(root, packet);
}

/** Accepted (`drops` undefined), or dropped by what it names. */
interface Fate {
  readonly drops: string | undefined;
}

const accepted: Fate = { drops: undefined };

/** `firewall global-options state-policy`. */
function stateFate(root: TreeNode, { state }: Packet): Fate | undefined {
  const action = value(root, "firewall", "global-options", "state-policy", state, "action");
  if (action === undefined) return undefined;
  return action === "accept" ? accepted : { drops: `state-policy ${state}` };
}

/** Undefined: it returned to whoever jumped here. */
function chain(
  root: TreeNode,
  node: TreeNode | undefined,
  title: string,
  packet: Packet,
  usual: string,
): Fate | undefined {
  const rules = [...(node?.children.get("rule")?.children ?? [])];
  for (const [number, rule] of rules.sort(([one], [other]) => byTextAndNumber(one, other))) {
    if (!matches(rule, packet, root)) continue;
    const action = value(rule, "action") ?? "drop";
    const fate = act(root, action, value(rule, "jump-target"), `${title} rule ${number}`, packet);
    if (fate !== "goes on") return fate === "returns" ? undefined : fate;
  }
  const action = (node && value(node, "default-action")) ?? usual;
  const target = node && value(node, "default-jump-target");
  const fate = act(root, action, target, `${title} default-action ${action}`, packet);
  return typeof fate === "string" ? undefined : fate;
}

function act(
  root: TreeNode,
  action: string,
  target: string | undefined,
  title: string,
  packet: Packet,
): Fate | "returns" | "goes on" {
  if (action === "accept") return accepted;
  if (action === "return") return "returns";
  if (action === "jump") return named(root, target ?? "", packet) ?? "goes on";
  return action === "continue" || action === "offload" ? "goes on" : { drops: title };
}

function named(root: TreeNode, name: string, packet: Packet): Fate | undefined {
  const path = ["firewall", `ipv${packet.family === 4 ? "4" : "6"}`, "name", name];
  return chain(root, find(root, path), `name ${name}`, packet, "drop");
}

/** The chain of the zone that it goes to, or of the router's own zone; an interface in no zone has none on its way out. */
function zones(root: TreeNode, packet: Packet): string | undefined {
  const all = [...(find(root, ["firewall", "zone"])?.children ?? [])];
  const of = (device: string | undefined) =>
    all.find(([, zone]) => interfaces(zone).some((name) => isDevice(name, device)));
  const local = all.find(([, zone]) => zone.children.has("local-zone"));
  if (packet.in !== undefined && packet.out !== undefined) {
    const [to, from] = [of(packet.out), of(packet.in)];
    if (to === undefined) return undefined;
    if (to === from) return within(root, to[0], to[1], packet);
    return between(root, to, to, from, packet);
  }
  if (local === undefined) return undefined;
  // Recorded: what leaves the router is dropped by the default of its own zone, what comes by that too.
  if (packet.out === undefined) return between(root, local, local, of(packet.in), packet);
  const to = of(packet.out);
  return to === undefined ? usually(local) : between(root, to, local, local, packet);
}

type Zone = readonly [string, TreeNode];

/** Undefined: what no rule set is about passes. */
function usually([name, zone]: Zone): string | undefined {
  const action = value(zone, "default-action") ?? "drop";
  return action === "accept" ? undefined : `zone ${name} default-action ${action}`;
}

/** 1.4 has `interface`, 1.5 `member interface`. */
function interfaces(zone: TreeNode): readonly string[] {
  return [
    ...(find(zone, ["interface"])?.values ?? []),
    ...(find(zone, ["member", "interface"])?.values ?? []),
  ];
}

/** `ruled` holds the rule sets by where the packet comes from; `usual` decides about the rest. */
function between(
  root: TreeNode,
  ruled: Zone,
  usual: Zone,
  from: Zone | undefined,
  packet: Packet,
): string | undefined {
  const path = ["from", from?.[0] ?? "", "firewall", packet.family === 4 ? "name" : "ipv6-name"];
  const name = from && value(ruled[1], ...path);
  if (name === undefined) return usually(usual);
  return named(root, name, packet)?.drops;
}

function within(root: TreeNode, name: string, zone: TreeNode, packet: Packet): string | undefined {
  const set = value(zone, "intra-zone-filtering", "firewall", packet.family === 4 ? "name" : "ipv6-name");
  if (set !== undefined) return named(root, set, packet)?.drops;
  const action = value(zone, "intra-zone-filtering", "action") ?? "accept";
  return action === "accept" ? undefined : `zone ${name} intra-zone-filtering action ${action}`;
}
