/** A sample of the fault matrix: each step once and each fault once. `npm run test:faults` runs all of it. */

import { resolve } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { runProgram } from "../program.ts";

jest.setTimeout(600_000);

test("each cell of the sample leaves the old or the new configuration, and the next up mends it", async () => {
  const { status, out } = await runProgram([resolve(__dirname, "../faults/run.ts"), "--sample", "--json"]);
  process.stderr.write(out);
  expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toEqual({
    cells: 18,
    survived: 18,
    routersLost: 0,
    unverifiedSaves: 0,
    stateDisagreements: 0,
    kernelDisagreements: 0,
    neighbourWorkLost: 0,
    outageSeconds: expect.any(Number),
    lanOutageSeconds: expect.any(Number),
  });
  expect(status).toBe(0);
});
