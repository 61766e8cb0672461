/**
 * Tunnels whose figures stand on a contract sheet: fixed IPv4 (ipip: one address or a few, all ports) and DS-Lite (no own address, the NAT
 * is the provider's). A fixed-IP sheet is never answered with a shared address.
 */
import { InvalidValue } from "../errors.ts";
import { ceAddresses } from "./ce-address.ts";
import { mask, parseAddress4, parsePrefix4, printAddress4, printAddress6, printPrefix4 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { Service } from "./rule-table.ts";
import { findSpace, nearRelay, whoseRelay } from "./services.ts";
import { readTyped6, type Typed6 } from "./typed.ts";

export interface Softwire {
  readonly source: string;
  /** The tunnel's own end: it must be an address of the router. */
  readonly local: string;
  readonly remote: string;
  /** The inner address that the tunnel bears, and what of IPv4 is the line's. */
  readonly ipv4: string;
  readonly ipv4Prefix: string;
  /** Of the tunnel, bytes. */
  readonly mtu: number;
  readonly warnings: readonly string[];
}

export interface FixedIpSheet {
  readonly delegatedPrefix: string;
  /** With a length of 29 to 32 where several are the line's; the address given is the one that the LAN uses. */
  readonly ipv4Address: string | undefined;
  readonly relay: string | undefined;
  /** The last 64 bits as the provider says them: ::c6:3364:c800:0. */
  readonly identifier?: string | undefined;
}

export interface DsLiteSheet {
  readonly delegatedPrefix: string;
  readonly aftr?: string | undefined;
}

/** @example fixedIpLineOf({ delegatedPrefix: "240b:11:52c1:9300::/56", ipv4Address: "203.0.113.77", relay }).local // "240b:11:52c1:9300:cb:71:4d00:0" */
export function fixedIpLineOf(sheet: FixedIpSheet): Softwire {
  const typed = readTyped6(sheet.delegatedPrefix);
  const service = findSpace({ bits: typed.bits, length: 128 })?.service;
  const remote = fixedIpRelayOf(sheet.relay, service);
  if (!sheet.ipv4Address) {
    const reason = "is missing: a fixed-IP line's address is not in its prefix";
    throw new InvalidValue("ipv4Address", "", reason, "write the fixed IPv4 address of the contract sheet");
  }
  const text = sheet.ipv4Address.normalize("NFKC").trim();
  const [address = "", length = "32"] = text.split("/");
  const ipv4 = parseAddress4(address);
  const prefix = parsePrefix4(`${printAddress4(mask(ipv4, lengthOf(text, length), 32))}/${length}`);
  return {
    source: `a fixed-IP contract${service ? ` of ${service.who}` : ""}`,
    local: localOf(typed, sheet, prefix.bits, service),
    remote,
    ipv4: `${printAddress4(ipv4)}/32`,
    ipv4Prefix: printPrefix4(prefix),
    mtu: service?.mtu ?? 1460,
    warnings: [],
  };
}

/**
 * `aftr` undefined: the service's own, of the line's region. The local address may be any of the line (RFC 6333 section 5.1); the one made
 * here is the MAP address of 192.0.0.2, which no other host of the line takes by itself.
 */
export function dsLiteLineOf(sheet: DsLiteSheet): Softwire {
  const { bits } = readTyped6(sheet.delegatedPrefix);
  const space = findSpace({ bits, length: 128 });
  const ipv4 = "192.0.0.2"; // RFC 6333 section 5.7: the B4's
  return {
    source: `DS-Lite${space ? ` of ${space.service.who}, ${space.region}` : ""}`,
    local: localByIpv4(bits, ipv4),
    remote: aftrOf(sheet.aftr, space?.service.aftr, space?.region),
    ipv4: `${ipv4}/29`,
    ipv4Prefix: "192.0.0.0/29",
    mtu: space?.service.mtu ?? 1460,
    warnings: space?.service.kind === "map-e" ? [`${space.service.who} is known for MAP-E: uplink mape`] : [],
  };
}

function fixedIpRelayOf(text: string | undefined, service: Service | undefined): string {
  const known = service?.fixedIpRelays[0];
  if (!text) {
    if (known !== undefined) return known;
    const reason = "is missing: no table names it for this line's fixed IP";
    throw new InvalidValue("borderRelay", "", reason, "write the relay of the contract sheet");
  }
  const address = printAddress6(readTyped6(text).bits);
  const owner = whoseRelay(address);
  if (owner?.kind === "border-relay") {
    const reason = `is the relay for shared addresses of ${owner.service}`;
    throw new InvalidValue("borderRelay", text, reason, "write the relay for fixed IP of the contract sheet");
  }
  const near = owner === undefined ? nearRelay(address) : undefined;
  if (near === undefined) return address;
  throw new MapRefused("near-relay", `${text} is one digit from ${near.address} of ${near.service}`);
}

function lengthOf(text: string, length: string): number {
  if (/^(29|3[0-2])$/.test(length)) return Number(length);
  throw new InvalidValue(
    "ipv4Address",
    text,
    "has no length of 29 to 32",
    "write the address alone, or as 198.51.100.200/29",
  );
}

/** The sheet's identifier, the address itself where it was given whole, else what the service makes of the IPv4 address. */
function localOf(typed: Typed6, sheet: FixedIpSheet, ipv4: bigint, service: Service | undefined): string {
  const { identifier } = sheet;
  if (identifier) return withIdentifier(typed.bits, readTyped6(identifier).bits & lower64);
  if (service?.fixedIpForm !== undefined) return localByIpv4(typed.bits, printAddress4(ipv4));
  if ((typed.bits & lower64) !== 0n) return printAddress6(typed.bits);
  const reason = "is missing: it is the provider's to say for a fixed-IP line";
  throw new InvalidValue(
    "identifier",
    "",
    reason,
    "write the interface identifier of the contract sheet, as ::c6:3364:c800:0",
  );
}

function aftrOf(text: string | undefined, own: Service["aftr"], region: string | undefined): string {
  const name = text?.normalize("NFKC").trim() || own?.name;
  if (name === undefined) {
    throw new InvalidValue(
      "aftr",
      "",
      "is missing: no table names it for this line",
      "write the AFTR's IPv6 address",
    );
  }
  if (name.includes(":")) return printAddress6(readTyped6(name).bits);
  const places = own?.name === name.toLowerCase() ? own.addresses : [];
  const place = places.find((one) => one.region === region) ?? places[0];
  if (place !== undefined) return place.address;
  const reason = "is a name whose address no table holds: the line's own resolver tells it";
  throw new InvalidValue("aftr", name, reason, `write its address; on the router: host -t AAAA ${name}`);
}

const lower64 = (1n << 64n) - 1n;

/** The local address that v6plus and others form of the fixed IPv4 address: the MAP address (draft03) without a PSID. */
export function localByIpv4(bits: bigint, ipv4: string): string {
  return ceAddresses({ bits: mask(bits, 64, 128), length: 64 }, parseAddress4(ipv4), 0).draft03;
}

function withIdentifier(bits: bigint, identifier: bigint): string {
  return printAddress6(mask(bits, 64, 128) | identifier);
}
