/** DHCPv6 option 94 written to hex, so that reading it can be held to a law. */

import { parseAddress6 } from "../../mape/prefix.ts";
import { parseRule } from "../../mape/rule.ts";
import type { S46Container, S46Rule } from "../../mape/s46.ts";

const [RULE, BR, PORT_PARAMETERS, CONTAINER] = [89, 90, 93, 94];

/** Lower-case hex of the option with its header. Every rule carries option 93, so that no offset is left to a default. */
export function printS46({ rules, br }: S46Container): string {
  const body = Buffer.concat([
    ...rules.map((rule) => printOption(RULE, printRuleBody(rule))),
    ...br.map((address) => printOption(BR, bytesOf(parseAddress6(address), 16))),
  ]);
  return printOption(CONTAINER, body).toString("hex");
}

function printRuleBody(rule: S46Rule): Buffer {
  const { ipv6, ipv4, eaBitsLength, psidOffset } = parseRule(rule);
  const psidLength = rule.psid === undefined ? 0 : (rule.psidLength ?? 0);
  const port = Buffer.alloc(4);
  port.writeUInt8(psidOffset, 0);
  port.writeUInt8(psidLength, 1);
  port.writeUInt16BE(psidLength === 0 ? 0 : (rule.psid ?? 0) << (16 - psidLength), 2);
  return Buffer.concat([
    Buffer.from([rule.fmr ? 1 : 0, eaBitsLength, ipv4.length]),
    bytesOf(ipv4.bits, 4),
    Buffer.from([ipv6.length]),
    bytesOf(ipv6.bits, 16).subarray(0, Math.ceil(ipv6.length / 8)),
    printOption(PORT_PARAMETERS, port),
  ]);
}

function printOption(code: number, body: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt16BE(code, 0);
  header.writeUInt16BE(body.length, 2);
  return Buffer.concat([header, body]);
}

function bytesOf(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
}
