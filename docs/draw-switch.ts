/** The two ways of the home stack as an SVG picture, with the values that the program derives for it. Pure. */

import type { UplinkObjects } from "../uplink/objects.ts";

const width = 900;
const height = 300;

export function drawSwitch(wxr: UplinkObjects, mape: UplinkObjects): string {
  const { tunnel, line, rules } = mape.mape ?? missing("mape");
  const blocks = line.portBlocks ?? [];
  const ports = blocks.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" role="img">`,
    "<title>uplink: wxr or mape</title>",
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto">',
    '<path d="M0 0 L8 4 L0 8 z" fill="#33658a"/></marker></defs>',
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    box(20, 120, 90, "LAN", ""),
    box(170, 120, 110, "VyOS", "one value: uplink"),
    box(420, 20, 150, "WXR", String(wxr.defaultRoute.nextHop)),
    box(420, 220, 150, tunnel.name, `${line.ipv4}, ${ports} ports`),
    box(640, 120, 90, "NGN", "IPv6"),
    box(790, 120, 95, "internet", "IPv4"),
    arrow(110, 150, 166, 150),
    arrow(280, 140, 416, 52),
    arrow(280, 160, 416, 248),
    arrow(570, 52, 640, 130),
    arrow(570, 248, 640, 170),
    arrow(730, 150, 786, 150),
    text(270, 100, "wxr", "bold"),
    text(170, 30, `${wxr.defaultRoute.prefix} next-hop ${wxr.defaultRoute.nextHop}`),
    text(270, 215, "mape", "bold"),
    text(
      170,
      292,
      `${mape.defaultRoute.prefix} interface ${tunnel.name}; ${rules.length} NAT rules, ${blocks.length} blocks`,
    ),
    text(590, 262, `to the border relay ${line.borderRelay}`),
    "</svg>",
    "",
  ].join("\n");
}

function missing(uplink: string): never {
  throw new Error(`the home stack has no ${uplink}`);
}

function box(x: number, y: number, wide: number, title: string, says: string): string {
  const middle = x + wide / 2;
  return [
    `<rect x="${x}" y="${y}" width="${wide}" height="60" rx="6" fill="#eef4fa" stroke="#33658a"/>`,
    `<text x="${middle}" y="${y + (says === "" ? 36 : 26)}" text-anchor="middle" font-size="15" font-weight="bold">${title}</text>`,
    ...(says === ""
      ? []
      : [
          `<text x="${middle}" y="${y + 46}" text-anchor="middle" font-size="11" fill="#333333">${says}</text>`,
        ]),
  ].join("\n");
}

function arrow(x1: number, y1: number, x2: number, y2: number): string {
  return `<path d="M${x1} ${y1} L${x2} ${y2}" fill="none" stroke="#33658a" stroke-width="2" marker-end="url(#tip)"/>`;
}

function text(x: number, y: number, words: string, weight: "bold" | "normal" = "normal"): string {
  return `<text x="${x}" y="${y}" font-size="12" font-weight="${weight}">${words}</text>`;
}
