/** A tunnel, `interfaces tunnel tunN`. One object of the stack; what it means is in vyos/tunnel.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { TunnelArgs } from "../vyos/resources/tunnel.ts";
import { VyosResource } from "./shim.ts";

export class Tunnel extends VyosResource {
  constructor(name: string, args: TunnelArgs, options?: CustomResourceOptions) {
    super("tun", name, args, options);
  }
}
