/**
 * The classic capture file (libpcap, pcap-savefile(5)): a header of 24 octets, then each packet behind 16. Pure. A file
 * that was cut off gives the packets that are whole.
 */

export interface CapturedPacket {
  /** Seconds since 1970. */
  readonly seconds: number;
  /** What was kept of it, from the Ethernet header on. */
  readonly bytes: Uint8Array;
}

/** Microseconds or nanoseconds behind the point, and either byte order. */
const magics: Readonly<Record<number, { readonly little: boolean; readonly fraction: number }>> = {
  2712847316: { little: false, fraction: 1e6 },
  3569595041: { little: true, fraction: 1e6 },
  2712812621: { little: false, fraction: 1e9 },
  1295823521: { little: true, fraction: 1e9 },
};

const fileHeaderOctets = 24;
const packetHeaderOctets = 16;
/** LINKTYPE_ETHERNET: what tcpdump writes for an interface such as eth1. */
const ethernet = 1;

/** Throws for what is no capture of an Ethernet interface. */
export function parsePcap(file: Uint8Array): CapturedPacket[] {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const format = file.length < fileHeaderOctets ? undefined : magics[view.getUint32(0)];
  if (format === undefined) throw new Error("is no pcap file");
  const { little, fraction } = format;
  if ((view.getUint32(20, little) & 0xffff) !== ethernet)
    throw new Error("is no capture of an Ethernet interface");
  const packets: CapturedPacket[] = [];
  let at = fileHeaderOctets;
  while (at + packetHeaderOctets <= file.length) {
    const length = view.getUint32(at + 8, little);
    const end = at + packetHeaderOctets + length;
    if (end > file.length) break;
    packets.push({
      seconds: view.getUint32(at, little) + view.getUint32(at + 4, little) / fraction,
      bytes: file.subarray(at + packetHeaderOctets, end),
    });
    at = end;
  }
  return packets;
}
