/**
 * Addresses and prefixes as people have them: copied from `ip a`, a status page or a contract sheet, typed with an input method. Each is
 * understood, or refused with the one thing to change. Rules and published vectors are read strictly instead, by prefix.ts.
 */
import { bitsOf, contains, mask, parseAddress6, printAddress6, printPrefix6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { type MapRule, parseRule } from "./rule.ts";

/** `length` is 128 for a bare address. Bits beyond the length are kept: `ip a` prints an address with its subnet's length. */
export interface Typed6 {
  readonly bits: bigint;
  readonly length: number;
}

/** @example readTyped6("２４０Ｂ:11:52c1:9300::／５６") // { bits: 0x240b_0011_52c1_9300n << 64n, length: 56 } */
export function readTyped6(text: string): Typed6 {
  const plain = text
    .normalize("NFKC")
    .replace(/^[\s'"[]+|[\s'"\],;]+$/g, "")
    .replace(dumpOffset, "")
    .replace(/\s*([:/.%])\s*/g, "$1")
    .replace(/%[^/]*/, "");
  const [address = "", length = "128", more] = plain.split("/");
  if (more === undefined && /^[0-9]{1,3}$/.test(length) && Number(length) <= 128) {
    return { bits: globalBits(address, Number(length), text), length: Number(length) };
  }
  const reason = `${JSON.stringify(text)} is not an address with a length of 0 to 128`;
  throw new MapRefused("malformed-ipv6", reason, "write it as 2001:db8::/56");
}

/** `0x0010:` before the words of a line of tcpdump, `00000010:` of xxd. */
const dumpOffset = /^(?:0x[0-9a-f]{4}|[0-9a-f]{8}):\s+/i;

/** With colons, whatever stood between the digits: dashes, spaces, nothing, or a `0x` in front. Zeros are left out as they were. */
function withColons(address: string): string {
  const [, digits = "", zeros = ""] = /^(?:0x)?(.*?)(::|--)?$/i.exec(address) ?? [];
  const groups = digits.split(/[-:\s]/);
  // No address of the internet begins with a word of two digits: those are bytes.
  const bytes = groups.length > 1 && groups.every((group) => /^[0-9a-f]{2}$/i.test(group));
  const run = bytes ? groups.join("") : digits;
  const words = /^(?:[0-9a-f]{4}){2,8}$/i.test(run) ? run.replace(/(?!^)(?=(?:.{4})+$)/g, ":") : run;
  return words.replace(/[-\s]/g, ":") + zeros.replace("--", "::");
}

function bitsOfText(address: string, length: number, text: string): bigint {
  const spelled = withColons(address);
  const words = spelled.split(":").length;
  const short = !spelled.includes("::") && words < 8 && /^[0-9a-f]{1,4}(:[0-9a-f]{1,4})+$/i.test(spelled);
  if (short && length > 16 * words) {
    const reason = `${JSON.stringify(text)} ends after ${16 * words} of its ${length} bits`;
    throw new MapRefused("malformed-ipv6", reason, `write it as ${spelled.toLowerCase()}::/${16 * words}`);
  }
  const right = length < 128 ? "2001:db8::/56" : "2001:db8::1, a prefix as 2001:db8::/56";
  return parseAddress6(short ? `${spelled}::` : spelled, `write it as ${right}`);
}

interface Delegation {
  readonly rule: MapRule;
  readonly endUserPrefix: string;
  readonly warnings: readonly string[];
}

/** The longest rule that holds what was typed, and what the provider delegates by it, whatever part of that was typed. */
export function delegationOf(text: string, rules: readonly MapRule[]): Delegation {
  const typed = readTyped6(text);
  const matching = rules
    .map((rule) => ({ rule, ...parseRule(rule) }))
    .filter(({ ipv6 }) => contains(ipv6, { bits: typed.bits, length: 128 }))
    .sort((a, b) => b.ipv6.length - a.ipv6.length);
  const [found] = matching;
  if (found === undefined) {
    throw new MapRefused(
      "no-matching-rule",
      `${text} is not inside ${rules.map(({ ipv6Prefix }) => ipv6Prefix).join(" or ")}`,
    );
  }
  const end = found.ipv6.length + found.eaBitsLength;
  checkLength(text, typed, end);
  const endUserPrefix = printPrefix6({ bits: mask(typed.bits, end, 128), length: end });
  return { rule: found.rule, endUserPrefix, warnings: gatewayBetween(text, typed, end, endUserPrefix) };
}

/** `end`: how long the service's delegation is. A bare address, a /64 and a /128 hold it as well as a /56. */
export function checkLength(text: string, { bits, length }: Typed6, end: number): void {
  if (length >= end) return;
  const right = `${printAddress6(mask(bits, end, 128))}/${end}`;
  throw new MapRefused(
    "end-user-prefix-too-short",
    `${text} is shorter than the /${end} that this service delegates`,
    bits === mask(bits, length, 128)
      ? `give the /${end} that was delegated, or any address of the line`
      : `write ${right}, if the address is right`,
  );
}

/** A subnet of the delegation: the BR expects zeros between the EA bits and bit 64, so the CE is computed from the delegation. */
function gatewayBetween(
  text: string,
  { bits, length }: Typed6,
  end: number,
  endUserPrefix: string,
): string[] {
  if (end >= 64) return [];
  const subnet = bitsOf(bits, end, 64 - end);
  const handedOut = length > end && length < 64;
  if (subnet === 0n && !handedOut) return [];
  const gateway = handedOut ? "a home gateway stands between" : "where a home gateway handed it out";
  return [
    `${text} is a part of the line's ${endUserPrefix}, from which the figures follow: ${gateway}, it must not do MAP-E itself`,
  ];
}

function globalBits(address: string, length: number, text: string): bigint {
  const shown = JSON.stringify(text);
  if (/^[0-9]+(\.[0-9]+){3}$/.test(address)) {
    throw new MapRefused("malformed-ipv6", `${shown} is an IPv4 address`, "give the line's IPv6 prefix");
  }
  const bits = bitsOfText(address, length, text);
  const top = bitsOf(bits, 0, 10);
  if (top >> 3n !== 0x7en && top !== 0x3fan) return bits;
  throw new MapRefused(
    "malformed-ipv6",
    `${shown} is a ${top === 0x3fan ? "link-local" : "unique local"} address, and says nothing of the line`,
    "give an address that begins with 2: ip -6 address shows it on the interface to the NGN",
  );
}
