/** What a larger home or a small office has beside the uplink: static routes and NAT rules, half and half. */

import { NatRule, StaticRoute } from "../../providers/resources.ts";

/** Far from the rules of the uplink, which begin at 1000. */
const firstRule = 5000;

export function declareFurther(count: number): void {
  for (let index = 0; index < count / 2; index += 1) {
    new StaticRoute(`further-route-${index}`, {
      prefix: `10.${100 + (index >> 8)}.${index & 255}.0/24`,
      nextHop: "192.168.100.1",
    });
    new NatRule(`further-rule-${index}`, {
      number: firstRule + index,
      outboundInterface: "eth1",
      protocol: "tcp_udp",
      sourceAddress: `10.${100 + (index >> 8)}.${index & 255}.0/24`,
      translationAddress: "masquerade",
    });
  }
}
