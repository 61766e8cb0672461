/**
 * `failover: wxr`: the router itself leaves the tunnel while nobody answers through it, and comes back. Pure. The route into
 * the tunnel is VyOS's failover route; the WXR is a floating static route beneath it.
 */

import type { FailoverSettings } from "../config/uplink-config.ts";
import type { FailoverRouteArgs } from "../vyos/resources/failover-route.ts";
import type { RouteProbeArgs } from "../vyos/resources/route-probe.ts";
import type { StaticRouteArgs } from "../vyos/resources/static-route.ts";
import type { NamedResource } from "./named-resource.ts";
import type { Rule } from "./napt.ts";
import { probeBy, routeBy } from "./other-way.ts";

/** RFC 7335: for IPv4 over IPv6, and never seen on a LAN. Nobody needs to hold it: a tunnel asks for no neighbour. */
const formalGateway = "192.0.0.1";

/** Below 1, FRR's default for a static route, anything would do; this is what VyOS gives a route from DHCP. */
const floatingDistance = 210;

/** One a target: a check is not bound to the tunnel, it goes where the routes say. */
export function failoverPins(
  { targets }: FailoverSettings,
  tunnelName: string,
  takeOver: boolean,
): NamedResource[] {
  const description = "failover check by the tunnel alone";
  return targets.map((target) => {
    const prefix = `${target}/32`;
    const args = { prefix, interface: tunnelName, description, takeOver };
    return { name: `failover-check-${prefix}`, type: "route", args };
  });
}

export function failoverRoute(
  { fallback, targets, port, checkSeconds, policy }: FailoverSettings,
  tunnelName: string,
  tunnelProbe: RouteProbeArgs,
  common: Pick<FailoverRouteArgs, "requires" | "takeOver">,
): NamedResource {
  const args = {
    prefix: "0.0.0.0/0",
    nextHop: formalGateway,
    interface: tunnelName,
    metric: 1,
    targets,
    port,
    checkSeconds,
    policy,
    probe: probeOfPins(targets, port, tunnelProbe),
    probeGone: probeBy(fallback),
    ...common,
  };
  return { name: "ipv4-failover-route", type: "failover", args };
}

/** The default route beneath it. */
export function failoverFallback(
  { fallback, targets, port }: FailoverSettings,
  tunnelProbe: RouteProbeArgs,
): Omit<StaticRouteArgs, "prefix"> {
  const probe = probeOfPins(targets, port, tunnelProbe);
  // VyOS itself puts a route by DHCP that deep.
  const distance = fallback.kind === "dhcp" ? undefined : floatingDistance;
  return { ...routeBy(fallback), ...(distance && { distance }), probe };
}

/** The default route may be by the WXR at this moment: only the pinned addresses prove the tunnel. */
function probeOfPins(targets: readonly string[], port: number, tunnelProbe: RouteProbeArgs): RouteProbeArgs {
  return { ...tunnelProbe, targets: targets.map((target) => `${target}:${port}`) };
}

/** Both ways are translated all the time, each by its own interface: a failover changes no configuration. */
export function fallbackRule(device: string, number: number): Rule {
  return {
    number,
    description: "failover to the WXR",
    outboundInterface: device,
    protocol: "all",
    translationAddress: "masquerade",
  };
}
