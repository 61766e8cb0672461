/** Rooms as an SVG picture: one box a room, rows by imports, an arrow an import. Pure. */

import type { Room } from "./rooms.ts";

/** Pixels. */
const box = { width: 190, height: 52, gapX: 26, gapY: 58, margin: 24 };

interface Placed extends Room {
  readonly x: number;
  readonly y: number;
}

export function drawRooms(rooms: readonly Room[]): string {
  const placed = place(rooms);
  const width = Math.max(...placed.map(({ x }) => x + box.width)) + box.margin;
  const height = Math.max(...placed.map(({ y }) => y + box.height)) + box.margin;
  const arrows = placed.flatMap((from) =>
    direct(from, rooms).flatMap((name) => {
      const to = placed.find((room) => room.name === name);
      return to === undefined ? [] : [arrow(from, to, placed)];
    }),
  );
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">`,
    "<title>The rooms of vyos-uplink; an arrow is an import, those by way of another room are left out</title>",
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    '<path d="M0 0 L8 4 L0 8 z" fill="#5b6b7b"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    ...arrows,
    ...placed.map(drawBox),
    "</svg>",
    "",
  ].join("\n");
}

/** The imports that no chain of others implies: with all of them the picture is a ball of wool. */
function direct({ imports }: Room, rooms: readonly Room[]): string[] {
  const reach = (name: string): string[] => {
    const below = rooms.find((room) => room.name === name)?.imports ?? [];
    return [...below, ...below.flatMap(reach)];
  };
  const implied = new Set(imports.flatMap(reach));
  return imports.filter((name) => !implied.has(name));
}

function place(rooms: readonly Room[]): Placed[] {
  const rows = [...new Set(rooms.map(({ row }) => row))].sort((a, b) => a - b);
  const widest = Math.max(...rows.map((row) => rooms.filter((room) => room.row === row).length));
  return rows.flatMap((row, index) => {
    const inRow = rooms.filter((room) => room.row === row).sort((a, b) => (a.name < b.name ? -1 : 1));
    const free = (widest - inRow.length) * (box.width + box.gapX);
    return inRow.map((room, column) => ({
      ...room,
      x: box.margin + free / 2 + column * (box.width + box.gapX),
      y: box.margin + index * (box.height + box.gapY),
    }));
  });
}

function drawBox({ name, says, x, y }: Placed): string {
  const middle = x + box.width / 2;
  const title = name.endsWith(".ts") ? name : `${name}/`;
  return [
    `<rect x="${x}" y="${y}" width="${box.width}" height="${box.height}" rx="6" fill="#eef4fa" stroke="#33658a"/>`,
    `<text x="${middle}" y="${y + 22}" text-anchor="middle" font-size="14" font-weight="bold">${title}</text>`,
    `<text x="${middle}" y="${y + 40}" text-anchor="middle" font-size="11" fill="#333333">${says}</text>`,
  ].join("\n");
}

function arrow(from: Placed, to: Placed, placed: readonly Placed[]): string {
  const [x1, y1] = [from.x + box.width / 2, from.y + box.height];
  const [x2, y2] = [to.x + box.width / 2, to.y - 1];
  // Straight down beside the boxes between, and over in the gap above the target.
  const turn = Math.max(y1, to.y - box.gapY);
  const x = lane(x1, y1, turn, placed);
  const start =
    x === x1 ? "" : ` C${x1} ${y1 + box.gapY / 2} ${x} ${y1 + box.gapY / 2} ${x} ${y1 + box.gapY}`;
  const bend = (turn + y2) / 2;
  return `<path d="M${x1} ${y1}${start} L${x} ${turn} C${x} ${bend} ${x2} ${bend} ${x2} ${y2}" fill="none" stroke="#5b6b7b" marker-end="url(#tip)"/>`;
}

/** The nearest way down that runs through no box. */
function lane(x: number, top: number, bottom: number, placed: readonly Placed[]): number {
  const between = placed.filter((room) => room.y > top && room.y < bottom);
  const hits = (at: number): boolean =>
    between.some((room) => at > room.x - 8 && at < room.x + box.width + 8);
  for (let aside = 0; aside < 1000; aside += 4) {
    if (!hits(x + aside)) return x + aside;
    if (!hits(x - aside)) return x - aside;
  }
  return x;
}
