/** What every tool of package.json promises: help from any folder, and a status that tells a wrong command line. */

import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";

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
function run(file: string, option: string) {
  return spawnSync(process.execPath, [join(root, file), option], {
    cwd: "/",
    encoding: "utf8",
    input: "",
    timeout: 20_000,
  });
}

it("finds the tools", () => {
  expect(tools.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["demo", "init", "plan", "mape", "trust", "doctor"]),
  );
});

describe.each(tools)("npm run $name", ({ name, file }) => {
  it("--help names itself, its options and what its exit status means, with status 0 and no error", () => {
    const { status, stdout, stderr } = run(file, "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toContain(`npm run ${name}`);
    expect(stdout).toMatch(/exit status/i);
  });

  it("refuses an option that it does not know with status 2, and says which", () => {
    const { status, stderr } = run(file, "--no-such-option");
    expect(status).toBe(2);
    expect(stderr).toContain("--no-such-option");
  });
});
