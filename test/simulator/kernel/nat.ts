/**
 * Source NAT of the simulated router: VyOS's table as it is rendered from the configuration, and rules that
 * somebody added with iptables. The first rule that matches decides; none falls through.
 */

import { byTextAndNumber } from "../configuration/order.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Kernel } from "./kernel.ts";
import { matches, type Packet, value } from "./matching.ts";
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
    if (!matches(rule, packetOf(flow), kernel.applied)) continue;
    if (rule.children.has("exclude")) return unchanged;
    const address = value(rule, "translation", "address") ?? flow.source;
    const ports = value(rule, "translation", "port");
    return {
      address: address === "masquerade" ? (kernel.ipv4Of(flow.device) ?? flow.source) : address,
      ports: ports === undefined ? unchanged.ports : range(ports),
    };
  }
  return unchanged;
}

/** A new packet of the flow, somewhere on the internet its end. */
function packetOf({ device, protocol, source, sourcePort }: Flow): Packet {
  const end = { destination: "198.51.100.9", destinationPort: 443, state: "new", in: undefined } as const;
  return { family: 4, protocol, source, sourcePort, out: device, ...end };
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
