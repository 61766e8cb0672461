/**
 * The derivation of a line, step by step and drawn bit by bit, for a reader with the RFC beside it. It must never compute
 * anything that derive.ts does not: the numbers shown are the numbers used.
 */
import type { Derivation, MapRule } from "./derive.ts";
import type { Line } from "./line.ts";
import { bitsOf, parsePrefix4, parsePrefix6 } from "./prefix.ts";
import { drawRuler, type Field } from "./ruler.ts";

export function explain(line: Line): string[] {
  const { endUserPrefix, service, derivation: result } = line;
  const sure = service === null ? "" : ` (confidence: ${service.confidence})`;
  return [
    `${endUserPrefix} is a line of ${line.source}${sure}`,
    ...line.warnings.map((warning) => `warning: ${warning}`),
    "",
    ...drawPrefix(endUserPrefix, line.rule, result),
    "",
    ...explainAddress(line.rule, result),
    ...explainPorts(line.rule, result),
    ...drawPort(result),
    "",
    `CE address, form ${line.form}: the prefix, then IPv4 address and PSID: ${line.ceAddress}`,
    `border relay: ${line.borderRelay ?? "not told by a rule"}`,
  ];
}

/** Ports as text, lowest first: 5136-5151, 9232-9247. */
export function printPorts(result: Derivation): string {
  if (result.portRanges === null) return "all";
  return result.portRanges
    .map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`))
    .join(", ");
}

/** The fields of the End-user prefix: rule, EA bits cut into IPv4 suffix and PSID, and what is left of the first 64 bits. */
export function prefixFields(endUserPrefix: string, rule: MapRule, result: Derivation): Field[] {
  const { length } = parsePrefix6(rule.ipv6Prefix);
  const psidBits = rule.eaBitsLength === 0 ? 0 : result.psidLength;
  const suffixBits = rule.eaBitsLength - psidBits;
  const suffix = Math.floor(result.eaBits / 2 ** psidBits);
  const end = length + rule.eaBitsLength;
  const delegated = parsePrefix6(endUserPrefix).length;
  const psid = `${result.psid} (0x${(result.psid ?? 0).toString(16)})`;
  return [
    { name: "rule", from: 0, count: length, says: rule.ipv6Prefix },
    { name: "IPv4 suffix", from: length, count: suffixBits, says: `${suffix} -> ${result.ipv4}` },
    { name: "PSID", from: length + suffixBits, count: psidBits, says: psid },
    {
      name: "subnet",
      from: end,
      count: Math.max(0, 64 - end),
      says: delegated < 64 ? `0, the first subnet of the /${delegated}` : "0, as the border relay expects",
    },
  ];
}

function drawPrefix(endUserPrefix: string, rule: MapRule, result: Derivation): string[] {
  const fields = prefixFields(endUserPrefix, rule, result);
  const width = parsePrefix6(rule.ipv6Prefix).length + rule.eaBitsLength > 64 ? 128 : 64;
  const { bits } = parsePrefix6(endUserPrefix);
  return drawRuler(bitsOf(bits, 0, width), width, fields);
}

function explainAddress(rule: MapRule, result: Derivation): string[] {
  const start = parsePrefix6(rule.ipv6Prefix).length;
  const length4 = parsePrefix4(rule.ipv4Prefix).length;
  const bits = rule.eaBitsLength;
  const suffixBits = result.ipv4PrefixLength - length4;
  if (bits === 0) return [`rule: ${rule.ipv6Prefix} -> ${rule.ipv4Prefix}; no EA bits: the rule alone tells`];
  return [
    `rule: ${rule.ipv6Prefix} -> ${rule.ipv4Prefix}, ${bits} EA bits, PSID offset ${rule.psidOffset}`,
    `EA bits: bits ${start}..${start + bits - 1} of the prefix = ${result.eaBits} (0x${result.eaBits.toString(16)})`,
    `PSID length: max(0, ${bits} + ${length4} - 32) = ${result.psidLength}, shared by ${result.sharingRatio}`,
    `IPv4: the upper ${suffixBits} EA bits = ${Math.floor(result.eaBits / 2 ** result.psidLength)}, added to ${rule.ipv4Prefix}: ${result.ipv4}/${result.ipv4PrefixLength}`,
  ];
}

function explainPorts(rule: MapRule, result: Derivation): string[] {
  if (result.psid === null) return ["ports: all, because the address is not shared"];
  const from = rule.eaBitsLength === 0 ? "as the rule gives it" : `the lower ${result.psidLength} EA bits`;
  return [
    `PSID: ${from} = ${result.psid} (0x${result.psid.toString(16)})`,
    `ports: ${result.portCount} in ${result.portRanges?.length} ranges: ${printPorts(result)}`,
  ];
}

/** The first port of the set, cut as RFC 7597 section 5.1 cuts every port. */
function drawPort({ psid, psidLength, psidOffset, portRanges }: Derivation): string[] {
  const first = portRanges?.[0]?.[0];
  if (psid === null || first === undefined) return [];
  const rest = 16 - psidOffset - psidLength;
  const blocks = psidOffset === 0 ? "one range only" : `ranges 1..${2 ** psidOffset - 1}; 0 is nobody's`;
  const fields: Field[] = [
    { name: "i", from: 0, count: psidOffset, says: blocks },
    { name: "PSID", from: psidOffset, count: psidLength, says: `${psid}` },
    {
      name: "j",
      from: psidOffset + psidLength,
      count: rest,
      says: `0..${2 ** rest - 1}, the ports of a range`,
    },
  ];
  return ["", `port ${first}, the first of the set:`, ...drawRuler(BigInt(first), 16, fields)];
}
