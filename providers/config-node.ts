/** Any other configuration path. One object of the stack; what it means is in vyos/config-node.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { ConfigNodeArgs } from "../vyos/resources/config-node.ts";
import { VyosResource } from "./shim.ts";

export class ConfigNode extends VyosResource {
  constructor(name: string, args: ConfigNodeArgs, options?: CustomResourceOptions) {
    super("node", name, args, options);
  }
}
