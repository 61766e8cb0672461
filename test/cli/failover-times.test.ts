/** The figures of `npm run failover-times`, held against what the daemon's loop allows. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "@jest/globals";

const run = (...args: string[]) =>
  spawnSync(process.execPath, [join(__dirname, "../../cli/failover-times.ts"), ...args], {
    encoding: "utf8",
  });

it("failover-times measures a failover within one pause and two dead checks of 2 s each", () => {
  const { status, stdout } = run("--checks", "5", "--runs", "6", "--json");
  expect(status).toBe(0);
  const { over, back } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "")["5"];
  const looking = 0.5; // seconds: it looks from time to time
  expect(over.least).toBeGreaterThanOrEqual(4);
  expect(over.most).toBeLessThanOrEqual(5 + 4 + looking);
  expect(over.most).toBeGreaterThan(over.least + 2);
  expect(back.most).toBeLessThanOrEqual(5 + 4 + looking);
});

it("failover-times says how it is used when a number is none", () => {
  expect(run("--checks", "x")).toMatchObject({ status: 2, stdout: "" });
});
