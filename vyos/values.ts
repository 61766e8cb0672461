/**
 * Every kind of string that may enter the configuration, parsed once into a branded type: inside the program the type
 * is the proof. Pure. Nothing may reach a router that has not been through one of these.
 */

import { Address4, Address6 } from "ip-address";
import { InvalidValue } from "../errors.ts";

type Brand<Name extends string> = string & { readonly brand: Name };
export type TunnelName = Brand<"TunnelName">;
export type InterfaceName = Brand<"InterfaceName">;
export type Ipv4 = Brand<"Ipv4">;
export type Ipv6 = Brand<"Ipv6">;
export type Ipv4Prefix = Brand<"Ipv4Prefix">;
export type Ipv6Prefix = Brand<"Ipv6Prefix">;
export type InterfacePrefix = Brand<"InterfacePrefix">;
export type PortRange = Brand<"PortRange">;
export type PortList = Brand<"PortList">;
export type FirewallName = Brand<"FirewallName">;
export type FreeText = Brand<"FreeText">;

/** VyOS takes only `tun` + digits (its interfaces_tunnel.xml.in); `mape` would fail at commit. */
export function parseTunnelName(field: string, text: string): TunnelName {
  if (!/^tun[0-9]{1,5}$/.test(text)) {
    throw new InvalidValue(
      field,
      text,
      "is not a tunnel name: VyOS takes only tun and a number",
      "write tun0",
    );
  }
  return text as TunnelName;
}

/**
 * The interface-name pattern of VyOS 1.4 (include/constraint/interface-name.xml.i), numbered kinds and `lo`; a VLAN in a VLAN
 * (eth1.100.20) VyOS takes by its other rule, that the device exists.
 */
const interfaceName =
  /^(?:(?:bond|br|dum|en|ersp|eth|gnv|ifb|ipoe|lan|l2tp|l2tpeth|macsec|peth|ppp|pppoe|pptp|sstp|sstpc|tun|veth|vti|vtun|vxlan|wg|wlan|wwan)[0-9]+(?:\.[0-9]{1,4}){0,2}|lo)$/;

export function parseInterfaceName(field: string, text: string): InterfaceName {
  if (!interfaceName.test(text)) {
    throw new InvalidValue(
      field,
      text,
      "is not an interface name",
      "write a name such as eth1, tun0, dum0 or lo",
    );
  }
  return text as InterfaceName;
}

/** Of a zone or a group (vyos-1x: firewall.xml.in). */
export function parseFirewallName(field: string, text: string): FirewallName {
  if (/^[A-Za-z0-9][A-Za-z0-9_.-]*$/.test(text)) return text as FirewallName;
  const reason = "is not a name of a zone or group: letters, digits, _ . and -, a letter or digit first";
  throw new InvalidValue(field, text, reason, "write a name such as WAN");
}

export function parseIpv4(field: string, text: string): Ipv4 {
  if (!Address4.isValid(text) || text.includes("/")) {
    throw new InvalidValue(
      field,
      text,
      "is not an IPv4 address",
      "write four numbers, such as 192.168.100.1",
    );
  }
  return new Address4(text).correctForm() as Ipv4;
}

/** The RFC 5952 text, whatever the spelling: VyOS compares text, so one address must have one spelling. */
export function parseIpv6(field: string, text: string): Ipv6 {
  if (text.includes("/") || text.includes("%") || !Address6.isValid(text)) {
    throw new InvalidValue(
      field,
      text,
      "is not an IPv6 address",
      "write it without length or zone: 2001:db8::1",
    );
  }
  return new Address6(text).correctForm() as Ipv6;
}

export function parseAddress(field: string, text: string): Ipv4 | Ipv6 {
  return text.includes(":") ? parseIpv6(field, text) : parseIpv4(field, text);
}

/** A network: no bit beyond its length, or VyOS refuses it (validators ipv4-prefix, ipv6-prefix). */
export function parsePrefix(field: string, text: string): Ipv4Prefix | Ipv6Prefix {
  const { address, length, start } = splitPrefix(field, text);
  if (start !== address) {
    const network = `${start}/${length}`;
    throw new InvalidValue(field, text, `has host bits set beyond /${length}`, `write ${network}`);
  }
  return `${address}/${length}` as Ipv4Prefix | Ipv6Prefix;
}

