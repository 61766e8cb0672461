/** Frames and capture files, octet by octet: what the capture tests read is made here, not by the code under test. */

import { Address6 } from "ip-address";

const octets6 = (address: string): number[] => {
  const all = new Address6(address).toUnsignedByteArray();
  return [...Array<number>(16 - all.length).fill(0), ...all];
};
const word = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];

export function frame(
  source: string,
  destination: string,
  nextHeader: number,
  payload: readonly number[],
): Uint8Array {
  return Uint8Array.from([
    ...[0x02, 0, 0, 0, 0, 0x99, 0x52, 0x54, 0, 0, 0, 0x11, 0x86, 0xdd],
    ...[0x60, 0, 0, 0, ...word(payload.length), nextHeader, 64],
    ...octets6(source),
    ...octets6(destination),
    ...payload,
  ]);
}

/** TCP by default. */
export function inner(source: string, port: number, protocol = 6): number[] {
  const addresses = [...source.split(".").map(Number), 198, 51, 100, 9];
  return [
    0x45,
    0,
    0,
    40,
    0,
    1,
    0x40,
    0,
    64,
    protocol,
    0,
    0,
    ...addresses,
    ...word(port),
    ...word(443),
    0,
    0,
    0,
    0,
  ];
}

/** The encapsulation limit of RFC 2473 section 4.1.1, as Linux writes it before IPv4. */
export const limitOption = [4, 0, 4, 1, 4, 1, 1, 0];

export function neighbour(type: 135 | 136, target: string): number[] {
  return [type, 0, 0, 0, 0, 0, 0, 0, ...octets6(target)];
}

export function dhcp(message: number): number[] {
  const [from, to] = message === 2 || message === 7 ? [547, 546] : [546, 547];
  return [...word(from), ...word(to), 0, 12, 0, 0, message, 1, 2, 3];
}

export function pcap(frames: readonly Uint8Array[], order: "little" | "big" = "little"): Uint8Array {
  const little = order === "little";
  const size = 24 + frames.reduce((sum, one) => sum + 16 + one.length, 0);
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0xa1b2c3d4, little);
  view.setUint16(4, 2, little);
  view.setUint16(6, 4, little);
  view.setUint32(16, 160, little);
  view.setUint32(20, 1, little);
  let at = 24;
  frames.forEach((one, index) => {
    view.setUint32(at, 1_795_478_000 + index, little);
    view.setUint32(at + 4, 500_000, little);
    view.setUint32(at + 8, one.length, little);
    view.setUint32(at + 12, one.length, little);
    bytes.set(one, at + 16);
    at += 16 + one.length;
  });
  return bytes;
}
