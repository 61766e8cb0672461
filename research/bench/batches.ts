/** How one batch grows with its operations: commits, round trips, time and the exponent; the simulated router's time is in it. */

import { quietSeconds, routeOperations, routerOf } from "./change.ts";
import { Lab } from "./lab.ts";
import type { Traffic } from "./stack.ts";
import { exponent, median } from "./statistics.ts";

export interface BatchRow extends Traffic {
  readonly operations: number;
  readonly seconds: number;
}

export interface BatchGrowth {
  readonly rows: readonly BatchRow[];
  /** Of the time beyond the quiet time, which every batch waits, over the operations; 1 is linear. */
  readonly batchExponent: number;
}

export async function measureBatches(sizes: readonly number[], runs: number): Promise<BatchGrowth> {
  const rows: BatchRow[] = [];
  for (const operations of sizes) {
    const measured: BatchRow[] = [];
    for (let run = 0; run < runs; run += 1) measured.push(await measureBatch(operations));
    const seconds = median(measured.map((row) => row.seconds));
    rows.push({ ...(measured[0] as BatchRow), seconds });
  }
  const samples = rows.map(({ operations, seconds }) => ({ size: operations, cost: seconds - quietSeconds }));
  return { rows, batchExponent: exponent(samples) };
}

async function measureBatch(operations: number): Promise<BatchRow> {
  const lab = await Lab.start(0);
  const router = routerOf(lab.simulator, lab.wire.port, lab.keyFile);
  try {
    const all = routeOperations(operations);
    const cost = await lab.during(() => Promise.all(all.map((one) => router.submit(one))));
    return { operations, ...cost };
  } finally {
    await router.close();
    await lab.stop();
  }
}
