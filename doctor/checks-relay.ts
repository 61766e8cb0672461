/** The way from the NGN to the border relay: CE address, route, answer, path MTU. Pure. */

import type { KernelRoute } from "../vyos/kernel/network.ts";
import { type Check, notMape, notRead, ok, skipped, type Verdict, wrong } from "./check.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew, up } from "./remedies.ts";
import { owner } from "./route-owner.ts";

export const relayChecks: readonly Check[] = [
  {
    code: "ce-address",
    title: "the CE address is on no interface: the tunnel shows UP, and the kernel drops every packet",
    dependsOn: ["config-ce-address", "other-uplink", "delegated-prefix"],
    judge: ({ addresses, txErrors }, { tunnel, ngn }) => {
      if (tunnel === undefined) return notMape;
      if (addresses === undefined) return notRead;
      const held = addresses.find(({ address }) => address === tunnel.local);
      if (held) return ok(`${tunnel.local}/${held.length} on ${held.device}`);
      const errors = txErrors?.get(tunnel.name);
      const seen = errors ? `; ${tunnel.name}: ${errors} TX errors while probing` : "";
      const device = ngn?.interface ?? tunnel.device ?? "eth1";
      return wrong(
        `${tunnel.local} is on no interface${seen}`,
        `sudo ip addr add ${tunnel.local}/128 dev ${device}`,
      );
    },
  },
  {
    code: "relay-route",
    title: "the kernel has no route of its own to the border relay",
    dependsOn: ["config-relay-route", "other-uplink", "ngn-link"],
    judge: judgeRelayRoute,
  },
  {
    code: "relay-unrouted",
    title: "no route by the NGN gateway leads to the border relay at all",
    dependsOn: [
      "config-relay-route",
      "relay-route",
      "ipv6-default-route",
      "ipv6-default-lost",
      "stray-route",
    ],
    judge: judgeWayToRelay,
  },
  {
    code: "relay-wrong",
    title: "the tunnel that runs goes to another border relay than the declared one",
    dependsOn: ["config-tunnel", "other-uplink"],
    judge: ({ tunnels }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      const runs = tunnels?.find(({ name }) => name === tunnel.name);
      if (runs === undefined) return skipped(`${tunnel.name} is not in the kernel`);
      if (runs.remote === tunnel.remote) return ok(tunnel.remote);
      const remedy = `sudo ip -6 tunnel change ${tunnel.name} mode ipip6 remote ${tunnel.remote}`;
      return wrong(`${tunnel.name} goes to ${runs.remote}, declared is ${tunnel.remote}`, remedy);
    },
  },
  {
    code: "ngn-beyond-gateway",
    title: "nothing beyond the NGN gateway answers over IPv6",
    dependsOn: [
      "gateway-wrong",
      "gateway-silent",
      "ipv6-default-route",
      "ipv6-default-lost",
      "relay-unrouted",
      "dhcpv6-lease",
      "delegated-prefix",
    ],
    judge: ({ beyondGateway, relayPing }, { tunnel, ngn }) => {
      if (tunnel === undefined) return notMape;
      if (relayPing?.answered) return ok("the border relay answers");
      if (beyondGateway === undefined) return notRead;
      if (beyondGateway) return ok("another IPv6 host answers");
      return wrong(
        "neither the border relay nor another IPv6 host answers",
        `renew dhcpv6 interface ${ngn?.interface ?? "eth1"} (no better after a minute: ask the provider)`,
      );
    },
  },
  {
    code: "relay-silent",
    title: "the border relay does not answer",
    dependsOn: ["relay-unrouted", "ngn-beyond-gateway", "gateway-wrong"],
    judge: ({ relayPing }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      if (relayPing === undefined) return notRead;
      if (relayPing.answered) return ok(`${tunnel.remote} answers`);
      return wrong(
        `${tunnel.remote}: ${relayPing.evidence}, and the gateway answers`,
        `npm run mape -- identify ${tunnel.remote}; until it answers: npm run pulumi -- config set uplink wxr && npm run pulumi -- up`,
      );
    },
  },
  {
    code: "path-mtu",
    title: "packets of 1500 octets do not reach the border relay: large ones vanish in the tunnel",
    dependsOn: [],
    judge: judgePathMtu,
  },
];

function judgeRelayRoute({ routes6 }: Facts, { tunnel }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (routes6 === undefined) return notRead;
  const own = hostRoute(
    routes6.filter(({ protocol }) => protocol !== "boot"),
    tunnel.remote,
  );
  if (own !== undefined) return ok(described(own));
  return wrong(
    `none to ${tunnel.remote}/128`,
    `${anew(`protocols static route6 ${tunnel.remote}/128`)} (and see: show ipv6 route)`,
  );
}

/** The relay's own route, else the default: the kernel takes the longest prefix, then the lowest metric. */
function judgeWayToRelay({ routes6 }: Facts, { tunnel, ngn }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (routes6 === undefined) return notRead;
  if (ngn === undefined) return skipped("no ipv6NextHop is known");
  const way =
    hostRoute(routes6, tunnel.remote) ??
    lowest(routes6.filter(({ destination }) => destination === "default"));
  if (way?.gateway === ngn.gateway) return ok(described(way));
  return wrong(
    way === undefined ? "no route at all" : `${described(way)}, and the gateway is ${ngn.gateway}`,
    `ip -6 route get ${tunnel.remote} (then: ${up})`,
  );
}

function hostRoute(routes: readonly KernelRoute[], relay: string): KernelRoute | undefined {
  return lowest(routes.filter(({ destination }) => destination === relay || destination === `${relay}/128`));
}

function lowest(routes: readonly KernelRoute[]): KernelRoute | undefined {
  return routes.toSorted((a, b) => a.metric - b.metric)[0];
}

function described(route: KernelRoute): string {
  return `via ${route.gateway ?? "no gateway"} on ${route.device}, owned by ${owner(route)}`;
}

function judgePathMtu({ fullSizePing, relayPing }: Facts, { tunnel, ngn }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (fullSizePing === undefined) return notRead;
  if (fullSizePing.answered) return ok("1500 octets reach the border relay");
  if (relayPing?.answered === false) return skipped("the border relay does not answer at all");
  return wrong(
    `1500 octets to ${tunnel.remote}: ${fullSizePing.evidence}; small ones are answered`,
    `show interfaces ethernet ${ngn?.interface ?? "eth1"} (mtu 1500?), else lower the tunnel's mtu and adjust-mss`,
  );
}
