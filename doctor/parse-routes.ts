/** Routes as `ip -j route` prints them. Pure. */

import type { Route } from "./facts.ts";
import { entriesOf, numberAt, textAt } from "./iproute-json.ts";

/**
 * `ip -j -4 route show`, `ip -j -6 route show`. Without details iproute2 leaves out `proto boot`, which is what a route
 * typed with `ip route add` has.
 */
export function parseRoutes(output: string): Route[] {
  return entriesOf(output).map((entry) => ({
    destination: textAt(entry, "dst") ?? "",
    gateway: textAt(entry, "gateway"),
    device: textAt(entry, "dev"),
    protocol: textAt(entry, "protocol") ?? "boot",
    metric: numberAt(entry, "metric") ?? 0,
  }));
}

/** `ip -j route get A`. Without a route it prints `RTNETLINK answers: Network is unreachable` and fails. */
export function parseRouteGet({ output, status }: { output: string; status: number }): Route | null {
  if (status !== 0 && /unreachable|No route to host/i.test(output)) return null;
  const [route] = parseRoutes(output);
  if (route === undefined) throw new Error("no route in the answer");
  return route;
}
