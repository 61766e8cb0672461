/** One source NAT rule, `nat source rule N`. One object of the stack; what it means is in vyos/nat-rule.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface NatRuleArgs {
  /** 1-999999. */
  readonly number: number;
  readonly outboundInterface: string;
  readonly protocol?: "all" | "tcp" | "udp" | "tcp_udp" | "icmp";
  readonly sourceAddress?: string;
  /** Ports and ranges with commas. */
  readonly sourcePort?: string;
  readonly destinationAddress?: string;
  readonly destinationPort?: string;
  /** An IPv4 address, or masquerade. */
  readonly translationAddress: string;
  /** One port or one range. */
  readonly translationPort?: string;
  readonly description?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class NatRule extends VyosResource {
  constructor(name: string, args: NatRuleArgs, options?: CustomResourceOptions) {
    super("rule", name, args, options);
  }
}
