/**
 * The MAP-E line from the stack's configuration: derived from the delegated prefix and the service's or a given rule, or
 * given in full. Pure. Figures that are given and derived must agree, or there is no line.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import { type CeAddressForm, type Derivation, derive, type MapRule } from "../mape/derive.ts";
import type { PortLayout } from "../mape/ports.ts";
import { findServiceLine, type ServiceLine, serviceNames, whoseBorderRelay } from "../mape/services.ts";
import { parseChoice, parseIpv4, parseIpv6, parsePrefix, parseWhole } from "../vyos/values.ts";

export interface MapLine {
  readonly ipv4: string;
  readonly psid: number | null;
  readonly portBlocks: readonly (readonly [number, number])[] | null;
  /** How a port of the shared address is cut: it tells whose a port is. */
  readonly layout: PortLayout;
  readonly ceAddress: string;
  readonly borderRelay: string;
  /** What the operator should know and need not act on. */
  readonly warnings: readonly string[];
}

const forms: readonly CeAddressForm[] = ["draft03", "rfc7597"];

interface Known {
  readonly derivation: Derivation;
  readonly form: CeAddressForm;
  readonly service: ServiceLine | undefined;
}

export function parseMapLine(read: ReadConfig): MapLine {
  const known = read("delegatedPrefix") ? fromPrefix(read) : fromFigures(read);
  const { derivation, form, service } = known;
  checkAgreement("ipv4Address", read, parseIpv4, derivation.ipv4);
  checkAgreement("psid", read, (field, text) => String(parsePsid(field, text)), String(derivation.psid ?? 0));
  checkAgreement("ceAddress", read, parseIpv6, derivation.ceAddress[form]);
  return {
    ipv4: derivation.ipv4,
    psid: derivation.psid,
    portBlocks: derivation.portRanges,
    layout: { psidOffset: derivation.psidOffset, psidLength: derivation.psidLength },
    ceAddress: derivation.ceAddress[form],
    borderRelay: borderRelay(read, service),
    warnings: service?.warnings ?? [],
  };
}

/** Hexadecimal as people write a PSID (0x41), or decimal. */
function parsePsid(field: string, text: string): number {
  return parseWhole(field, /^0x[0-9a-f]{1,4}$/i.test(text) ? Number(text) : text, 0, 65_535);
}

function fromPrefix(read: ReadConfig): Known {
  const prefix = parsePrefix("delegatedPrefix", read("delegatedPrefix") ?? "");
  if (read("mapRuleIpv6Prefix")) {
    return {
      derivation: derive(explicitRule(read), prefix),
      form: formOf(read) ?? "draft03",
      service: undefined,
    };
  }
  const service = findServiceLine(prefix, parseChoice("service", read("service") || "auto", serviceNames));
  const derivation = derive(service.rule, prefix);
  return { derivation, form: formOf(read) ?? service.ceAddressForm, service };
}

function explicitRule(read: ReadConfig): MapRule {
  return {
    ipv6Prefix: parsePrefix("mapRuleIpv6Prefix", read("mapRuleIpv6Prefix") ?? ""),
    ipv4Prefix: parsePrefix("mapRuleIpv4Prefix", read("mapRuleIpv4Prefix") ?? ""),
    eaBitsLength: parseWhole("mapRuleEaBits", read("mapRuleEaBits") ?? "", 0, 48),
    psidOffset: parseWhole("psidOffset", read("psidOffset") || 6, 0, 15),
  };
}

/** CE, IPv4 and PSID as they are: the CE address must say the same as the other two, in one of its two forms. */
function fromFigures(read: ReadConfig): Known {
  const ceAddress = parseIpv6("ceAddress", read("ceAddress") ?? "");
  const ipv4 = parseIpv4("ipv4Address", read("ipv4Address") ?? "");
  const psidLength = parseWhole("psidLength", read("psidLength") || 0, 0, 16);
  const prefix = firstSixtyFour(ceAddress);
  const rule: MapRule = {
    ipv6Prefix: prefix,
    ipv4Prefix: `${ipv4}/32`,
    eaBitsLength: 0,
    psidOffset: parseWhole("psidOffset", read("psidOffset") || 6, 0, 15),
    ...(psidLength === 0 ? {} : { psidLength, psid: parsePsid("psid", read("psid") ?? "") }),
  };
  const derivation = derive(rule, prefix);
  const form = forms.find((candidate) => derivation.ceAddress[candidate] === ceAddress);
  if (form !== undefined) return { derivation, form, service: undefined };
  const reason = `does not hold ${ipv4} and PSID ${read("psid") || 0}`;
  throw new InvalidValue("ceAddress", ceAddress, reason, `write ${derivation.ceAddress.draft03}`);
}

function firstSixtyFour(address: string): string {
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? [] : Array<string>(8 - before.length - after.length).fill("0");
  const words = [...before, ...zeros, ...after].slice(0, 4);
  return parsePrefix("ceAddress", `${words.join(":")}::/64`);
}

function formOf(read: ReadConfig): CeAddressForm | undefined {
  const text = read("ceAddressForm");
  return text ? parseChoice("ceAddressForm", text, forms) : undefined;
}

function checkAgreement(
  field: string,
  read: ReadConfig,
  parse: (field: string, text: string) => string,
  derived: string,
): void {
  const text = read(field);
  if (!text || parse(field, text) === derived) return;
  const reason = `does not match what the delegated prefix and the rule give: ${derived}`;
  throw new InvalidValue(field, text, reason, `write ${derived}, or leave it out`);
}

function borderRelay(read: ReadConfig, service: ServiceLine | undefined): string {
  const text = read("borderRelay");
  if (!text) {
    if (service) return service.borderRelay;
    const reason = "is missing: no table names it for a line given by rule or in figures";
    throw new InvalidValue("borderRelay", "", reason, "write the border relay's IPv6 address");
  }
  const address = parseIpv6("borderRelay", text);
  if (service === undefined || address === service.borderRelay) return address;
  const owner = whoseBorderRelay(address);
  const whose = owner ? `belongs to ${owner.service}` : "belongs to no service of the table";
  const reason = `${whose}, and this line is ${service.service} (${service.region})`;
  throw new InvalidValue("borderRelay", text, reason, `write ${service.borderRelay}, or leave it out`);
}
