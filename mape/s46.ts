/**
 * DHCPv6 OPTION_S46_CONT_MAPE (94) of RFC 7598, parsed from hex and printed to hex. It must never use half a
 * container: one that breaks the RFC's nesting is refused whole (section 5.1).
 */
import { mask, parseAddress6, printAddress6, printPrefix4, printPrefix6 } from "./prefix.ts";
import { MapRefused, type RefusalCode } from "./refusal.ts";
import { type MapRule, parseRule } from "./rule.ts";

export interface S46Rule extends MapRule {
  /** The F flag: the rule also forwards to other CEs (FMR), not only via the BR. */
  fmr: boolean;
}

export interface S46Container {
  rules: S46Rule[];
  br: string[];
}

interface Option {
  readonly code: number;
  readonly body: Buffer;
}

const RULE = 89;
const BR = 90;
const DMR = 91;
const V4V6BIND = 92;
const PORT_PARAMETERS = 93;
const CONTAINER = 94;
/** RFC 7597 section 5.1: the offset where option 93 says none. */
const DEFAULT_PSID_OFFSET = 6;

/** `hex` is one option with its header; blanks and colons between the digits are allowed. */
export function parseS46(hex: string): S46Container {
  const digits = hex.replace(/[\s:]/g, "");
  if (!/^([0-9a-fA-F]{2})+$/.test(digits)) {
    throw refused("s46-malformed", "the option is not an even number of hex digits");
  }
  const [container, ...more] = readOptions(Buffer.from(digits, "hex"));
  if (container === undefined || more.length > 0) {
    throw refused("s46-malformed", "the bytes are not exactly one option");
  }
  if (container.code !== CONTAINER) {
    throw refused("s46-not-map-e", `option ${container.code} is not OPTION_S46_CONT_MAPE (94)`);
  }
  const options = readOptions(container.body);
  const foreign = options.find(({ code }) => code === DMR || code === V4V6BIND);
  if (foreign !== undefined) {
    throw refused("s46-forbidden-option", `option ${foreign.code} is not permitted in a MAP-E container`);
  }
  const rules = options.filter(({ code }) => code === RULE).map(({ body }) => readRuleOption(body));
  const br = options.filter(({ code }) => code === BR).map(({ body }) => readBorderRelay(body));
  checkComplete(rules, br);
  return { rules, br };
}

/** Lower-case hex of the option with its header. Every rule carries option 93, so that no offset is left to a default. */
export function printS46({ rules, br }: S46Container): string {
  checkComplete(rules, br);
  const body = Buffer.concat([
    ...rules.map((rule) => printOption(RULE, printRuleBody(rule))),
    ...br.map((address) => printOption(BR, bytesOf(parseAddress6(address), 16))),
  ]);
  return printOption(CONTAINER, body).toString("hex");
}

function readOptions(bytes: Buffer): Option[] {
  const options: Option[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw refused("s46-malformed", "an option header is cut off");
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw refused("s46-malformed", "an option is longer than what holds it");
    options.push({ code: bytes.readUInt16BE(at), body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return options;
}

function readRuleOption(body: Buffer): S46Rule {
  if (body.length < 8) throw refused("s46-malformed", "a rule option is cut off");
  const length4 = body.readUInt8(2);
  const length6 = body.readUInt8(7);
  if (length4 > 32) throw refused("s46-malformed", `prefix4-len ${length4} is not in 0..32`);
  if (length6 > 128) throw refused("s46-malformed", `prefix6-len ${length6} is not in 0..128`);
  const end = 8 + Math.ceil(length6 / 8);
  if (body.length < end) throw refused("s46-malformed", "the IPv6 prefix of a rule option is cut off");
  const address6 = numberOf(Buffer.concat([body.subarray(8, end), Buffer.alloc(16 - (end - 8))]));
  // Bits beyond a length are ignored here, unlike in configuration (RFC 7598 section 4.1).
  const rule: S46Rule = {
    ipv6Prefix: printPrefix6({ bits: mask(address6, length6, 128), length: length6 }),
    ipv4Prefix: printPrefix4({
      bits: mask(numberOf(body.subarray(3, 7)), length4, 32),
      length: length4,
    }),
    eaBitsLength: body.readUInt8(1),
    fmr: (body.readUInt8(0) & 1) === 1,
    ...readPortParameters(readOptions(body.subarray(end))),
  };
  parseRule(rule);
  return rule;
}

function readPortParameters(options: Option[]): Pick<MapRule, "psidOffset" | "psidLength" | "psid"> {
  const [found, ...more] = options.filter(({ code }) => code === PORT_PARAMETERS);
  if (more.length > 0) throw refused("s46-malformed", "a rule option has two port parameter options");
  if (found === undefined) return { psidOffset: DEFAULT_PSID_OFFSET };
  if (found.body.length !== 4) throw refused("s46-malformed", "option 93 is not 4 bytes long");
  const psidOffset = found.body.readUInt8(0);
  const psidLength = found.body.readUInt8(1);
  if (psidLength === 0) return { psidOffset };
  // Left-aligned on the wire: PSID 0x34 of 8 bits is 0x3400.
  const psid = found.body.readUInt16BE(2) >> Math.max(0, 16 - psidLength);
  return { psidOffset, psidLength, psid };
}

function readBorderRelay(body: Buffer): string {
  if (body.length !== 16) throw refused("s46-malformed", "a BR option is not 16 bytes long");
  return printAddress6(numberOf(body));
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

function checkComplete(rules: readonly S46Rule[], br: readonly string[]): void {
  if (rules.length > 0 && br.length > 0) return;
  throw refused("s46-incomplete", "at least one rule and one BR are mandatory");
}

function numberOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}

function bytesOf(value: bigint, size: number): Buffer {
  return Buffer.from(value.toString(16).padStart(size * 2, "0"), "hex");
}

function refused(code: RefusalCode, reason: string): MapRefused {
  return new MapRefused(code, reason, "capture the DHCPv6 reply again, and give option 94 with its header");
}
