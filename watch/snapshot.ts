/** What the watch knows at one moment, as the page, the metrics and the status line show it. Types, and no secret. */

import type { Uplink } from "../doctor/declared.ts";
import type { Diagnosis } from "../doctor/diagnose.ts";
import type { PortUse } from "../doctor/parse-conntrack.ts";
import type { Observation } from "./observation.ts";

/** One reading of the router, or the attempt at one. */
export interface Look {
  /** Milliseconds since 1970, when it was complete. */
  readonly at: number;
  readonly seconds: number;
  readonly uplink: Uplink;
  readonly observation: Observation;
  readonly diagnosis: Diagnosis;
  /** Undefined: not asked in this uplink, or not readable. */
  readonly portUse: PortUse | undefined;
  /** Ranges of ports that source NAT gives out in mape, both ends included; none: no port set is known. */
  readonly ownPorts: readonly (readonly [number, number])[];
}

export interface Snapshot {
  /** Undefined before the first reading. */
  readonly look: Look | undefined;
  /** From one reading to the next. */
  readonly everySeconds: number;
}

export function portsInUse(look: Pick<Look, "portUse" | "ownPorts">): number | undefined {
  if (look.portUse === undefined) return undefined;
  const { tcp, udp } = look.portUse;
  const isOwn = (port: number): boolean => look.ownPorts.some(([from, to]) => port >= from && port <= to);
  return new Set([...tcp, ...udp].filter(isOwn)).size;
}

export function portsOwned({ ownPorts }: Pick<Look, "ownPorts">): number {
  return ownPorts.reduce((sum, [from, to]) => sum + to - from + 1, 0);
}
