/**
 * The objects of an uplink as one list: what index.ts declares and what `npm run plan` compares with a router are the same.
 * Pure. The default route comes last, for it requires the others; what requires something comes after it.
 */

import type { BootLineArgs } from "../vyos/resources/boot-line.ts";
import type { ConfigNodeArgs } from "../vyos/resources/config-node.ts";
import type { DestinationNatRulesArgs } from "../vyos/resources/destination-nat-rule.ts";
import type { FailoverRouteArgs } from "../vyos/resources/failover-route.ts";
import type { InterfaceAddressArgs } from "../vyos/resources/interface-address.ts";
import type { NatRulesArgs } from "../vyos/resources/nat-rule.ts";
import type { RouterScriptArgs } from "../vyos/resources/router-script.ts";
import type { StaticRouteArgs } from "../vyos/resources/static-route.ts";
import type { TunnelArgs } from "../vyos/resources/tunnel.ts";
import type { FailoverObjects } from "./failover.ts";
import type { MapObjects, UplinkObjects } from "./objects.ts";
import type { OnRouter } from "./on-router.ts";

/** `name` is its name in the stack. */
export type DeclaredResource = { readonly name: string } & (
  | { readonly type: "addr"; readonly args: InterfaceAddressArgs }
  | { readonly type: "route"; readonly args: StaticRouteArgs }
  | { readonly type: "tun"; readonly args: TunnelArgs }
  | { readonly type: "rules"; readonly args: NatRulesArgs }
  | { readonly type: "dnats"; readonly args: DestinationNatRulesArgs }
  | { readonly type: "script"; readonly args: RouterScriptArgs }
  | { readonly type: "boot"; readonly args: BootLineArgs }
  | { readonly type: "node"; readonly args: ConfigNodeArgs }
  | { readonly type: "failover"; readonly args: FailoverRouteArgs }
);

export interface UplinkOptions {
  /** Change what stands on the router already, instead of refusing. */
  readonly takeOver: boolean;
}

export function declaredResources(
  objects: UplinkObjects,
  options: UplinkOptions,
): { readonly others: readonly DeclaredResource[]; readonly defaultRoute: StaticRouteArgs } {
  const { mape, ipv6DefaultRoute, defaultRoute, onRouter } = objects;
  const others: DeclaredResource[] = mape ? mapResources(mape, options) : [];
  if (ipv6DefaultRoute) {
    others.push({ name: "ipv6-default-route", type: "route", args: { ...ipv6DefaultRoute, ...options } });
  }
  others.push(...routerResources(onRouter, options));
  const failover = mape?.failover;
  if (failover) others.push(...failoverResources(failover, objects.requires, options));
  const moves = failover ? [`protocols failover route ${failover.route.prefix}`] : [];
  const requires = [...objects.requires, ...moves];
  return { others, defaultRoute: { ...defaultRoute, requires, ...options } };
}

export const defaultRouteName = "ipv4-default-route";

function mapResources(mape: MapObjects, options: UplinkOptions): DeclaredResource[] {
  const { ceAddress, borderRelayRoute, tunnel, rules, forwards } = mape;
  const always: DeclaredResource[] = [
    { name: "ce-address", type: "addr", args: { ...ceAddress, ...options } },
    { name: "border-relay-route", type: "route", args: { ...borderRelayRoute, ...options } },
    { name: "tunnel", type: "tun", args: { ...tunnel, ...options } },
    { name: "napt", type: "rules", args: { rules, ...options } },
  ];
  return forwards.length === 0
    ? always
    : [...always, { name: "port-forwards", type: "dnats", args: { rules: forwards, ...options } }];
}

/** Scripts first: with `--parallel 1` a task that names one must not wait for what comes after it. */
function routerResources(
  { scripts, bootLines, nodes }: OnRouter,
  options: UplinkOptions,
): DeclaredResource[] {
  return [
    ...Object.entries(scripts).map(
      ([name, script]): DeclaredResource => ({ name, type: "script", args: { ...script, ...options } }),
    ),
    ...Object.entries(bootLines).map(
      ([name, line]): DeclaredResource => ({ name, type: "boot", args: { line } }),
    ),
    ...Object.entries(nodes).map(
      ([name, node]): DeclaredResource => ({ name, type: "node", args: { ...node, ...options } }),
    ),
  ];
}

function failoverResources(
  { pins, route }: FailoverObjects,
  requires: readonly string[],
  options: UplinkOptions,
): DeclaredResource[] {
  return [
    ...pins.map(
      (pin): DeclaredResource => ({
        name: `failover-check-${pin.prefix}`,
        type: "route",
        args: { ...pin, ...options },
      }),
    ),
    { name: "ipv4-failover-route", type: "failover", args: { ...route, requires, ...options } },
  ];
}
