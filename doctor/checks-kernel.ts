/** The kernel against the configuration that runs: what a restart of FRR took away, and what a commit that was cut off left. Pure. */

import { Address4 } from "ip-address";
import type { KernelRule } from "../vyos/kernel/ruleset.ts";
import { findStrays } from "../vyos/kernel/strays.ts";
import { type ConfigTree, emptyTree, sortedWords, subtree } from "../vyos/tree.ts";
import { type Check, check, type Known, ok, skipped, type Verdict, wrong } from "./check.ts";
import type { Facts } from "./facts.ts";

export const kernelChecks: readonly Check[] = [
  check({
    code: "static-routes-lost",
    title: "the kernel has none of the configured static routes: FRR was restarted",
    reads: ["running", "routes4", "routes6", "links", "addresses"],
    judge: judgeStaticRoutes,
  }),
  check({
    code: "commit-cut-off",
    title: "the kernel holds NAT that the configuration does not: a commit was cut off",
    reads: ["running", "rules"],
    judge: judgeCutOff,
  }),
];

type Routes = Known<"running" | "routes4" | "routes6" | "links" | "addresses">;

/** Nothing puts them back before somebody commits a change below `protocols static` (recorded). */
function judgeStaticRoutes(facts: Routes): Verdict {
  const installable = ["route", "route6"].flatMap((kind) => staticRoutes(facts, kind));
  // One alone that is not there has a check of its own.
  if (installable.length < 2) return skipped("fewer than two are configured by an interface that is up");
  const installed = [...facts.routes4, ...facts.routes6].filter(({ protocol }) => protocol === "static");
  if (installed.length > 0) return ok(`${installed.length} static routes`);
  const spare = "protocols static route 192.0.2.255/32";
  return wrong(
    `configured ${installable.join(", ")}; in the kernel none`,
    `configure; set ${spare} blackhole; commit; delete ${spare}; commit; exit`,
  );
}

/** Prefixes that FRR would install: by an interface that is up, or a gateway on the network of one. */
function staticRoutes(facts: Routes, kind: string): string[] {
  const routes = subtree(facts.running, ["protocols", "static", kind]) ?? emptyTree;
  return sortedWords(routes).filter((prefix) => {
    const hops = [...(subtree(routes, [prefix, "next-hop"]) ?? emptyTree)];
    const devices = [...(subtree(routes, [prefix, "interface"]) ?? emptyTree)];
    return [
      ...devices.map(([device, node]) => !node.has("disable") && carries(facts, device)),
      ...hops.map(([gateway, node]) => !node.has("disable") && leadsOut(facts, gateway, node)),
    ].some((works) => works);
  });
}

function leadsOut(facts: Routes, gateway: string, hop: ConfigTree): boolean {
  const [device] = sortedWords(hop.get("interface") ?? emptyTree);
  if (device !== undefined) return carries(facts, device);
  if (gateway.includes(":")) return false;
  return facts.addresses.some(
    ({ address, length, device: on }) =>
      !address.includes(":") &&
      carries(facts, on) &&
      new Address4(gateway).isInSubnet(new Address4(`${address}/${length}`)),
  );
}

function carries({ links }: Routes, device: string): boolean {
  return links.some(({ name, up, carrier }) => name === device && up && carrier);
}

function judgeCutOff(facts: Known<"running" | "rules">): Verdict {
  const foreign = cutOffRules(facts);
  const [rule] = foreign;
  if (rule === undefined) return ok("every NAT rule of the kernel is configured");
  const names = [...new Set(foreign.map(({ comment }) => comment))];
  const handles = foreign.map(({ handle }) => handle).join(" ");
  return wrong(
    `${names.length === 1 ? names[0] : `${names[0]} to ${names.at(-1)}`} in the kernel, not in the configuration`,
    [
      `for h in ${handles}; do sudo nft delete rule ${rule.table} ${rule.chain} handle $h; done`,
      ...cutOffTunnels(facts).map(({ remove }) => remove),
    ].join("; "),
  );
}

/** VyOS names its rules by their number. */
function cutOffRules({ running, rules = [] }: Facts): KernelRule[] {
  return rules.filter(({ table, comment }) => {
    const [, way, number = ""] = /^(SRC|DST)-NAT-([0-9]+)/.exec(comment ?? "") ?? [];
    if (table !== "ip vyos_nat" || way === undefined || running === undefined) return false;
    return subtree(running, ["nat", way === "SRC" ? "source" : "destination", "rule", number]) === undefined;
  });
}

/** NAT comes before tunnels in a commit: beside such rules, a tunnel with a name of VyOS's is no hand's work. */
export function cutOffTunnels(facts: Facts) {
  const { running, tunnels = [] } = facts;
  if (running === undefined || cutOffRules(facts).length === 0) return [];
  return findStrays({ tunnels, routes4: [], routes6: [], rules: [] }, running, [])
    .filter((stray) => stray.kind === "tunnel")
    .filter(({ tunnel }) => /^tun[0-9]+$/.test(tunnel.name));
}
