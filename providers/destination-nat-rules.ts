/** A list of destination NAT rules, committed together. One object of the stack; what it means is in vyos/destination-nat-rule.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface DestinationNatRuleArgs {
  /** 1-999999. */
  readonly number: number;
  readonly inboundInterface: string;
  readonly protocol?: "all" | "tcp" | "udp" | "tcp_udp" | "icmp";
  readonly sourceAddress?: string;
  readonly destinationAddress?: string;
  /** Ports and ranges with commas. */
  readonly destinationPort?: string;
  /** The IPv4 address inside. */
  readonly translationAddress: string;
  /** One port or one range. */
  readonly translationPort?: string;
  readonly description?: string;
}

export interface DestinationNatRulesArgs {
  readonly rules: readonly DestinationNatRuleArgs[];
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class DestinationNatRules extends VyosResource {
  constructor(name: string, args: DestinationNatRulesArgs, options?: CustomResourceOptions) {
    super("dnats", name, args, options);
  }
}
