/** What every tool of package.json promises: help from any folder, and a status that tells a wrong command line. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { runProgram } from "../program.ts";

const root = join(__dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
/** `npm run pulumi` hands every argument to the engine, whose help is its own; the gate's scripts are no tools. */
const tools = Object.entries(scripts).flatMap(([name, command]) => {
  const file = /^node ((?:cli|test|research|watch|docs)\/[\w/-]+\.ts)$/.exec(command)?.[1];
  return file === undefined ? [] : [{ name, file }];
});

/** From a folder that is not the project's, as npm --prefix does. */
const run = (file: string, option: string) => runProgram([join(root, file), option], { cwd: "/" });

it("finds the tools", () => {
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["demo", "init", "plan", "mape", "trust", "doctor"]),
  );
});

describe.each(tools)("npm run $name", ({ name, file }) => {
  it("--help names itself, its options and what its exit status means, with status 0 and no error", async () => {
    const { status, out, err } = await run(file, "--help");
    expect({ status, err }).toEqual({ status: 0, err: "" });
    expect(out).toContain(`npm run ${name}`);
    expect(out).toMatch(/exit status/i);
  });

  it("refuses an option that it does not know with status 2, and says which", async () => {
    const { status, err } = await run(file, "--no-such-option");
    expect(status).toBe(2);
    expect(err).toContain("--no-such-option");
  });
});
