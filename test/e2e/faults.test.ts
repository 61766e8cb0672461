/** The whole fault matrix, as `npm run test:faults` runs it. */

import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { expect, jest, test } from "@jest/globals";

jest.setTimeout(1_800_000);

test("every cell of the fault matrix leaves the old or the new configuration, and the next up mends it", async () => {
  const script = resolve(__dirname, "../faults/run.ts");
  const child = spawn(process.execPath, [script, "--json", "--jobs", "3"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (bytes: Buffer) => {
    output += bytes.toString("utf8");
  });
  const status = await new Promise((done) => child.once("close", done));
  process.stderr.write(output);
  expect(JSON.parse(output.trim().split("\n").at(-1) ?? "")).toEqual({
    cells: 100,
    survived: 100,
    routersLost: 0,
    unverifiedSaves: 0,
    stateDisagreements: 0,
  });
  expect(status).toBe(0);
});
