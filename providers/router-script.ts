/** One script below /config/scripts. One object of the stack; what it means is in vyos/router-script.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface RouterScriptArgs {
  /** uplink-check, or a hook: commit/post-hooks.d/50-uplink. */
  readonly name: string;
  /** Begins with #! and the interpreter. */
  readonly text: string;
  /** The argument to run it with, as root, once it is in place; a change in place runs it again. */
  readonly start?: string;
  /** The argument to run it with, as root, before it is taken away. */
  readonly stop?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class RouterScript extends VyosResource {
  constructor(name: string, args: RouterScriptArgs, options?: CustomResourceOptions) {
    super("script", name, args, options);
  }
}
