/** One line of the script of a boot. One object of the stack; what it means is in vyos/boot-line.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { BootLineArgs } from "../vyos/resources/boot-line.ts";
import { VyosResource } from "./shim.ts";

export class BootLine extends VyosResource {
  constructor(name: string, args: BootLineArgs, options?: CustomResourceOptions) {
    super("boot", name, args, options);
  }
}
