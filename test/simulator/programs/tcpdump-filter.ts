/**
 * What `tcpdump -r - FILTER` lets through of the simulator's own captures. The words of pcap-filter(7) that ask for octets of
 * IPv6, hosts and UDP ports become a script; `and` and `or`, which bind alike there, must not stand side by side here.
 */
import { runInNewContext } from "node:vm";
import { toNumber } from "../configuration/addresses.ts";

/** How many packets of a little-endian file; Ethernet's 14 octets are left out. */
export function countIn(file: string, filter: string): number {
  const script = scriptOf(filter);
  let count = 0;
  for (let at = 24; at + 16 <= file.length; ) {
    const size = [3, 2, 1, 0].reduce((sum, index) => sum * 256 + file.charCodeAt(at + 8 + index), 0);
    if (passes(file.slice(at + 16 + 14, at + 16 + size), script)) count += 1;
    at += 16 + size;
  }
  return count;
}

function scriptOf(filter: string): string {
  return filter
    .replace(/\b(src|dst) host (\S+)/g, "host('$1', '$2')")
    .replace(/\budp port ([0-9]+)/g, "udp($1)")
    .replaceAll("ip6[", "at(")
    .replace(/(?::([124]))?\]/g, (_end, size = "1") => `, ${size})`)
    .replace(/\b(?:and|or|not)\b/g, (word) => ({ and: "&&", or: "||", not: "!" })[word] ?? word);
}

class Beyond extends Error {}

/** An octet beyond the captured end ends the whole filter with a no (bpf(4)). */
function passes(packet: string, script: string): boolean {
  const bytes = Buffer.from(packet, "latin1");
  const at = (from: number, size: number): number => {
    if (from + size > bytes.length) throw new Beyond();
    return bytes.readUIntBE(from, size);
  };
  const host = (way: "src" | "dst", address: string): boolean => {
    const from = way === "src" ? 8 : 24;
    const words = [0, 4, 8, 12].map((offset) => BigInt(at(from + offset, 4)));
    return words.reduce((sum, word) => (sum << 32n) + word, 0n) === toNumber(address, 6);
  };
  const udp = (port: number): boolean => at(6, 1) === 17 && (at(40, 2) === port || at(42, 2) === port);
  try {
    return runInNewContext(script, { at, host, udp }) === true;
  } catch (error) {
    if (error instanceof Beyond) return false;
    throw error;
  }
}
