/** The chain as SVG: nodes in a row, and a line between two of them whose class tells its state. Pure. */

import type { Chain, Link } from "./chain.ts";
import { escapeText } from "./escape.ts";

/** User units of the drawing. */
const node = { width: 120, height: 44 };
const gap = 90;
const middle = 40;

export function drawChain({ links }: Chain): string {
  const names = ["LAN", ...links.map(({ to }) => to)];
  const width = names.length * node.width + links.length * gap + 4;
  const said = links.map(({ from, to, state }) => `${from} to ${to}: ${state}`).join(", ");
  const drawn = [...links.map(drawLink), ...names.map(drawNode)].join("");
  return `<svg id="chain" role="img" aria-label="${escapeText(said)}" viewBox="-2 0 ${width} 92">${drawn}</svg>`;
}

function left(index: number): number {
  return index * (node.width + gap);
}

function drawNode(name: string, index: number): string {
  const x = left(index);
  const box = `<rect class="node" x="${x}" y="${middle - node.height / 2}" width="${node.width}" height="${node.height}" rx="8"/>`;
  return `${box}<text x="${x + node.width / 2}" y="${middle + 5}">${escapeText(name)}</text>`;
}

function drawLink({ from, to, state, causes }: Link, index: number): string {
  const start = left(index) + node.width;
  const line = `<line class="link ${state}" data-link="${escapeText(`${from} - ${to}`)}" x1="${start}" y1="${middle}" x2="${start + gap}" y2="${middle}"/>`;
  const [first] = causes;
  if (first === undefined) return line;
  const more = causes.length > 1 ? ` +${causes.length - 1}` : "";
  return `${line}<text x="${start + gap / 2}" y="${middle + 42}">${escapeText(first.code)}${more}</text>`;
}
