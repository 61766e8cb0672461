/** Who put a route into the kernel, in the words of people. Pure. */

import type { KernelRoute } from "../vyos/kernel/network.ts";

export function owner({ protocol }: KernelRoute): string {
  switch (protocol) {
    case "static":
      return "the configuration";
    case "ra":
      return "a router advertisement (it goes when that stops)";
    case "boot":
      return "somebody who typed ip route";
    default:
      return protocol;
  }
}
