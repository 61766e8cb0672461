/** What an uplink's tunnel carries, whatever kind of line it is. Pure. */

import type { ToldLine, TunnelConfig, UplinkConfig } from "../config/uplink-config.ts";
import { type RoutableLine, routableLineOf } from "../mape/line.ts";
import { dsLiteLineOf, fixedIpLineOf, type Softwire } from "../mape/softwire.ts";

export interface CarriedLine
  extends Pick<
    RoutableLine,
    "ipv4" | "psid" | "portBlocks" | "layout" | "ceAddress" | "borderRelay" | "mtu" | "warnings"
  > {
  /** Of the tunnel, with its length. */
  readonly address: string;
  /** Whether what leaves is translated here: to the ports, to the address, or by the provider. */
  readonly translated: "here" | "by the provider";
  /** For the tunnel's description. */
  readonly kind: string;
}

/** Undefined in an uplink that has none. */
export function lineOf(config: UplinkConfig): CarriedLine | undefined {
  return config.uplink === "wxr" ? undefined : carriedLineOf(config);
}

export function carriedLineOf({ line }: Pick<TunnelConfig, "line">): CarriedLine {
  switch (line.kind) {
    case "fixed-ip":
      return { ...carriedBy(fixedIpLineOf(line)), translated: "here", kind: "fixed IP to the relay" };
    case "ds-lite":
      return { ...carriedBy(dsLiteLineOf(line)), translated: "by the provider", kind: "DS-Lite to the AFTR" };
    default:
      return mapLineOf(line);
  }
}

function mapLineOf(line: Exclude<ToldLine, { kind: "fixed-ip" | "ds-lite" }>): CarriedLine {
  const known = routableLineOf(line);
  return {
    ...known,
    address: `${known.ipv4}/32`,
    translated: "here",
    kind: "MAP-E to the border relay",
  };
}

/** All ports are its own, as far as this router is asked. */
function carriedBy({
  local,
  remote,
  ipv4,
  mtu,
  warnings,
}: Softwire): Omit<CarriedLine, "translated" | "kind"> {
  const [address = ""] = ipv4.split("/");
  const whole = { psid: null, portBlocks: null, layout: { psidOffset: 0, psidLength: 0 } };
  return { ...whole, ipv4: address, address: ipv4, ceAddress: local, borderRelay: remote, mtu, warnings };
}
