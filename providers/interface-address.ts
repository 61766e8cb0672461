/** One address of an interface. One object of the stack; what it means is in vyos/interface-address.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { InterfaceAddressArgs } from "../vyos/resources/interface-address.ts";
import { VyosResource } from "./shim.ts";

export class InterfaceAddress extends VyosResource {
  constructor(name: string, args: InterfaceAddressArgs, options?: CustomResourceOptions) {
    super("addr", name, args, options);
  }
}
