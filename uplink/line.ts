/** The MAP-E line of an uplink. Pure. */

import type { UplinkConfig } from "../config/uplink-config.ts";
import { type RoutableLine, routableLineOf } from "../mape/line.ts";

/** Undefined in an uplink that has none. */
export function lineOf(config: UplinkConfig): RoutableLine | undefined {
  return config.uplink === "mape" ? routableLineOf(config.line) : undefined;
}
