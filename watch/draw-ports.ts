/** Own ports as squares, a row for each range, filled where a flow holds the port. Pure. */

import type { PortUse } from "../doctor/parse-conntrack.ts";

/** User units of the drawing. */
const square = 14;
const pitch = 18;
const margin = 96;

export function drawPorts(ranges: readonly (readonly [number, number])[], { tcp, udp }: PortUse): string {
  const used = new Set([...tcp, ...udp]);
  const widest = Math.max(...ranges.map(([from, to]) => to - from + 1));
  const rows = ranges.map((range, index) => drawRow(range, index, used)).join("");
  const [width, height] = [margin + widest * pitch, ranges.length * pitch];
  return `<svg id="port-use" role="img" aria-label="ports in use" viewBox="0 0 ${Math.max(width, 600)} ${height}">${rows}</svg>`;
}

function drawRow([from, to]: readonly [number, number], index: number, used: ReadonlySet<number>): string {
  const y = index * pitch;
  const squares = Array.from({ length: to - from + 1 }, (_none, place) => {
    const state = used.has(from + place) ? "port used" : "port";
    return `<rect class="${state}" x="${margin + place * pitch}" y="${y + 2}" width="${square}" height="${square}"/>`;
  });
  return `<text class="left" x="${margin - 8}" y="${y + 13}">${from}-${to}</text>${squares.join("")}`;
}
