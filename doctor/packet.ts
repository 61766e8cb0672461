/**
 * One Ethernet frame with IPv6 as far as a MAP-E line needs it: DHCPv6, neighbour discovery, ICMPv6 errors, and IPv4 in
 * IPv6. Pure. A frame that is cut short or is something else gives undefined.
 */

import { Address6 } from "ip-address";

export interface Inner {
  readonly source: string;
  readonly destination: string;
  /** TCP 6, UDP 17, ICMP 1. */
  readonly protocol: number;
  /** Of TCP and UDP, and the identifier of an ICMP echo that is sent; undefined in a later fragment. */
  readonly sourcePort: number | undefined;
}

export type Payload =
  /** `withOption`: a destination option stands before the IPv4 packet (next header 60). */
  | { readonly kind: "ipv4"; readonly withOption: "yes" | "no"; readonly inner: Inner | undefined }
  | { readonly kind: "dhcpv6"; readonly message: number }
  | {
      readonly kind: "icmpv6";
      readonly type: number;
      readonly code: number;
      readonly target: string | undefined;
      readonly mtu: number | undefined;
    }
  | { readonly kind: "other"; readonly nextHeader: number };

export interface Ipv6Packet {
  readonly source: string;
  readonly destination: string;
  readonly payload: Payload;
}

const ethernetOctets = 14;
const vlanTag = 0x8100;
const ipv6Type = 0x86dd;
const ipv6Octets = 40;

/** IANA protocol numbers. */
const next = { ipv4: 4, udp: 17, icmpv6: 58, destinationOptions: 60 } as const;

export function parseFrame(bytes: Uint8Array): Ipv6Packet | undefined {
  const view = viewOf(bytes);
  if (bytes.length < ethernetOctets + ipv6Octets) return undefined;
  const tag = view.getUint16(12) === vlanTag ? 4 : 0;
  if (view.getUint16(12 + tag) !== ipv6Type) return undefined;
  const packet = bytes.subarray(ethernetOctets + tag);
  if (packet.length < ipv6Octets) return undefined;
  return {
    source: address6(packet.subarray(8, 24)),
    destination: address6(packet.subarray(24, 40)),
    payload: payloadOf(packet[6] ?? 0, packet.subarray(ipv6Octets)),
  };
}

function payloadOf(nextHeader: number, bytes: Uint8Array): Payload {
  const view = viewOf(bytes);
  if (nextHeader === next.ipv4) return { kind: "ipv4", withOption: "no", inner: innerOf(bytes) };
  if (nextHeader === next.destinationOptions && bytes[0] === next.ipv4) {
    // Its length counts units of 8 octets, without the first (RFC 8200 section 4.6).
    const length = ((bytes[1] ?? 0) + 1) * 8;
    return { kind: "ipv4", withOption: "yes", inner: innerOf(bytes.subarray(length)) };
  }
  if (nextHeader === next.udp && bytes.length >= 9 && isDhcp(view.getUint16(0), view.getUint16(2))) {
    return { kind: "dhcpv6", message: bytes[8] ?? 0 };
  }
  if (nextHeader === next.icmpv6 && bytes.length >= 8) return icmpOf(bytes, view);
  return { kind: "other", nextHeader };
}

/** Client 546, server 547 (RFC 8415 section 7.2). */
function isDhcp(from: number, to: number): boolean {
  return [from, to].every((port) => port === 546 || port === 547);
}

function icmpOf(bytes: Uint8Array, view: DataView): Payload {
  const [type = 0, code = 0] = bytes;
  // Neighbour solicitation 135 and advertisement 136 name their target behind 8 octets (RFC 4861 section 4.3).
  const names = (type === 135 || type === 136) && bytes.length >= 24;
  const target = names ? address6(bytes.subarray(8, 24)) : undefined;
  return { kind: "icmpv6", type, code, target, mtu: type === 2 ? view.getUint32(4) : undefined };
}

function innerOf(bytes: Uint8Array): Inner | undefined {
  if (bytes.length < 20 || (bytes[0] ?? 0) >> 4 !== 4) return undefined;
  const view = viewOf(bytes);
  const headerOctets = ((bytes[0] ?? 0) & 0xf) * 4;
  const protocol = bytes[9] ?? 0;
  const isFirst = (view.getUint16(6) & 0x1fff) === 0;
  return {
    source: [...bytes.subarray(12, 16)].join("."),
    destination: [...bytes.subarray(16, 20)].join("."),
    protocol,
    sourcePort: isFirst ? portOf(protocol, bytes.subarray(headerOctets)) : undefined,
  };
}

function portOf(protocol: number, bytes: Uint8Array): number | undefined {
  const view = viewOf(bytes);
  if ((protocol === 6 || protocol === 17) && bytes.length >= 4) return view.getUint16(0);
  // An echo request carries its identifier behind type, code and checksum (RFC 792).
  if (protocol === 1 && bytes[0] === 8 && bytes.length >= 6) return view.getUint16(4);
  return undefined;
}

function address6(bytes: Uint8Array): string {
  return Address6.fromUnsignedByteArray([...bytes]).correctForm();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
