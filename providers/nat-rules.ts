/** A list of source NAT rules, committed together. One object of the stack; what it means is in vyos/nat-rule.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { NatRulesArgs } from "../vyos/resources/nat-rule.ts";
import { VyosResource } from "./shim.ts";

export class NatRules extends VyosResource {
  constructor(name: string, args: NatRulesArgs, options?: CustomResourceOptions) {
    super("rules", name, args, options);
  }
}
