/** How reading, comparing and printing a configuration grows with its lines: time, memory and the exponent. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runChild } from "./child.ts";
import { configurationPair } from "./configuration.ts";
import type { GrowthPass } from "./growth-pass.ts";
import { exponent, median } from "./statistics.ts";

export interface GrowthRow extends GrowthPass {
  readonly lines: number;
}

export interface Growth {
  readonly rows: readonly GrowthRow[];
  /** Of the warm time over the lines; 1 is linear. */
  readonly treeExponent: number;
}

/** Each size in `runs` processes, in turns, so that a busy moment of the machine does not hit one size alone. */
export async function measureGrowth(sizes: readonly number[], runs: number): Promise<Growth> {
  const folder = mkdtempSync(join(tmpdir(), "vyos-uplink-bench-"));
  try {
    const pairs = sizes.map((size) => writePair(folder, size));
    const passes = pairs.map((): GrowthPass[] => []);
    for (let run = 0; run < runs; run += 1) {
      for (const [index, { files }] of pairs.entries()) {
        passes[index]?.push(await runChild<GrowthPass>("growth-pass.ts", files));
      }
    }
    const rows = pairs.map(({ lines }, index) => ({ lines, ...middle(passes[index] ?? []) }));
    const samples = rows.map(({ lines, warmSeconds }) => ({ size: lines, cost: warmSeconds }));
    return { rows, treeExponent: exponent(samples) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** In files, so that the memory of making them is not in the measurement. */
function writePair(folder: string, size: number): { lines: number; files: string[] } {
  const { running, wanted, lines } = configurationPair(size);
  const files = ["running", "wanted"].map((name) => join(folder, `${name}-${size}`));
  for (const [index, text] of [running, wanted].entries()) writeFileSync(files[index] as string, text);
  return { lines, files };
}

function middle(passes: readonly GrowthPass[]): GrowthPass {
  const of = (pick: (pass: GrowthPass) => number): number => median(passes.map(pick));
  return {
    coldSeconds: of(({ coldSeconds }) => coldSeconds),
    warmSeconds: of(({ warmSeconds }) => warmSeconds),
    peakMegabytes: of(({ peakMegabytes }) => peakMegabytes),
  };
}
