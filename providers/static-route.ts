/** A static route, `protocols static route P` or `route6 P`. One object of the stack; what it means is in vyos/static-route.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { StaticRouteArgs } from "../vyos/resources/static-route.ts";
import { VyosResource } from "./shim.ts";

export class StaticRoute extends VyosResource {
  constructor(name: string, args: StaticRouteArgs, options?: CustomResourceOptions) {
    super("route", name, args, options);
  }
}
