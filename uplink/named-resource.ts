/** A resource under its name in the stack, and what may be required of it. Pure. */

import type { BootLineArgs } from "../vyos/resources/boot-line.ts";
import type { ConfigNodeArgs } from "../vyos/resources/config-node.ts";
import type { DestinationNatRulesArgs } from "../vyos/resources/destination-nat-rule.ts";
import type { FailoverRouteArgs } from "../vyos/resources/failover-route.ts";
import type { InterfaceAddressArgs } from "../vyos/resources/interface-address.ts";
import type { NatRulesArgs } from "../vyos/resources/nat-rule.ts";
import { parseResource, type Resource } from "../vyos/resources/registry.ts";
import type { RouterScriptArgs } from "../vyos/resources/router-script.ts";
import type { StaticRouteArgs } from "../vyos/resources/static-route.ts";
import type { TunnelArgs } from "../vyos/resources/tunnel.ts";

export type NamedResource = { readonly name: string } & (
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

/** As the router will hold it. Throws InvalidValue. */
export function parsed({ type, args }: NamedResource): Resource {
  return parseResource(type, { ...args });
}

/** What must be on the router when somebody requires the resource: rules come together, so the last stands for all. */
export function requirementOn(resource: NamedResource): string {
  const { nodes, files } = parsed(resource);
  return nodes.at(-1)?.path.join(" ") ?? files[0]?.path ?? "";
}

export const defaultRouteName = "ipv4-default-route";

export function defaultRoute(args: Omit<StaticRouteArgs, "prefix">): NamedResource {
  return { name: defaultRouteName, type: "route", args: { prefix: "0.0.0.0/0", ...args } };
}
