/** What trying by hand left in the kernel: tunnels, routes and NAT that no configuration knows. Pure. */

import { findStrays, type Stray } from "../vyos/kernel/strays.ts";
import { type Check, notRead, ok, type Verdict, wrong } from "./check.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";

export const leftoverChecks: readonly Check[] = [
  {
    code: "tunnel-blocked",
    title: "a tunnel made by hand holds the endpoints of the declared one, which therefore cannot be made",
    dependsOn: [],
    judge: (facts, declared) => judge(facts, declared, (stray) => blocks(stray, facts, declared)),
  },
  {
    code: "stray-tunnel",
    title: "a tunnel made by hand is left in the kernel",
    dependsOn: [],
    judge: (facts, declared) =>
      judge(facts, declared, (stray) => stray.kind === "tunnel" && !blocks(stray, facts, declared)),
  },
  {
    code: "stray-route",
    title: "a route typed by hand is in the way",
    dependsOn: [],
    // One that leads into a stray tunnel goes with it.
    judge: (facts, declared) =>
      judge(facts, declared, (stray) => stray.kind === "route" && stray.through === undefined),
  },
  {
    code: "stray-nat",
    title: "NAT rules made by hand are left in the kernel",
    dependsOn: [],
    judge: (facts, declared) => judge(facts, declared, ({ kind }) => kind === "nat"),
  },
];

/** What could not be read holds no stray that is known of; with nothing read at all there is no judgement. */
function judge(facts: Facts, { tunnel }: Declared, which: (stray: Stray) => boolean): Verdict {
  const { running, tunnels, routes4, routes6, rules } = facts;
  if (running === undefined || (tunnels ?? routes4 ?? routes6 ?? rules) === undefined) return notRead;
  const kernel = {
    tunnels: tunnels ?? [],
    routes4: routes4 ?? [],
    routes6: routes6 ?? [],
    rules: rules ?? [],
  };
  const all = findStrays(kernel, running, tunnel === undefined ? [] : [tunnel]);
  const found = all.filter(which);
  if (found.length === 0) return ok("none");
  const led = all.flatMap((one) =>
    one.kind === "route" && found.some((at) => at.kind === "tunnel" && at.tunnel.name === one.through)
      ? [`${one.route.destination} leads into ${one.through}`]
      : [],
  );
  return wrong(
    [...found.map(({ what }) => what), ...led].join("; "),
    found.map(({ remove }) => remove).join("; "),
  );
}

/** Two tunnels with the same endpoints cannot be: the kernel says File exists (recorded). */
function blocks(stray: Stray, { tunnels }: Facts, { tunnel }: Declared): boolean {
  if (tunnel === undefined || stray.kind !== "tunnel" || tunnels?.some(({ name }) => name === tunnel.name))
    return false;
  return stray.tunnel.local === tunnel.local && stray.tunnel.remote === tunnel.remote;
}
