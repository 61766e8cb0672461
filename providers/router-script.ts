/** One script below /config/scripts. One object of the stack; what it means is in vyos/router-script.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { RouterScriptArgs } from "../vyos/resources/router-script.ts";
import { VyosResource } from "./shim.ts";

export class RouterScript extends VyosResource {
  constructor(name: string, args: RouterScriptArgs, options?: CustomResourceOptions) {
    super("script", name, args, options);
  }
}
