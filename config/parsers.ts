/** What is written in a stack's configuration and nowhere else: lists, a login, a PSID, a port forward. Pure. */

import { InvalidValue } from "../errors.ts";
import type { PortRange } from "../mape/ports.ts";
import { MapRefused } from "../mape/refusal.ts";
import { readTyped6 } from "../mape/typed.ts";
import {
  type FirewallName,
  type InterfaceName,
  type Ipv4,
  parseFirewallName,
  parseInterfaceName,
  parseIpv4,
  parseIpv6,
  parsePortRange,
  parseWhole,
} from "../vyos/values.ts";
import type { Parse } from "./key.ts";

export interface ProbeTarget {
  readonly host: Ipv4;
  readonly port: number;
}

export interface PortForward {
  readonly protocol: "tcp" | "udp" | "tcp_udp";
  /** Of the shared address. */
  readonly port: number;
  readonly address: Ipv4;
  readonly targetPort: number;
}

/** The way out that is no tunnel of ours: a router by its address, one that a DHCP lease names, or an interface with one far end. */
export type OtherWay =
  | { readonly kind: "next-hop"; readonly address: Ipv4 }
  | { readonly kind: "dhcp" | "interface"; readonly interface: InterfaceName };

export function parseOtherWay(field: string, text: string): OtherWay {
  const [, kind, name = ""] = /^(dhcp|interface):(.*)$/.exec(text) ?? [];
  if (kind !== "dhcp" && kind !== "interface") return { kind: "next-hop", address: parseIpv4(field, text) };
  const device = parseInterfaceName(field, name);
  if (kind === "interface" && /^(?:bond|br|dum|eth|lo|peth|veth|vxlan|wlan)/.test(device)) {
    const reason = "names an interface with many neighbours, and none of them";
    throw new InvalidValue(field, text, reason, `pulumi config set ${field} dhcp:${device}`);
  }
  return { kind, interface: device };
}

export function parseHost(field: string, text: string): string {
  if (/^[A-Za-z0-9.:_-]+$/.test(text)) return text;
  const reason = text === "" ? "is missing" : "is not a host name or address";
  throw new InvalidValue(field, text, reason, `pulumi config set ${field} 192.168.100.2`);
}

/** Text of one form; `right` is an example of it. */
function ofForm(form: RegExp, reason: string, right: string): Parse<string> {
  return (field, text) => {
    if (form.test(text)) return text;
    throw new InvalidValue(field, text, reason, `write ${right}`);
  };
}

export const parseLogin = ofForm(/^[a-z_][a-z0-9_-]{0,31}$/, "is not a login name of VyOS", "vyos");
/** What a key's path of Pulumi takes without quotes. */
export const parseRouterName = ofForm(
  /^[A-Za-z0-9_-]{1,63}$/,
  "is not a name of letters, digits, _ and -",
  "tokyo",
);
const parseHostName = ofForm(
  /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  "is neither an IPv6 address nor a name",
  "gw.transix.jp",
);
const parseBareIdentifier = ofForm(/^::[0-9a-f:]+$/i, "is not an interface identifier", "::c6:3364:c800:0");

type Fields = Readonly<Record<string, unknown>>;

/** Name to fields. The text is never shown: it holds passwords. */
export function parseRouters(field: string, text: string): ReadonlyMap<string, Fields> {
  const routers = parsedJson(text);
  if (!isObject(routers)) throw notRouters(field);
  return new Map(
    Object.entries(routers).map(([name, fields]) => {
      if (!isObject(fields)) throw notRouters(`${field}.${name}`);
      return [parseRouterName(field, name), fields];
    }),
  );
}

function notRouters(field: string): InvalidValue {
  const remedy = "pulumi config set --path routers.tokyo.host 192.0.2.1";
  return new InvalidValue(field, "(not shown)", "is not a map of names to fields", remedy);
}

