/**
 * Source NAT of the simulated router: VyOS's table as it is rendered from the configuration, and rules that
 * somebody added with iptables. The first rule that matches decides; none falls through.
 */

import { byTextAndNumber } from "../configuration/order.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Kernel } from "./kernel.ts";
import type { Flow, Translated } from "./nft-table.ts";

/** What the flow leaves as; unchanged when no rule matches. */
export function translate(kernel: Kernel, flow: Flow): Translated {
  const unchanged: Translated = { address: flow.source, ports: [flow.sourcePort, flow.sourcePort] };
  for (const table of kernel.tables.values()) {
    const translated = table.translate(flow);
    if (translated !== undefined) return translated;
  }
  for (const words of kernel.natByHand.values()) {
    const [device, protocol] = [after(words, "-o"), after(words, "-p")];
    if (device !== undefined && device !== flow.device) continue;
    if (protocol !== undefined && protocol !== flow.protocol) continue;
    const [address = "", ports] = (after(words, "--to-source") ?? "").split(":");
    return { address, ports: ports === undefined ? unchanged.ports : range(ports) };
  }
  for (const [, rule] of kernel.damage.natGone ? [] : rules(kernel)) {
    if (!matches(rule, flow)) continue;
    const address = value(rule, "translation", "address") ?? flow.source;
    const ports = value(rule, "translation", "port");
    return { address, ports: ports === undefined ? unchanged.ports : range(ports) };
  }
  return unchanged;
}

export function rules(kernel: Kernel): [string, TreeNode][] {
  const tag = find(kernel.applied, ["nat", "source", "rule"])?.children ?? new Map<string, TreeNode>();
  const all = [...tag].sort(([left], [right]) => byTextAndNumber(left, right));
  return all.filter(([, rule]) => !rule.children.has("disable"));
}

function matches(rule: TreeNode, flow: Flow): boolean {
  const device = value(rule, "outbound-interface", "name");
  if (device !== undefined && device !== flow.device) return false;
  const protocol = value(rule, "protocol") ?? "all";
  const protocols = protocol === "tcp_udp" ? ["tcp", "udp"] : [protocol];
  if (protocol !== "all" && !protocols.includes(flow.protocol)) return false;
  const ports = value(rule, "source", "port");
  if (ports === undefined) return true;
  return ports.split(",").some((part) => {
    const [from, to] = range(part);
    return flow.sourcePort >= from && flow.sourcePort <= to;
  });
}

export function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

export function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}

function range(text: string): readonly [number, number] {
  const [from = "0", to = from] = text.split("-");
  return [Number(from), Number(to)];
}
