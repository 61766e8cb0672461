/**
 * A packet capture on the router, bounded in time and size, as the bytes of a pcap file. It comes as base64 text through the
 * one shell, so that it needs no file on the router and no second way of logging in. Must never change anything there.
 */

import { AnswerGarbled } from "../errors.ts";
import { Shell } from "../router/wire/shell.ts";
import type { Transport } from "../router/wire/transport.ts";
import { quoteWord } from "../vyos/commands.ts";

export interface CaptureBounds {
  readonly interface: string;
  readonly seconds: number;
  readonly packets: number;
}

/** DHCPv6, ICMPv6 with neighbour discovery, IPv4 in IPv6 (4), and the same behind a destination option (60). */
export const captureFilter = "udp port 546 or udp port 547 or icmp6 or ip6 proto 4 or ip6 proto 60";

/** Octets of each packet: Ethernet 14, IPv6 40, an option of 8, IPv4 60 and the first of what it carries. */
const snapshotOctets = 160;

/** tcpdump writes what it has and ends well when timeout stops it. */
export function captureLine({ interface: device, seconds, packets }: CaptureBounds): string {
  const tcpdump = `tcpdump -n -U -i ${quoteWord(device)} -c ${packets} -s ${snapshotOctets} -w - ${quoteWord(captureFilter)}`;
  return `sudo -n timeout ${seconds} ${tcpdump} 2>/dev/null | base64`;
}

export async function captureOn(
  transport: Transport,
  where: string,
  bounds: CaptureBounds,
): Promise<Uint8Array> {
  const shell = new Shell(transport, where);
  try {
    await shell.open([]);
    const line = captureLine(bounds);
    const { output } = await shell.run(line, bounds.seconds + 20);
    const text = output.replaceAll(/\s/g, "");
    if (text === "" || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) throw new AnswerGarbled(line, output);
    return new Uint8Array(Buffer.from(text, "base64"));
  } finally {
    await shell.close();
  }
}
