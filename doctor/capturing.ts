/**
 * A packet capture on the router, bounded in time and size: the bytes of a pcap file, and what tcpdump there counts in it by
 * filter. It comes as text through the one shell, so that it needs no file on the router. Must never change anything there.
 */

import { AnswerGarbled } from "../errors.ts";
import { Shell } from "../router/wire/shell.ts";
import type { Transport } from "../router/wire/transport.ts";
import { quoteWord } from "../vyos/commands.ts";
import { type CountedRow, captureFilter, captureRows, type OwnLine } from "./capture-rows.ts";

export interface CaptureBounds {
  readonly interface: string;
  readonly seconds: number;
  readonly packets: number;
}

export interface Captured {
  readonly pcap: Uint8Array;
  readonly rows: readonly CountedRow[];
}

/** Octets of each packet: Ethernet 14, IPv6 40, an option of 8, IPv4 60 and the first of what it carries. */
const snapshotOctets = 160;

/** For the counts, once the capture has ended: each filter reads it anew. */
const countingSeconds = 60;

/** Its input is a capture as base64, its words are filters: a number for each, then the capture. -q: one line a packet. */
const counting = `p=$(cat); for f in "$@"; do printf "%s\\n" "$p" | base64 -d | tcpdump -n -q -r - "$f" 2>/dev/null | wc -l; done; printf "%s\\n" "$p"`;

/** tcpdump writes what it has and ends well when timeout stops it. */
export function captureLine(
  { interface: device, seconds, packets }: CaptureBounds,
  filters: readonly string[],
): string {
  const tcpdump = `tcpdump -n -U -i ${quoteWord(device)} -c ${packets} -s ${snapshotOctets} -w - ${quoteWord(captureFilter)}`;
  const words = [counting, "count", ...filters].map(quoteWord).join(" ");
  return `sudo -n timeout ${seconds} ${tcpdump} 2>/dev/null | base64 | bash -c ${words}`;
}

export async function captureOn(
  transport: Transport,
  where: string,
  bounds: CaptureBounds,
  own: OwnLine,
): Promise<Captured> {
  const shell = new Shell(transport, where);
  const rows = captureRows(own);
  const line = captureLine(
    bounds,
    rows.map(([, , filter]) => filter),
  );
  try {
    await shell.open([]);
    const { output } = await shell.run(line, bounds.seconds + countingSeconds);
    const lines = output.trim().split(/\s+/);
    const text = lines.slice(rows.length).join("");
    if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text))
      throw new AnswerGarbled(`tcpdump on ${bounds.interface}`, output);
    const counted = rows.map(([what, meaning], index) => ({ what, meaning, count: Number(lines[index]) }));
    return { pcap: new Uint8Array(Buffer.from(text, "base64")), rows: counted };
  } finally {
    await shell.close();
  }
}
