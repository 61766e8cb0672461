/** A static route, `protocols static route P` or `route6 P`. One object of the stack; what it means is in vyos/static-route.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface StaticRouteArgs {
  /** IPv4 or IPv6, no bit beyond its length. */
  readonly prefix: string;
  /** One of nextHop (with or without interface), interface alone, or blackhole. */
  readonly nextHop?: string;
  readonly interface?: string;
  readonly blackhole?: true;
  /** Administrative distance, 1-255. */
  readonly distance?: number;
  readonly description?: string;
  /** Configuration paths that must stand before this route may. */
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** How to see, from the router, that IPv4 goes out by this route; only then is it kept and saved. */
  readonly probe?: RouteProbeArgs;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export type RouteProbeArgs =
  | { readonly gateway: string }
  /** `sourcePorts` as 5136-5151: own ports of the shared address. */
  | {
      readonly borderRelay: string;
      readonly sourceAddress: string;
      readonly sourcePorts: string;
      /** IPv4 address:port, asked instead of probeTargets. */
      readonly targets?: readonly string[];
    };

export class StaticRoute extends VyosResource {
  constructor(name: string, args: StaticRouteArgs, options?: CustomResourceOptions) {
    super("route", name, args, options);
  }
}
