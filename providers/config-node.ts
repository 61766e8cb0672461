/** Any other configuration path. One object of the stack; what it means is in vyos/config-node.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface ConfigNodeArgs {
  /** The words of the path: service ntp server 192.0.2.1. */
  readonly path: string;
  /** Text, a list of texts, null for a valueless node, or a map one level down. */
  readonly tree?: ConfigValue;
  /** Configuration paths, and files by their absolute path, that must be there before this may. */
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export type ConfigValue =
  | string
  | number
  | null
  | readonly ConfigValue[]
  | { readonly [word: string]: ConfigValue };

export class ConfigNode extends VyosResource {
  constructor(name: string, args: ConfigNodeArgs, options?: CustomResourceOptions) {
    super("node", name, args, options);
  }
}
