/** A route that the router takes back while its checks fail. One object of the stack; what it means is in vyos/failover-route.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";
import type { RouteProbeArgs } from "./static-route.ts";

export interface FailoverRouteArgs {
  /** IPv4. */
  readonly prefix: string;
  readonly nextHop: string;
  readonly interface: string;
  /** 1-255, the least wins; 1 when left out. */
  readonly metric?: number;
  /** IPv4 addresses that answer TCP, each with a route of its own through the interface. */
  readonly targets: readonly string[];
  readonly port: number;
  /** Between two checks, 1-255; 10 when left out. */
  readonly checkSeconds?: number;
  readonly policy?: "any-available" | "all-available";
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** How to see, from the router, that IPv4 goes out by this route. */
  readonly probe?: RouteProbeArgs;
  /** How to see, once this route was taken away, that IPv4 goes out by another. */
  readonly probeGone?: RouteProbeArgs;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class FailoverRoute extends VyosResource {
  constructor(name: string, args: FailoverRouteArgs, options?: CustomResourceOptions) {
    super("failover", name, args, options);
  }
}
