/** The way out that is no tunnel of ours, as a route and as a question. Pure. */

import type { OtherWay } from "../config/parsers.ts";
import type { RouteProbeArgs } from "../vyos/resources/route-probe.ts";
import type { StaticRouteArgs } from "../vyos/resources/static-route.ts";

export function routeBy(way: OtherWay): Pick<StaticRouteArgs, "nextHop" | "interface" | "dhcpInterface"> {
  switch (way.kind) {
    case "next-hop":
      return { nextHop: way.address };
    case "dhcp":
      return { dhcpInterface: way.interface };
    case "interface":
      return { interface: way.interface };
    default:
      return way satisfies never;
  }
}

export function probeBy(way: OtherWay): RouteProbeArgs {
  return way.kind === "next-hop" ? { gateway: way.address } : { interface: way.interface };
}
