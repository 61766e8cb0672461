/**
 * The one list of an uplink's resources: what the stack declares, what the default route requires, what plan and doctor compare.
 * Pure. The default route is one resource in all modes, so that a switch moves it; it comes last, and what requires something
 * comes after it (with `--parallel 1` nobody waits for a later one).
 */

import type { UplinkConfig, WxrConfig } from "../config/uplink-config.ts";
import { leaseGuard } from "./lease-guard.ts";
import { defaultRoute, type NamedResource } from "./named-resource.ts";
import { probeBy, routeBy } from "./other-way.ts";
import { tunnelResources } from "./tunnel.ts";

/** Throws InvalidValue for a configuration that no router could carry. */
export function resourcesOf(config: UplinkConfig): readonly NamedResource[] {
  switch (config.uplink) {
    case "wxr":
      return [...ipv6DefaultRoute(config), ...leaseGuard(config), wxrRoute(config)];
    case "mape":
    case "dslite":
    case "ipip": {
      const { carrying, guarding, routes } = tunnelResources(config);
      const others = [...ipv6DefaultRoute(config), ...guarding, ...leaseGuard(config)];
      return [...carrying, ...others, ...routes];
    }
    default:
      return config satisfies never;
  }
}

function wxrRoute({ wxrNextHop: way, takeOver }: WxrConfig): NamedResource {
  return defaultRoute({ ...routeBy(way), probe: probeBy(way), requires: [], takeOver });
}

/** By the NGN's gateway: outlives the DHCPv6 lease. */
function ipv6DefaultRoute({ gateway, takeOver }: UplinkConfig): NamedResource[] {
  if (gateway === undefined) return [];
  return [{ name: "ipv6-default-route", type: "route", args: { prefix: "::/0", ...gateway, takeOver } }];
}
