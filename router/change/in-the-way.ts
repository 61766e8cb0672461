/** What keeps a change from being begun, of what was read of the router: pure answers, that `plan` shows and `up` refuses by. */

import { diffTrees } from "../../vyos/diff.ts";
import { type LanVerdict, lanVerdict } from "../../vyos/firewall/lan-verdict.ts";
import { withinNetworks } from "../../vyos/firewall/ranges.ts";
import { findStrays, type Stray, wantedTunnels } from "../../vyos/kernel/strays.ts";
import { scriptFolder, translatingScript } from "../../vyos/resources/router-script.ts";
import { type ConfigTree, subtree, withSubtree } from "../../vyos/tree.ts";
import type { Change } from "./planning.ts";
import type { Reading } from "./reading.ts";

/** Where running differs from saved beside the change. What this stack holds is its own work, also where its operation comes only with the next change of a slow run. */
export function differencesBeside(
  { operations }: Change,
  { saved, running, journal }: Pick<Reading, "saved" | "running" | "journal">,
): string[][] {
  const stacks = operations.map(({ stack }) => stack);
  const held = [...journal].flatMap(([key, { stack }]) => (stacks.includes(stack) ? [key.split(" ")] : []));
  const named = operations.flatMap(({ nodes, left }) => [...nodes, ...left].map(({ path }) => path));
  const ours = [...held, ...named];
  const without = (tree: ConfigTree): ConfigTree =>
    ours.reduce((rest, path) => withSubtree(rest, path, undefined), tree);
  return diffTrees(without(saved), without(running)).map(({ path }) => [...path]);
}

/** What the LAN gets by the uplink that the change makes: by the configuration alone. */
export function lanOf(
  { operations, wantedTree }: Pick<Change, "operations" | "wantedTree">,
  { running, journal }: Reading,
): LanVerdict {
  const declared = operations.filter(({ verb }) => verb === "declare");
  const stacks = declared.map(({ stack }) => stack);
  const held = [...journal].flatMap(([key, { stack }]) => (stacks.includes(stack) ? [key] : []));
  const keys = [...held, ...declared.flatMap(({ files }) => files.map(({ path }) => path))];
  const own = [
    ...declared.flatMap(({ nodes }) => nodes.map(({ path }) => path)),
    ...held.filter((key) => !key.startsWith("/")).map((key) => key.split(" ")),
  ];
  const translatesFirst = keys.includes(`${scriptFolder}/${translatingScript}`);
  return lanVerdict(wantedTree, { own, translatesFirst }, running);
}

/** What the kernel holds beside the configuration and stands in the way of a tunnel that the change declares. */
export function straysInTheWay(change: Change, { kernel, running }: Reading): Stray[] {
  const wanted = wantedTunnels(
    change.operations.flatMap(({ verb, nodes }) => (verb === "declare" ? nodes : [])),
  );
  if (wanted.length === 0) return [];
  return findStrays(kernel, running, wanted).filter(({ inTheWay }) => inTheWay);
}

/** The next-hop of today's default route where it stands on a LAN's own segment. */
export function redirectedTo(
  { running }: Pick<Reading, "running">,
  lans: readonly string[],
): string | undefined {
  const hops = subtree(running, ["protocols", "static", "route", "0.0.0.0/0", "next-hop"])?.keys() ?? [];
  return [...hops].find(withinNetworks(lans));
}
