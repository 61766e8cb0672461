/** How reading, comparing and printing a configuration grows with its lines: time, memory and the exponent. */

import { runChild } from "./child.ts";
import type { GrowthPass } from "./growth-pass.ts";
import { exponent, median } from "./statistics.ts";

export interface Growth {
  readonly rows: readonly GrowthPass[];
  /** Of the warm time over the lines; 1 is linear. */
  readonly treeExponent: number;
}

/** Each size in `runs` processes, in turns, so that a busy moment of the machine does not hit one size alone. */
export async function measureGrowth(sizes: readonly number[], runs: number): Promise<Growth> {
  const passes = new Map<number, GrowthPass[]>(sizes.map((size) => [size, []]));
  for (let run = 0; run < runs; run += 1) {
    for (const size of sizes) {
      passes.get(size)?.push(await runChild<GrowthPass>("growth-pass.ts", [String(size)]));
    }
  }
  const rows = [...passes.values()].map(middle);
  const samples = rows.map(({ lines, warmSeconds }) => ({ size: lines, cost: warmSeconds }));
  return { rows, treeExponent: exponent(samples) };
}

function middle(passes: readonly GrowthPass[]): GrowthPass {
  const of = (pick: (pass: GrowthPass) => number): number => median(passes.map(pick));
  return {
    lines: of(({ lines }) => lines),
    coldSeconds: of(({ coldSeconds }) => coldSeconds),
    warmSeconds: of(({ warmSeconds }) => warmSeconds),
    peakMegabytes: of(({ peakMegabytes }) => peakMegabytes),
  };
}
