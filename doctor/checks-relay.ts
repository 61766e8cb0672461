/** The way from the NGN to the border relay: CE address, route, answer, path MTU. Pure. */

import { interfaceNode } from "../vyos/interface-node.ts";
import type { KernelRoute } from "../vyos/kernel/network.ts";
import { type Check, ok, skipped, tunnelCheck, wrong } from "./check.ts";
import { txErrors } from "./checks-tunnel.ts";
import { anew, owner, up } from "./remedies.ts";

export const relayChecks: readonly Check[] = [
  tunnelCheck({
    code: "ce-address",
    title: "the CE address is on no interface: the tunnel shows UP, and the kernel drops every packet",
    dependsOn: ["config-ce-address", "other-uplink", "delegated-prefix"],
    reads: ["addresses"],
    judge: (facts, tunnel, { ngn }) => {
      const held = facts.addresses.find(({ address }) => address === tunnel.local);
      if (held) return ok(`${tunnel.local}/${held.length} on ${held.device}`);
      const errors = txErrors(facts, tunnel.name);
      const seen = errors ? `; ${tunnel.name}: ${errors} TX errors while probing` : "";
      const device = ngn?.interface ?? tunnel.device ?? "eth1";
      return wrong(
        `${tunnel.local} is on no interface${seen}`,
        `sudo ip addr add ${tunnel.local}/128 dev ${device}`,
      );
    },
  }),
  tunnelCheck({
    code: "ce-address-taken",
    title: "another device on the NGN link holds the CE address: the kernel sends nothing from it",
    reads: ["addresses"],
    judge: ({ addresses }, { local }) => {
      const held = addresses.find(({ address }) => address === local);
      if (held?.detection !== "failed") return ok("duplicate address detection found no other holder");
      const { device } = held;
      return wrong(
        `duplicate address detection of ${local} failed on ${device}`,
        `switch MAP-E off on the router that holds it (the WXR?); then: sudo ip addr del ${local}/${held.length} dev ${device}; sudo ip addr add ${local}/${held.length} dev ${device}`,
      );
    },
  }),
  tunnelCheck({
    code: "relay-route",
    title: "the kernel has no route of its own to the border relay",
    dependsOn: ["config-relay-route", "other-uplink", "ngn-link", "static-routes-lost"],
    reads: ["routes6"],
    judge: ({ routes6 }, { remote }) => {
      const configured = routes6.filter(({ protocol }) => protocol !== "boot");
      const own = hostRoute(configured, remote);
      if (own !== undefined) return ok(described(own));
      return wrong(
        `none to ${remote}/128`,
        `${anew(`protocols static route6 ${remote}/128`)} (and see: show ipv6 route)`,
      );
    },
  }),
  tunnelCheck({
    code: "relay-unrouted",
    title: "no route by the NGN gateway leads to the border relay at all",
    dependsOn: [
      "config-relay-route",
      "relay-route",
      "ipv6-default-route",
      "ipv6-default-lost",
      "stray-route",
    ],
    reads: ["routes6"],
    // The relay's own route, else the default: the kernel takes the longest prefix, then the lowest metric.
    judge: ({ routes6 }, { remote }, { ngn }) => {
      if (ngn === undefined) return skipped("no ipv6NextHop is known");
      const defaults = routes6.filter(({ destination }) => destination === "default");
      const way = hostRoute(routes6, remote) ?? lowest(defaults);
      if (way?.gateway === ngn.gateway) return ok(described(way));
      return wrong(
        way === undefined ? "no route at all" : `${described(way)}, and the gateway is ${ngn.gateway}`,
        `ip -6 route get ${remote} (then: ${up})`,
      );
    },
  }),
  tunnelCheck({
    code: "relay-wrong",
    title: "the tunnel that runs goes to another border relay than the declared one",
    dependsOn: ["config-tunnel", "other-uplink"],
    reads: [],
    judge: ({ tunnels }, { name, remote }) => {
      const runs = tunnels?.find((one) => one.name === name);
      if (runs === undefined) return skipped(`${name} is not in the kernel`);
      if (runs.remote === remote) return ok(remote);
      const remedy = `sudo ip -6 tunnel change ${name} mode ipip6 remote ${remote}`;
      return wrong(`${name} goes to ${runs.remote}, declared is ${remote}`, remedy);
    },
  }),
  tunnelCheck({
    code: "ngn-beyond-gateway",
    title: "nothing beyond the NGN gateway answers over IPv6",
    dependsOn: [
      ...["gateway-wrong", "gateway-silent", "ipv6-default-route", "ipv6-default-lost"],
      ...["relay-unrouted", "dhcpv6-lease", "delegated-prefix"],
    ],
    reads: [],
    judge: ({ relayPing }, _tunnel, { ngn }) => {
      if (relayPing === undefined) return skipped("could not be read");
      if (relayPing.answered) return ok("the border relay answers");
      if (relayPing.beyond === undefined) return skipped("could not be read");
      if (relayPing.beyond) return ok("another IPv6 host answers");
      return wrong(
        "neither the border relay nor another IPv6 host answers",
        `renew dhcpv6 interface ${ngn?.interface ?? "eth1"} (no better after a minute: ask the provider)`,
      );
    },
  }),
  tunnelCheck({
    code: "relay-silent",
    title: "the border relay does not answer",
    dependsOn: ["relay-unrouted", "ngn-beyond-gateway", "gateway-wrong"],
    reads: ["relayPing"],
    judge: ({ relayPing }, { remote }) => {
      if (relayPing.answered) return ok(`${remote} answers`);
      return wrong(
        `${remote}: ${relayPing.evidence}, and the gateway answers`,
        `npm run mape -- identify ${remote}; until it answers: npm run pulumi -- config set uplink wxr && npm run pulumi -- up`,
      );
    },
  }),
  tunnelCheck({
    code: "path-mtu",
    title: "packets of 1500 octets do not reach the border relay: large ones vanish in the tunnel",
    reads: ["fullSizePing"],
    judge: ({ fullSizePing, relayPing }, { remote }, { ngn }) => {
      if (fullSizePing.answered) return ok("1500 octets reach the border relay");
      if (relayPing?.answered === false) return skipped("the border relay does not answer at all");
      return wrong(
        `1500 octets to ${remote}: ${fullSizePing.evidence}; small ones are answered`,
        `show ${interfaceNode(ngn?.interface ?? "")?.join(" ") ?? "interfaces"} (mtu 1500?), else lower the tunnel's mtu and adjust-mss`,
      );
    },
  }),
];

function hostRoute(routes: readonly KernelRoute[], relay: string): KernelRoute | undefined {
  return lowest(routes.filter(({ destination }) => destination === relay || destination === `${relay}/128`));
}

function lowest(routes: readonly KernelRoute[]): KernelRoute | undefined {
  return routes.toSorted((a, b) => a.metric - b.metric)[0];
}

function described(route: KernelRoute): string {
  return `via ${route.gateway ?? "no gateway"} on ${route.device}, owned by ${owner(route)}`;
}
