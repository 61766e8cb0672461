/**
 * The objects of an uplink as one list: what index.ts declares and what `npm run plan` compares with a router are the same.
 * Pure. The default route comes last, for it requires the others.
 */

import type { DestinationNatRulesArgs } from "../providers/destination-nat-rules.ts";
import type { InterfaceAddressArgs } from "../providers/interface-address.ts";
import type { NatRulesArgs } from "../providers/nat-rules.ts";
import type { StaticRouteArgs } from "../providers/static-route.ts";
import type { TunnelArgs } from "../providers/tunnel.ts";
import type { MapObjects, UplinkObjects } from "./objects.ts";

/** `name` is its name in the stack. */
export type DeclaredResource = { readonly name: string } & (
  | { readonly type: "addr"; readonly args: InterfaceAddressArgs }
  | { readonly type: "route"; readonly args: StaticRouteArgs }
  | { readonly type: "tun"; readonly args: TunnelArgs }
  | { readonly type: "rules"; readonly args: NatRulesArgs }
  | { readonly type: "dnats"; readonly args: DestinationNatRulesArgs }
);

export interface UplinkOptions {
  /** Change what stands on the router already, instead of refusing. */
  readonly takeOver: boolean;
}

export function declaredResources(
  objects: UplinkObjects,
  options: UplinkOptions,
): { readonly others: readonly DeclaredResource[]; readonly defaultRoute: StaticRouteArgs } {
  const { mape, ipv6DefaultRoute, defaultRoute, requires } = objects;
  const others: DeclaredResource[] = mape ? mapResources(mape, options) : [];
  if (ipv6DefaultRoute) {
    others.push({ name: "ipv6-default-route", type: "route", args: { ...ipv6DefaultRoute, ...options } });
  }
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
