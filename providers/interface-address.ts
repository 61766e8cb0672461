/** One address of an interface. One object of the stack; what it means is in vyos/interface-address.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface InterfaceAddressArgs {
  readonly interface: string;
  /** The address with its length: 2001:db8::1/128. */
  readonly address: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class InterfaceAddress extends VyosResource {
  constructor(name: string, args: InterfaceAddressArgs, options?: CustomResourceOptions) {
    super("addr", name, args, options);
  }
}