function isObject(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** SHA-256 is 43 base64 characters without padding. */
export function parseHostKey(field: string, text: string): string {
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
  const remedy = "write what ssh-keygen -lf prints: SHA256: and 43 characters";
  throw new InvalidValue(field, text, "is not an SSH host key fingerprint", remedy);
}

/** In any spelling that people have, which mape/ reads: an address or prefix of the line, with or without its length. */
export function parseLineAddress(field: string, text: string): string {
  try {
    readTyped6(text);
    return text;
  } catch (error) {
    if (!(error instanceof MapRefused)) throw error;
    throw new InvalidValue(field, text, "is not an IPv6 address of the internet", error.remedy);
  }
}

/** With a length where a fixed-IP contract gives several; full-width digits of a contract sheet too. */
export function parseOwnIpv4(field: string, text: string): string {
  const plain = text.normalize("NFKC").trim();
  const [address = "", length] = plain.split("/");
  parseIpv4(field, address);
  if (length === undefined || /^(29|3[0-2])$/.test(length)) return plain;
  throw new InvalidValue(field, text, "has no length of 29 to 32", `pulumi config set ${field} ${address}`);
}

/** The last 64 bits of an address alone. */
export function parseLineIdentifier(field: string, text: string): string {
  return parseIpv6(field, parseBareIdentifier(field, text.normalize("NFKC").trim()));
}

export function parseAftr(field: string, text: string): string {
  const plain = text.normalize("NFKC").trim().toLowerCase();
  return plain.includes(":") ? parseLineAddress(field, plain) : parseHostName(field, plain);
}

/** Hexadecimal as people write a PSID (0x41), or decimal. */
export function parsePsid(field: string, text: string): number {
  return parseWhole(field, /^0x[0-9a-f]{1,4}$/i.test(text) ? Number(text) : text, 0, 65_535);
}

/** Addresses, not names: the router's resolver may itself need the uplink. `none` asks the first hop alone. */
export function parseProbeTargets(field: string, text: string): readonly ProbeTarget[] {
  if (text === "none") return [];
  return parts(field, text).map((part) => {
    const [host = "", port = "", more] = part.split(":");
    if (more === undefined && port !== "") {
      return { host: parseIpv4(field, host), port: parseWhole(field, port, 1, 65_535) };
    }
    const remedy = `pulumi config set ${field} 1.1.1.1:443,8.8.8.8:443`;
    throw new InvalidValue(field, text, "is not a list of IPv4 address:port", remedy);
  });
}

export function parseIpv4List(field: string, text: string): readonly Ipv4[] {
  const addresses = parts(field, text).map((part) => parseIpv4(field, part));
  if (new Set(addresses).size === addresses.length) return addresses;
  throw new InvalidValue(field, text, "names one twice", "name each once");
}

export function parseFirewallNames(field: string, text: string): readonly FirewallName[] {
  return parts(field, text).map((part) => parseFirewallName(field, part));
}

/** Ports and ranges: 5136-5139,9232. */
export function parsePorts(field: string, text: string): readonly PortRange[] {
  return parts(field, text).map((part) => {
    const [from = 0, to = from] = parsePortRange(field, part).split("-").map(Number);
    return [from, to];
  });
}

/** `tcp:5136>192.168.100.10:22`; tcp_udp forwards both. */
export function parsePortForwards(field: string, text: string): readonly PortForward[] {
  const forwards = parts(field, text).map((part) => parseForward(field, part));
  for (const [index, { port, protocol, address }] of forwards.entries()) {
    const clash = forwards
      .slice(0, index)
      .find((other) => other.port === port && shareProtocol(other.protocol, protocol));
    if (clash === undefined) continue;
    const reason = `is forwarded twice, to ${clash.address} and to ${address}`;
    throw new InvalidValue(field, `${protocol}:${port}`, reason, "keep one of the two");
  }
  return forwards;
}

function parseForward(field: string, text: string): PortForward {
  const match = /^(tcp|udp|tcp_udp):([0-9]+)>([^:>]+):([0-9]+)$/.exec(text);
  const [, protocol, port = "", address = "", targetPort = ""] = match ?? [];
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "tcp_udp") {
    throw new InvalidValue(field, text, "is not a port forward", "write tcp:5136>192.168.100.10:22");
  }
  return {
    protocol,
    port: Number(parsePortRange(field, port)),
    address: parseIpv4(field, address),
    targetPort: Number(parsePortRange(field, targetPort)),
  };
}

function shareProtocol(a: string, b: string): boolean {
  return a === b || a === "tcp_udp" || b === "tcp_udp";
}

/** The parts of a list written with commas, or as JSON, which is how Pulumi keeps a structured value. */
function parts(field: string, text: string): string[] {
  if (text.trim() === "") return [];
  if (!text.trim().startsWith("[")) return text.split(",").map((part) => part.trim());
  const list = parsedJson(text);
  if (Array.isArray(list)) {
    const texts = list.map((item) => (typeof item === "number" ? String(item) : item));
    if (texts.every((item) => typeof item === "string")) return texts.map((item) => item.trim());
  }
  throw new InvalidValue(field, text, "is not a list of texts", "write them with commas");
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