/** An address with its length, as an interface holds it (validator ip-host). */
export function parseInterfacePrefix(field: string, text: string): InterfacePrefix {
  const { address, length } = splitPrefix(field, text);
  return `${address}/${length}` as InterfacePrefix;
}

function splitPrefix(field: string, text: string): { address: string; length: number; start: string } {
  const [address = "", length = "", more] = text.split("/");
  const longest = address.includes(":") ? 128 : 32;
  const bits = Number(length);
  if (more !== undefined || !/^[0-9]{1,3}$/.test(length) || bits > longest) {
    throw new InvalidValue(
      field,
      text,
      "is not an address with its length",
      "write address/length: 192.0.2.0/24",
    );
  }
  const parsed = parseAddress(field, address);
  const start = (
    address.includes(":") ? new Address6(`${parsed}/${bits}`) : new Address4(`${parsed}/${bits}`)
  )
    .startAddress()
    .correctForm();
  return { address: parsed, length: bits, start };
}

/** fe80::/10: means nothing without the interface (RFC 4291 section 2.5.6). */
export function isLinkLocal(address: string): boolean {
  return address.includes(":") && new Address6(address).isLinkLocal();
}

export function parseWhole(field: string, value: unknown, from: number, to: number): number {
  const number = typeof value === "string" && /^[0-9]+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isInteger(number) || number < from || number > to) {
    const shown = typeof value === "string" ? value : String(value);
    throw new InvalidValue(
      field,
      shown,
      `is not a whole number from ${from} to ${to}`,
      `write ${from}-${to}`,
    );
  }
  return number;
}

/** nat.xml.in: 1 to 999999, evaluated in ascending order, first match decides. */
export function parseNatRuleNumber(field: string, value: unknown): number {
  return parseWhole(field, value, 1, 999_999);
}

/** One port or one range, lowest first: VyOS takes no list as a translation port (validator port-range). */
export function parsePortRange(field: string, text: string): PortRange {
  const match = /^([0-9]{1,5})(?:-([0-9]{1,5}))?$/.exec(text);
  if (!match)
    throw new InvalidValue(field, text, "is not a port or a range of ports", "write 5136 or 5136-5151");
  const from = Number(match[1]);
  const to = Number(match[2] ?? match[1]);
  if (from > to) throw new InvalidValue(field, text, "is upside down", `write ${to}-${from}`);
  if (from < 1 || to > 65_535) {
    throw new InvalidValue(field, text, "leaves the ports 1 to 65535", "write ports between 1 and 65535");
  }
  return text as PortRange;
}

/** Ports and ranges with commas, as NAT matches them (validator port-multi). */
export function parsePortList(field: string, text: string): PortList {
  for (const part of text.split(",")) parsePortRange(field, part);
  return text as PortList;
}

/**
 * Descriptions and names. VyOS 1.4 and rolling hand a description to a root shell at commit: `$(reboot)` rebooted a real
 * router although our quoting was right. So only letters, digits, space and . _ : , + = / @ % - pass.
 */
export function parseFreeText(field: string, text: string): FreeText {
  const bad = /[^A-Za-z0-9 ._:,+=/@%-]/.exec(text);
  if (bad) {
    const reason = `holds ${JSON.stringify(bad[0])}, and VyOS runs such text in a root shell`;
    throw new InvalidValue(field, text, reason, "use letters, digits, space and . _ : , + = / @ % -");
  }
  if (text.length < 1 || text.length > 255) {
    throw new InvalidValue(field, text, `has ${text.length} characters`, "write 1 to 255 characters");
  }
  if (text.startsWith("-"))
    throw new InvalidValue(field, text, "starts with -", "start with a letter or a digit");
  return text as FreeText;
}

export function parseChoice<Choice extends string>(
  field: string,
  text: string,
  choices: readonly Choice[],
): Choice {
  const found = choices.find((choice) => choice === text);
  if (found === undefined) {
    throw new InvalidValue(field, text, `is none of ${choices.join(", ")}`, `write one of them`);
  }
  return found;
}
