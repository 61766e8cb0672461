/** Words that more than one check uses. Pure. */

import type { KernelRoute } from "../vyos/kernel/network.ts";
import type { Failover } from "./declared.ts";

/** The refresh is what makes the engine see a router that drifted. */
export const up = "npm run pulumi -- up --refresh";

/** For what is configured and yet not in the kernel: only a commit that changes the node makes VyOS apply it again. */
export function anew(path: string): string {
  return `configure; delete ${path}; commit; exit; then ${up}`;
}

/** What makes the router leave the tunnel by itself. */
export function silence({ targets, policy }: Failover): string {
  const named = targets.join(", ");
  return policy === "all-available" ? `not all of ${named} answer` : `none of ${named} answers`;
}

/** A few lines of many, each cut where it gets long. */
export function shorten(lines: readonly string[]): string {
  const cut = (line: string): string => (line.length > 100 ? `${line.slice(0, 97)}...` : line);
  const shown = lines.slice(0, 3).map(cut);
  return [...shown, ...(lines.length > 3 ? [`and ${lines.length - 3} more`] : [])].join("; ");
}

/** Who put a route into the kernel. */
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
