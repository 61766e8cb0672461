/**
 * The value checks that `my_set` runs, and the text it refuses with. Texts of the first table and of the
 * commonest validators were recorded; the others are from source. It must never see more than one value.
 */
import { isIP, isIPv4, isIPv6 } from "node:net";
import { toNumber } from "./addresses.ts";
import type { Check } from "./schema.ts";

/** The node's own words for a refused value; "Invalid value" where it has none. */
const messages: Readonly<Record<string, string>> = {
  "interfaces tunnel": "tunnel interface must be named tunN",
  "interfaces tunnel <tunN> encapsulation":
    "Invalid encapsulation, must be one of: erspan, gre, gretap, ip6erspan, ip6gre, ip6gretap, ipip, sit, ipip6 or ip6ip6",
  "interfaces tunnel <tunN> mtu": "MTU must be between 68 and 16000",
  "interfaces dummy <dumN> mtu": "MTU must be between 68 and 16000",
  "interfaces ethernet <ethN> mtu": "MTU must be between 68 and 16000",
  "nat source rule": "NAT rule number must be between 1 and 999999",
  "interfaces dummy": "Dummy interface must be named dumN",
  "interfaces ethernet": "Invalid Ethernet interface name",
};

type Validator = (value: string) => string | undefined;

const say = (what: string, good: (value: string) => boolean): Validator => {
  return (value) => (good(value) ? undefined : `Error: ${value} is not a valid ${what}`);
};

const validators: Readonly<Record<string, Validator>> = {
  "ip-address": say("IP address", (value) => isIP(value) > 0),
  "ipv4-address": say("IPv4 address", isIPv4),
  "ipv6-address": say("IPv6 address", isIPv6),
  "ipv4-prefix": say("IPv4 prefix", (value) => isPrefix(value, 4)),
  "ipv6-prefix": say("IPv6 prefix", (value) => isPrefix(value, 6)),
  "ip-host": say("IP host", isHost),
  "interface-address": say("IP host", isHost),
  "ipv4-range": say("IPv4 address range", (value) => {
    const [from, to, ...more] = value.split("-");
    return more.length === 0 && isIPv4(from ?? "") && isIPv4(to ?? "");
  }),
  "ipv4-address-exclude": say("IPv4 address", (value) => value.startsWith("!") && isIPv4(value.slice(1))),
  "ipv4-prefix-exclude": say("IPv4 prefix", (value) => value.startsWith("!") && isPrefix(value.slice(1), 4)),
  "ipv4-range-exclude": say("IPv4 address range", (value) => /^!([\d.]+)-([\d.]+)$/.test(value)),
  "mac-address": say("MAC address", (value) => /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(value)),
  "port-range": portRange,
  "port-multi": (value) => {
    const parts = value.split(",").map((part) => portRange(part.replace(/^!/, "")));
    return parts.find((part) => part !== undefined);
  },
  "ip-protocol": say("IP protocol", (value) => protocols.test(value) || isNumberIn(value, 0, 255)),
  "vrf-name": (value) => (/^(?!lo$|eth\d|tun\d)[a-z][-\w]{0,14}$/i.test(value) ? undefined : ""),
  // What /sys/class/net holds is the session's to know. The names pattern stands beside it.
  "file-path --lookup-path /sys/class/net --directory": () => "",
};

const protocols =
  /^!?(all|tcp_udp|ip|icmp|igmp|ggp|ipencap|tcp|egp|igp|udp|ipv6|esp|ah|gre|ipv6-icmp|ospf|pim|vrrp|l2tp|sctp|udplite|dccp)$/;

/** The text with which the value is refused, or undefined: it may be set. */
export function refusal(check: Check): string | undefined {
  const { value, schema } = check;
  const forbidden = forbiddenCharacter(value);
  if (forbidden !== undefined) return `Cannot use the ${forbidden} character in a value string`;
  if (schema.kind === "tag" && /\s/.test(value)) return "Tag node value name must not contain whitespace";
  if (schema.constraint === undefined) return undefined;
  const said: string[] = [];
  for (const alternative of schema.constraint.split(" | ")) {
    const text = refusalOf(alternative, value);
    if (text === undefined) return undefined;
    if (text !== "" && !said.includes(text)) said.push(text);
  }
  const message = messages[schema.path] ?? "Invalid value";
  return said.length > 0 ? `${said.join("\n")}\n\n\n\n${message}` : `\n\n${message}`;
}

function forbiddenCharacter(value: string): string | undefined {
  if (value.includes("'")) return "single quote (')";
  if (value.includes('"')) return 'double quote (")';
  return value.includes("\n") ? "newline" : undefined;
}

/** Undefined when it matches; else what the checker prints, which is nothing for patterns and choices. */
function refusalOf(alternative: string, value: string): string | undefined {
  if (alternative.startsWith("regex:")) {
    return new RegExp(`^(?:${alternative.slice(6)})$`, "s").test(value) ? undefined : "";
  }
  if (alternative.startsWith("enum:")) {
    return alternative.slice(5).split("|").includes(value) ? undefined : "";
  }
  const range = /^(?:u32:|numeric --allow-range --range )(\d+)-(\d+)$/.exec(alternative);
  if (range !== null) {
    return isNumberIn(value, Number(range[1]), Number(range[2]))
      ? undefined
      : "Number is not in any of allowed ranges";
  }
  if (alternative === "numeric --non-negative")
    return /^\d+$/.test(value) ? undefined : "Number should be non-negative";
  return validators[alternative.replace(/^validator:/, "")]?.(value);
}

function isNumberIn(value: string, from: number, to: number): boolean {
  return /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to;
}

/** One port, one range, or a service name: no list (recorded: a list is called a service name). */
function portRange(value: string): string | undefined {
  const range = /^(\d+)(?:-(\d+))?$/.exec(value);
  if (range === null) {
    if (/^[a-z][-a-z0-9]*$/.test(value)) return undefined;
    return `Error: ${value} is not a valid service name`;
  }
  const from = Number(range[1]);
  const to = Number(range[2] ?? range[1]);
  const good = from >= 1 && to <= 65535 && from <= to;
  return good ? undefined : `Error: ${value} is not a valid port or port range`;
}

function isHost(value: string): boolean {
  const [address = "", length = ""] = value.split("/");
  const family = isIP(address);
  return family > 0 && isNumberIn(length, 0, family === 4 ? 32 : 128);
}

function isPrefix(value: string, family: 4 | 6): boolean {
  const [address = "", length = ""] = value.split("/");
  if (isIP(address) !== family || !isHost(value)) return false;
  const bits = family === 4 ? 32 : 128;
  const hostBits = BigInt(bits - Number(length));
  return (toNumber(address, family) & ((1n << hostBits) - 1n)) === 0n;
}
