/**
 * The rules under measurement, each as the nft text of the CE: what the program emits, rendered as VyOS renders it, and beside it
 * the first-block rule that people write by hand.
 */

import type { PortForward } from "../../config/parsers.ts";
import { derive } from "../../mape/derive.ts";
import type { PortRange } from "../../mape/ports.ts";
import { findServiceLine } from "../../mape/services.ts";
import { exactNaptTable } from "../../uplink/exact-napt.ts";
import { forwardRules, withoutPorts } from "../../uplink/forwards.ts";
import { parsed } from "../../uplink/named-resource.ts";
import { dropInvalid, naptRules } from "../../uplink/napt.ts";
import { parseResource } from "../../vyos/resources/registry.ts";
import type { OwnedNode } from "../../vyos/resources/resource.ts";
import { type ConfigPath, type ConfigTree, emptyTree, subtree, withSubtree } from "../../vyos/tree.ts";
import { clientAddress, tunnelDevice } from "./namespaces.ts";
import { renderForward, renderNat } from "./vyos-nft.ts";

export const modes = ["first", "stripes", "exact"] as const;
export type Mode = (typeof modes)[number];

export interface LabLine {
  readonly address: string;
  readonly ceAddress: string;
  readonly borderRelay: string;
  readonly blocks: readonly PortRange[];
}

export function labLine(prefix: string): LabLine {
  const { rule, borderRelay, ceAddressForm } = findServiceLine(prefix, "auto");
  const { ipv4, portRanges, ceAddress } = derive(rule, prefix);
  return { address: ipv4, ceAddress: ceAddress[ceAddressForm], borderRelay, blocks: portRanges ?? [] };
}

/** People who write the first block by hand write no guard. `forwards` go to the first client; their ports are left out of the ranges, as the program does. */
export function ruleset(
  mode: Mode,
  { address, blocks: own }: LabLine,
  stripeWidth: number,
  forwards: readonly PortForward[] = [],
): string {
  const left = withoutPorts(
    own,
    forwards.map(({ port }) => [port, port]),
  );
  const blocks = left ?? own;
  const source = parseResource("rules", {
    rules: naptRules({
      outboundInterface: tunnelDevice,
      address,
      blocks: mode === "first" ? blocks.slice(0, 1) : blocks,
      firstRule: 1000,
      stripeWidth,
    }),
  });
  const nodes = [...source.nodes, ...forwardNodes(address, forwards)];
  const guard = parsed(dropInvalid(1, { tunnelName: tunnelDevice, takeOver: false }));
  const filter = renderForward(below(guard.nodes, ["firewall", "ipv4", "forward", "filter"]));
  const vyos = `${renderNat(natOf(nodes))}${mode === "first" ? "" : `\n${filter}`}`;
  return mode === "exact"
    ? `${vyos}\n${exactNaptTable({ outboundInterface: tunnelDevice, address, blocks })}`
    : vyos;
}

function forwardNodes(address: string, forwards: readonly PortForward[]): readonly OwnedNode[] {
  if (forwards.length === 0) return [];
  const rules = forwardRules(forwards, { inboundInterface: tunnelDevice, address, firstRule: 1000 });
  return parseResource("dnats", { rules }).nodes;
}

/** What the router would hold below `nat`. */
export function natOf(nodes: readonly OwnedNode[]): ConfigTree {
  return below(nodes, ["nat"]);
}

function below(nodes: readonly OwnedNode[], path: ConfigPath): ConfigTree {
  const config = nodes.reduce((tree, node) => withSubtree(tree, node.path, node.tree), emptyTree);
  return subtree(config, path) ?? emptyTree;
}

export const firstClient = clientAddress(0);
