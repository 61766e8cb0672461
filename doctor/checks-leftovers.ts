/** What trying by hand left in the kernel: tunnels, routes and NAT that no configuration knows. Pure. */

import { subtree } from "../vyos/tree.ts";
import { type Check, notRead, ok, type Verdict, wrong } from "./check.ts";
import type { Declared } from "./declared.ts";
import type { Facts, KernelTunnel, NatRule, Route } from "./facts.ts";

export const leftoverChecks: readonly Check[] = [
  {
    code: "tunnel-blocked",
    title: "a tunnel made by hand holds the endpoints of the declared one, which therefore cannot be made",
    dependsOn: [],
    judge: (facts, declared) =>
      judgeTunnels(facts, (stray) => blocks(stray, facts, declared), "holds the declared endpoints"),
  },
  {
    code: "stray-tunnel",
    title: "a tunnel made by hand is left in the kernel",
    dependsOn: [],
    judge: (facts, declared) =>
      judgeTunnels(facts, (stray) => !blocks(stray, facts, declared), "is in no configuration"),
  },
  {
    code: "stray-route",
    title: "a route typed by hand is in the way",
    dependsOn: [],
    judge: judgeRoutes,
  },
  {
    code: "stray-nat",
    title: "NAT rules made by hand are left in the kernel",
    dependsOn: [],
    judge: judgeNat,
  },
];

function straysOf({ tunnels, running }: Facts): KernelTunnel[] | undefined {
  if (tunnels === undefined || running === undefined) return undefined;
  const configured = subtree(running, ["interfaces", "tunnel"]);
  return tunnels.filter(({ name }) => !configured?.has(name));
}

/** Two tunnels with the same endpoints cannot be: the kernel says File exists (recorded). */
function blocks(stray: KernelTunnel, { tunnels }: Facts, { tunnel }: Declared): boolean {
  if (tunnel === undefined || tunnels?.some(({ name }) => name === tunnel.name)) return false;
  return stray.local === tunnel.local && stray.remote === tunnel.remote;
}

function judgeTunnels(facts: Facts, which: (stray: KernelTunnel) => boolean, why: string): Verdict {
  const strays = straysOf(facts)?.filter(which);
  if (strays === undefined) return notRead;
  if (strays.length === 0) return ok("none");
  const described = strays.map(({ name, local, remote }) => {
    const routes = [...(facts.routes4 ?? []), ...(facts.routes6 ?? [])].filter(
      ({ device, protocol }) => device === name && protocol !== "kernel",
    );
    const led =
      routes.length === 0 ? "" : `, and ${routes.map(({ destination }) => destination)} leads into it`;
    return `${name} from ${local} to ${remote} ${why}${led}`;
  });
  return wrong(described.join("; "), strays.map(({ name }) => `sudo ip -6 tunnel del ${name}`).join("; "));
}

/** Only those that matter to the uplink: a default, or the way to the relay. Those of a stray tunnel go with it. */
function judgeRoutes(facts: Facts, { tunnel }: Declared): Verdict {
  const { routes4, routes6 } = facts;
  if (routes4 === undefined || routes6 === undefined) return notRead;
  const strayTunnels = straysOf(facts)?.map(({ name }) => name) ?? [];
  const matters = ({ destination, protocol, device }: Route): boolean =>
    protocol === "boot" &&
    !strayTunnels.includes(device ?? "") &&
    (/^(?:default|0\.0\.0\.0\/[01]|128\.0\.0\.0\/1|::\/[01]|8000::\/1)$/.test(destination) ||
      destination.split("/")[0] === tunnel?.remote);
  const found = [
    ...routes4.filter(matters).map((route) => ({ route, family: "" })),
    ...routes6.filter(matters).map((route) => ({ route, family: "-6 " })),
  ];
  if (found.length === 0) return ok("none");
  const text = ({ destination, gateway, device }: Route): string =>
    [destination, ...(gateway ? ["via", gateway] : []), ...(device ? ["dev", device] : [])].join(" ");
  return wrong(
    found.map(({ route }) => `${text(route)} metric ${route.metric}`).join("; "),
    found.map(({ route, family }) => `sudo ip ${family}route del ${text(route)}`).join("; "),
  );
}

/** VyOS keeps its rules in tables named vyos_*; what iptables wrote by hand stands in `ip nat`. */
function judgeNat({ nat }: Facts): Verdict {
  if (nat === undefined) return notRead;
  const strays = nat.filter(({ table }) => !/^\S+ vyos_/.test(table));
  if (strays.length === 0) return ok("none");
  return wrong(
    strays.map(({ table, text }) => `${table}: ${text}`).join("; "),
    strays.map(removal).join("; "),
  );
}

function removal({ table, chain, handle }: NatRule): string {
  return `sudo nft delete rule ${table} ${chain} handle ${handle ?? "?"}`;
}
