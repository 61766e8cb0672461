/**
 * The port sets of RFC 7597 section 5.1: ranges of a PSID, and the PSID of a port. It knows no address, and must never
 * give out port 0: no host may use it as a source.
 */
import { MapRefused } from "./refusal.ts";

export type PortRange = readonly [from: number, to: number];

/** How a 16-bit port is cut: offset bits, then PSID, then the rest. */
export interface PortLayout {
  readonly psidOffset: number;
  readonly psidLength: number;
}

export interface PortOwner {
  inSet: boolean;
  /** null: the port is nobody's (the excluded block, port 0), or no port is restricted (PSID length 0). */
  ownerPsid: number | null;
}

/** Ranges of one PSID, lowest first, both ends included. `psidLength` >= 1: without a PSID no port is restricted. */
export function portRanges(layout: PortLayout, psid: number): PortRange[] {
  checkLayout(layout);
  checkPsid(layout, psid);
  const { psidOffset, psidLength } = layout;
  const size = 2 ** (16 - psidOffset - psidLength);
  const stride = 2 ** (16 - psidOffset);
  // Block 0 holds the system ports, and is nobody's when there is an offset (RFC 7597 section 5.1).
  const blocks = psidOffset === 0 ? [0] : Array.from({ length: 2 ** psidOffset - 1 }, (_, i) => i + 1);
  const ranges = blocks.map((block): PortRange => {
    const first = block * stride + psid * size;
    return [Math.max(first, 1), first + size - 1];
  });
  if (ranges.every(([first, last]) => first > last)) {
    throw new MapRefused(
      "port-set-empty",
      `PSID ${psid} of ${psidLength} bits with offset ${psidOffset} holds port 0 only`,
    );
  }
  return ranges;
}

export function countPorts(ranges: readonly PortRange[]): number {
  return ranges.reduce((sum, [first, last]) => sum + last - first + 1, 0);
}

/** The PSID whose set holds the port; null for the excluded block and port 0. `psidLength` >= 1. */
export function psidOfPort(layout: PortLayout, port: number): number | null {
  checkLayout(layout);
  checkPort(port);
  const { psidOffset, psidLength } = layout;
  const excluded = psidOffset > 0 && port >> (16 - psidOffset) === 0;
  if (excluded || port === 0) return null;
  return (port >> (16 - psidOffset - psidLength)) & (2 ** psidLength - 1);
}

/** Is the port in the set of `psid`, and whose is it? */
export function ownerOfPort(layout: PortLayout, psid: number | null, port: number): PortOwner {
  checkLayout(layout);
  checkPort(port);
  if (layout.psidLength === 0) return { inSet: true, ownerPsid: null };
  if (psid === null) {
    throw new MapRefused(
      "psid-missing",
      `a PSID of ${layout.psidLength} bits is not given`,
      "give psid beside psidLength",
    );
  }
  checkPsid(layout, psid);
  const ownerPsid = psidOfPort(layout, port);
  return { inSet: ownerPsid === psid, ownerPsid };
}

/** Offset 0..15, PSID length 0..16, and together at most the 16 bits of a port. */
export function checkLayout({ psidOffset, psidLength }: PortLayout): void {
  if (!isWithin(psidOffset, 15)) {
    throw new MapRefused("psid-offset-out-of-range", `PSID offset ${psidOffset} is not in 0..15`);
  }
  if (!isWithin(psidLength, 16)) {
    throw new MapRefused("psid-length-out-of-range", `PSID length ${psidLength} is not in 0..16`);
  }
  // Without a PSID the offset has no meaning (RFC 7597 section 4), so nothing can be too long.
  if (psidLength > 0 && psidOffset + psidLength > 16) {
    throw new MapRefused(
      "offset-plus-psid-too-long",
      `offset ${psidOffset} + PSID length ${psidLength} > 16, the bits of a port`,
    );
  }
}

export function checkPsid({ psidLength }: PortLayout, psid: number): void {
  if (isWithin(psid, 2 ** psidLength - 1)) return;
  throw new MapRefused(
    "psid-out-of-range",
    `PSID ${psid} does not fit ${psidLength} bits`,
    `give a PSID of 0 to ${2 ** psidLength - 1}`,
  );
}

export function checkPort(port: number): void {
  if (isWithin(port, 65535)) return;
  throw new MapRefused("port-out-of-range", `${port} is not a port`);
}

function isWithin(value: number, last: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= last;
}
