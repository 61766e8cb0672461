/** A route that the router takes back while its checks fail. One object of the stack; what it means is in vyos/failover-route.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { FailoverRouteArgs } from "../vyos/resources/failover-route.ts";
import { VyosResource } from "./shim.ts";

export class FailoverRoute extends VyosResource {
  constructor(name: string, args: FailoverRouteArgs, options?: CustomResourceOptions) {
    super("failover", name, args, options);
  }
}
