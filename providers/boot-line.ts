/** One line of the script of a boot. One object of the stack; what it means is in vyos/boot-line.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface BootLineArgs {
  /** A program below /config/scripts and its arguments: /config/scripts/uplink-check start. */
  readonly line: string;
}

export class BootLine extends VyosResource {
  constructor(name: string, args: BootLineArgs, options?: CustomResourceOptions) {
    super("boot", name, args, options);
  }
}
