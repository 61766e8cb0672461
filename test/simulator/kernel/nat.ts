/**
 * Source NAT of the simulated router: VyOS's table as it is rendered from the configuration, and rules that
 * somebody added with iptables. The first rule that matches decides; none falls through.
 */

import { byTextAndNumber } from "../configuration/order.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Kernel } from "./kernel.ts";
import { matches, type Packet, value } from "./matching.ts";
import type { Translated } from "./nft-table.ts";

/** What a flow that begins with this packet leaves as; unchanged when no rule matches. */
export function translate(kernel: Kernel, packet: Packet): Translated {
  const { source, sourcePort, out = "" } = packet;
  const unchanged: Translated = { address: source, ports: [sourcePort, sourcePort] };
  for (const table of kernel.tables.values()) {
    const translated = table.translate(packet);
    if (translated !== undefined) return translated;
  }
  for (const words of kernel.natByHand.values()) {
    const [device, protocol] = [after(words, "-o"), after(words, "-p")];
    if (device !== undefined && device !== out) continue;
    if (protocol !== undefined && protocol !== packet.protocol) continue;
    const [address = "", ports] = (after(words, "--to-source") ?? "").split(":");
    return { address, ports: ports === undefined ? unchanged.ports : range(ports) };
  }
  for (const [, rule] of kernel.damage.natGone ? [] : rules(kernel)) {
    if (!matches(rule, { ...packet, in: undefined }, kernel.applied)) continue;
    if (rule.children.has("exclude")) return unchanged;
    const address = value(rule, "translation", "address") ?? source;
    const ports = value(rule, "translation", "port");
    return {
      address: address === "masquerade" ? (kernel.ipv4Of(out) ?? source) : address,
      ports: ports === undefined ? unchanged.ports : range(ports),
    };
  }
  return unchanged;
}

export function rules(kernel: Kernel): [string, TreeNode][] {
  const tag = find(kernel.applied, ["nat", "source", "rule"])?.children ?? new Map<string, TreeNode>();
  const all = [...tag].sort(([left], [right]) => byTextAndNumber(left, right));
  return all.filter(([, rule]) => !rule.children.has("disable"));
}

export function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

function range(text: string): readonly [number, number] {
  const [from = "0", to = from] = text.split("-");
  return [Number(from), Number(to)];
}
