/** A list of destination NAT rules, committed together. One object of the stack; what it means is in vyos/destination-nat-rule.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { DestinationNatRulesArgs } from "../vyos/resources/destination-nat-rule.ts";
import { VyosResource } from "./shim.ts";

export class DestinationNatRules extends VyosResource {
  constructor(name: string, args: DestinationNatRulesArgs, options?: CustomResourceOptions) {
    super("dnats", name, args, options);
  }
}
