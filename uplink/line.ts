/** The MAP-E line from the stack's configuration, by mape/line.ts as the calculator takes it. Pure. */

import type { ReadConfig } from "../config/router-settings.ts";
import { ceAddressForms } from "../mape/ce-address.ts";
import { type LineInput, type RoutableLine, routableLineOf } from "../mape/line.ts";
import { serviceNames } from "../mape/services.ts";
import { parseChoice, parsePrefix, parseWhole } from "../vyos/values.ts";

export type MapLine = Pick<
  RoutableLine,
  "ipv4" | "psid" | "portBlocks" | "layout" | "ceAddress" | "borderRelay" | "warnings"
>;

export function parseMapLine(read: ReadConfig): MapLine {
  const form = read("ceAddressForm");
  const psid = read("psid");
  const given = {
    ipv4Address: read("ipv4Address") || undefined,
    psid: psid ? parsePsid(psid) : undefined,
    ceAddress: read("ceAddress") || undefined,
    borderRelay: read("borderRelay") || undefined,
    ceAddressForm: form ? parseChoice("ceAddressForm", form, ceAddressForms) : undefined,
  };
  const { ipv4, portBlocks, layout, borderRelay, warnings, ...line } = routableLineOf({
    given,
    ...toldBy(read, given),
  });
  return {
    ipv4,
    psid: line.psid,
    portBlocks,
    layout,
    ceAddress: line.ceAddress,
    borderRelay,
    warnings,
  };
}

function toldBy(read: ReadConfig, { ipv4Address, psid, ceAddress }: LineInput["given"]) {
  const delegatedPrefix = read("delegatedPrefix");
  const psidOffset = parseWhole("psidOffset", read("psidOffset") || 6, 0, 15);
  if (!delegatedPrefix) {
    const psidLength = parseWhole("psidLength", read("psidLength") || 0, 0, 16);
    return {
      kind: "figures",
      ipv4Address: ipv4Address ?? "",
      psid: psidLength === 0 ? null : (psid ?? 0),
      layout: { psidOffset, psidLength },
      ceAddress: ceAddress ?? "",
    } as const;
  }
  const ipv6Prefix = read("mapRuleIpv6Prefix");
  if (!ipv6Prefix) {
    const service = parseChoice("service", read("service") || "auto", serviceNames);
    return { kind: "service", delegatedPrefix, service } as const;
  }
  const rule = {
    ipv6Prefix: parsePrefix("mapRuleIpv6Prefix", ipv6Prefix),
    ipv4Prefix: parsePrefix("mapRuleIpv4Prefix", read("mapRuleIpv4Prefix") ?? ""),
    eaBitsLength: parseWhole("mapRuleEaBits", read("mapRuleEaBits") ?? "", 0, 48),
    psidOffset,
  };
  return { kind: "rule", delegatedPrefix, rule } as const;
}

/** Hexadecimal as people write a PSID (0x41), or decimal. */
function parsePsid(text: string): number {
  return parseWhole("psid", /^0x[0-9a-f]{1,4}$/i.test(text) ? Number(text) : text, 0, 65_535);
}
