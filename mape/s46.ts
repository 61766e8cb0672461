/**
 * DHCPv6 OPTION_S46_CONT_MAPE (94) of RFC 7598, parsed from hex and printed to hex. It must never use half a
 * container: one that breaks the RFC's nesting is refused whole (section 5.1).
 */
import { mask, printAddress6, printPrefix4, printPrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
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

/** `text`: the option with its header as hex digits in any dress, or a dump of the packet that holds it. */
export function parseS46(text: string): S46Container {
  const digits = digitsOf(text);
  if (!/^([0-9a-fA-F]{2})+$/.test(digits)) {
    throw new MapRefused("s46-malformed", "the option is not an even number of hex digits");
  }
  const [container, ...more] = readOptions(optionIn(Buffer.from(digits, "hex"), isDump(text)));
  if (container === undefined || more.length > 0) {
    throw new MapRefused("s46-malformed", "the bytes are not exactly one option");
  }
  if (container.code !== CONTAINER) {
    throw new MapRefused("s46-not-map-e", `option ${container.code} is not OPTION_S46_CONT_MAPE (94)`);
  }
  const options = readOptions(container.body);
  const foreign = options.find(({ code }) => code === DMR || code === V4V6BIND);
  if (foreign !== undefined) {
    throw new MapRefused(
      "s46-forbidden-option",
      `option ${foreign.code} is not permitted in a MAP-E container`,
    );
  }
  const rules = options.filter(({ code }) => code === RULE).map(({ body }) => readRuleOption(body));
  const br = options.filter(({ code }) => code === BR).map(({ body }) => readBorderRelay(body));
  checkComplete(rules, br);
  return { rules, br };
}

/** Offsets at the heads of lines (tcpdump -X, xxd, hexdump -C) and the characters beside them are left out. */
function digitsOf(text: string): string {
  const lines = text.normalize("NFKC").split("\n");
  const bare = isDump(text)
    ? lines.map((line) =>
        line
          .trim()
          .replace(offset, "")
          .replace(/\|.*$/, "")
          .replace(/(?<=\S)\s{2,}(?![0-9a-f]{2} ).*$/, ""),
      )
    : lines;
  return bare.join("").replace(/0x|[\s:,"'-]/gi, "");
}

const offset = /^(0x[0-9a-f]{4}:|[0-9a-f]{8}:?)\s+/i;

function isDump(text: string): boolean {
  return offset.test(text.trim());
}

/** In a dump of a packet the option stands behind other bytes: its header, and that of the rule or relay within, tell where. */
function optionIn(bytes: Buffer, dump: boolean): Buffer {
  const from = Array.from({ length: Math.max(0, bytes.length - 8) }, (_, at) => at).find((at) => {
    const [code, length, inner] = [0, 2, 4].map((step) => bytes.readUInt16BE(at + step));
    return code === CONTAINER && (inner === RULE || inner === BR) && at + 4 + (length ?? 0) <= bytes.length;
  });
  return dump && from !== undefined ? bytes.subarray(from, from + 4 + bytes.readUInt16BE(from + 2)) : bytes;
}

function readOptions(bytes: Buffer): Option[] {
  const options: Option[] = [];
  let at = 0;
  while (at < bytes.length) {
    if (bytes.length - at < 4) throw new MapRefused("s46-malformed", "an option header is cut off");
    const end = at + 4 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) throw new MapRefused("s46-malformed", "an option is longer than what holds it");
    options.push({ code: bytes.readUInt16BE(at), body: bytes.subarray(at + 4, end) });
    at = end;
  }
  return options;
}

function readRuleOption(body: Buffer): S46Rule {
  if (body.length < 8) throw new MapRefused("s46-malformed", "a rule option is cut off");
  const length4 = body.readUInt8(2);
  const length6 = body.readUInt8(7);
  if (length4 > 32) throw new MapRefused("s46-malformed", `prefix4-len ${length4} is not in 0..32`);
  if (length6 > 128) throw new MapRefused("s46-malformed", `prefix6-len ${length6} is not in 0..128`);
  const end = 8 + Math.ceil(length6 / 8);
  if (body.length < end) throw new MapRefused("s46-malformed", "the IPv6 prefix of a rule option is cut off");
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
  if (more.length > 0) throw new MapRefused("s46-malformed", "a rule option has two port parameter options");
  if (found === undefined) return { psidOffset: DEFAULT_PSID_OFFSET };
  if (found.body.length !== 4) throw new MapRefused("s46-malformed", "option 93 is not 4 bytes long");
  const psidOffset = found.body.readUInt8(0);
  const psidLength = found.body.readUInt8(1);
  if (psidLength === 0) return { psidOffset };
  // Left-aligned on the wire: PSID 0x34 of 8 bits is 0x3400.
  const psid = found.body.readUInt16BE(2) >> Math.max(0, 16 - psidLength);
  return { psidOffset, psidLength, psid };
}

function readBorderRelay(body: Buffer): string {
  if (body.length !== 16) throw new MapRefused("s46-malformed", "a BR option is not 16 bytes long");
  return printAddress6(numberOf(body));
}

function checkComplete(rules: readonly S46Rule[], br: readonly string[]): void {
  if (rules.length > 0 && br.length > 0) return;
  throw new MapRefused("s46-incomplete", "at least one rule and one BR are mandatory");
}

function numberOf(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}
