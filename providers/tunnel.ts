/** A tunnel, `interfaces tunnel tunN`. One object of the stack; what it means is in vyos/tunnel.ts. */

import type { CustomResourceOptions } from "@pulumi/pulumi";
import { VyosResource } from "./shim.ts";

export interface TunnelArgs {
  /** tunN: VyOS takes no other name. */
  readonly name: string;
  readonly encapsulation?: "ipip6" | "ip6ip6" | "ip6gre" | "ipip" | "gre" | "sit";
  readonly sourceAddress?: string;
  readonly sourceInterface?: string;
  readonly remote: string;
  /** Addresses with their length: 133.209.13.2/32. */
  readonly addresses?: readonly string[];
  /** Octets; 1460 when left out. */
  readonly mtu?: number;
  readonly encapsulationLimit?: "none" | number;
  /** Octets. */
  readonly adjustMss?: number;
  readonly description?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export class Tunnel extends VyosResource {
  constructor(name: string, args: TunnelArgs, options?: CustomResourceOptions) {
    super("tun", name, args, options);
  }
}
