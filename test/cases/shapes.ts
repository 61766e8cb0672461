/** The shapes of shapes.txt, each on top of what every home router here has. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { firstRouterConfiguration } from "../simulator/simulator.ts";

export interface Shape {
  readonly name: string;
  /** `set` lines, whole: the first router's, but for what the shape sets otherwise. */
  readonly lines: readonly string[];
}

export const shapes: readonly Shape[] = readFileSync(join(import.meta.dirname, "shapes.txt"), "utf8")
  .split(/^== /m)
  .slice(1)
  .map((text) => {
    const [name = "", ...lines] = text.trimEnd().split("\n");
    return { name, lines: onTopOfHome(lines) };
  });

/** A leaf that holds one value, and the ways out of IPv4, are the shape's own where it says them. */
function onTopOfHome(own: readonly string[]): readonly string[] {
  const leaf = (line: string): string => line.replace(/ '[^']*'$/, "");
  const leaves = new Set(own.map(leaf));
  const ways = own.some((line) => line.startsWith("set protocols static route 0.0.0.0/0 "));
  const home = firstRouterConfiguration.filter(
    (line) => !leaves.has(leaf(line)) && !(ways && line.startsWith("set protocols static route 0.0.0.0/0")),
  );
  return [...home, ...own];
}
