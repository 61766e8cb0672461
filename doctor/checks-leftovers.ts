/** What trying by hand left in the kernel: tunnels, routes and NAT that no configuration knows. Pure. */

import { findStrays, type Stray } from "../vyos/kernel/strays.ts";
import { type Check, check, ok, skipped, type Verdict, wrong } from "./check.ts";
import { cutOffTunnels } from "./checks-kernel.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";

export const leftoverChecks: readonly Check[] = [
  leftover(
    "tunnel-blocked",
    "a tunnel made by hand holds the endpoints of the declared one, which therefore cannot be made",
    blocks,
  ),
  leftover(
    "stray-tunnel",
    "a tunnel made by hand is left in the kernel",
    (stray, facts, declared) =>
      stray.kind === "tunnel" &&
      !blocks(stray, facts, declared) &&
      !cutOffTunnels(facts).some(({ tunnel }) => tunnel.name === stray.tunnel.name),
  ),
  leftover(
    "stray-route",
    "a route typed by hand is in the way",
    // One that leads into a stray tunnel goes with it.
    (stray) => stray.kind === "route" && stray.through === undefined,
  ),
  leftover("stray-nat", "NAT rules made by hand are left in the kernel", ({ kind }) => kind === "nat"),
];

type Which = (stray: Stray, facts: Facts, declared: Declared) => boolean;

function leftover(code: string, title: string, which: Which): Check {
  return check({
    code,
    title,
    reads: ["running"],
    judge: (facts, declared) => {
      const all = straysIn(facts, declared);
      return all === undefined
        ? skipped("could not be read")
        : verdictOn(
            all,
            all.filter((stray) => which(stray, facts, declared)),
          );
    },
  });
}

/** What could not be read holds no stray that is known of; with nothing read at all there is no judgement. */
function straysIn(facts: Facts, { tunnel }: Declared): Stray[] | undefined {
  const { running, tunnels, routes4, routes6, rules } = facts;
  if (running === undefined || (tunnels ?? routes4 ?? routes6 ?? rules) === undefined) return undefined;
  const kernel = {
    tunnels: tunnels ?? [],
    routes4: routes4 ?? [],
    routes6: routes6 ?? [],
    rules: rules ?? [],
  };
  return findStrays(kernel, running, tunnel === undefined ? [] : [tunnel]);
}

function verdictOn(all: readonly Stray[], found: readonly Stray[]): Verdict {
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
