/**
 * The derivation of a line told step by step, for a reader with the RFC beside it. It must never compute anything that
 * derive.ts does not: the numbers shown are the numbers used.
 */
import type { Derivation, MapRule } from "./derive.ts";
import { parsePrefix4, parsePrefix6 } from "./prefix.ts";
import type { ServiceLine } from "./services.ts";

export function explain(endUserPrefix: string, line: ServiceLine, result: Derivation): string[] {
  return [
    `${endUserPrefix} is a line of ${line.service}, ${line.region} (confidence: ${line.confidence})`,
    ...line.warnings.map((warning) => `warning: ${warning}`),
    ...explainAddress(line.rule, result),
    ...explainPorts(result),
    `CE address, form ${line.ceAddressForm}: the prefix, then IPv4 address and PSID: ${result.ceAddress[line.ceAddressForm]}`,
    `border relay: ${line.borderRelay}`,
  ];
}

/** Ports as text, lowest first: 5136-5151, 9232-9247. */
export function printPorts(result: Derivation): string {
  if (result.portRanges === null) return "all";
  return result.portRanges
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(", ");
}

function explainAddress(rule: MapRule, result: Derivation): string[] {
  const start = parsePrefix6(rule.ipv6Prefix).length;
  const length4 = parsePrefix4(rule.ipv4Prefix).length;
  const bits = rule.eaBitsLength;
  const suffixBits = result.ipv4PrefixLength - length4;
  return [
    `rule: ${rule.ipv6Prefix} -> ${rule.ipv4Prefix}, ${bits} EA bits, PSID offset ${rule.psidOffset}`,
    `EA bits: bits ${start}..${start + bits - 1} of the prefix = ${result.eaBits} (0x${result.eaBits.toString(16)})`,
    `PSID length: max(0, ${bits} + ${length4} - 32) = ${result.psidLength}, shared by ${result.sharingRatio}`,
    `IPv4: the upper ${suffixBits} EA bits = ${Math.floor(result.eaBits / 2 ** result.psidLength)}, added to ${rule.ipv4Prefix}: ${result.ipv4}/${result.ipv4PrefixLength}`,
  ];
}

function explainPorts(result: Derivation): string[] {
  if (result.psid === null) return ["ports: all, because the address is not shared"];
  return [
    `PSID: the lower ${result.psidLength} EA bits = ${result.psid} (0x${result.psid.toString(16)})`,
    `ports: ${result.portCount} in ${result.portRanges?.length} ranges: ${printPorts(result)}`,
  ];
}
