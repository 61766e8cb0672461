/** Who answers at the other end of a tunnel: the border relays and the AFTR of the lines that the simulator knows. */
import { sameAddress } from "../configuration/addresses.ts";

export interface FarEnd {
  readonly address: string;
  /** Which tunnel's end it answers. */
  readonly knows: (local: string) => boolean;
  /** What it lets through of what leaves there; undefined: all of it. */
  readonly refuses: (address: string, port: number) => string | undefined;
}

/** The relays and AFTRs of three lines: a shared one (the first router's), a fixed IPv4 address, and DS-Lite. */
export const farEnds: readonly FarEnd[] = [
  {
    address: "2001:260:700:1::1:275",
    knows: (local) => sameAddress(local, "2404:7a82:4d02:4100:85:d10d:200:4100"),
    refuses: (address, port) => {
      if (address !== "133.209.13.2") return `${address} leaves by it, not 133.209.13.2`;
      return isOwnPort(port) ? undefined : `port ${port} is not of the own set`;
    },
  },
  {
    address: "2404:9200:225:100::65",
    knows: (local) => sameAddress(local, "240b:11:52c1:9300:cb:71:4d00:0"),
    refuses: (address) =>
      address === "203.0.113.77" ? undefined : `${address} leaves by it, not 203.0.113.77`,
  },
  {
    // RFC 6333: the AFTR translates whatever private source comes from any address of the line.
    address: "2404:8e00::feed:100",
    knows: (local) => local.startsWith("2409:10:a1b2:c3"),
    refuses: (address) =>
      /^(?:10|192\.168|192\.0\.0)\./.test(address) ? undefined : `${address} is no private address`,
  },
];
const psid = 0x41;
/** RFC 7597 with 4 offset bits and 8 bits of port set id: 15 blocks of 16 ports; block 0 is nobody's. */
function isOwnPort(port: number): boolean {
  return port >= 4096 && ((port >> 4) & 0xff) === psid;
}
