/** `npm run help`: what it prints is what docs/ says. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { runProgram } from "../program.ts";

const root = join(__dirname, "../..");
const help = (...args: string[]) => runProgram([join(root, "cli/help.ts"), ...args], { cwd: "/" });

it("prints the page for the dark from any folder, without a network", async () => {
  const page = readFileSync(join(root, "docs/when-it-is-dark.md"), "utf8");
  expect(await help("dark")).toEqual({ status: 0, out: page, err: "" });
});

it("explains a code with its remedy, and refuses one that nobody says with status 2", async () => {
  expect((await help("PROBE_FAILED")).out).toMatch(/^PROBE_FAILED: .*\n {2}remedy: .*npm run doctor/);
  expect(await help("NO_SUCH_CODE")).toMatchObject({
    status: 2,
    err: expect.stringContaining("NO_SUCH_CODE"),
  });
});
