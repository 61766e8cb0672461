/** One source NAT rule, `nat source rule N`. One object of the stack; what it means is in vyos/nat-rule.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { NatRuleArgs } from "../vyos/resources/nat-rule.ts";
import { VyosResource } from "./shim.ts";

export class NatRule extends VyosResource {
  constructor(name: string, args: NatRuleArgs, options?: CustomResourceOptions) {
    super("rule", name, args, options);
  }
}
