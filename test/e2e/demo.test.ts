import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { demoExcerpt, demoShape } from "../../docs/demo-excerpt.ts";
import { runProgram } from "../program.ts";

jest.setTimeout(600_000);

test("npm run demo -- --json ends with the figures of every step, with no more commits than promised", async () => {
  const demo = resolve(__dirname, "../../cli/demo.ts");
  const { status, out: stdout } = await runProgram([demo, "--json"], { cwd: "/" });
  expect(status).toBe(0);
  const { steps } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
    steps: Record<string, unknown>[];
  };
  expect(steps).toMatchObject([
    { name: "up-wxr", commits: 1, connections: 2 },
    { name: "preview-switch", commits: 0, connections: 0, changes: 5 },
    { name: "switch-to-mape", commits: 1, connections: 2, changes: 5 },
    { name: "no-change", commits: 0, connections: 0, changes: 0 },
    { name: "drift", commits: 0, configReads: 1 },
    { name: "repair", commits: 1, changes: 1 },
    { name: "switch-to-wxr", commits: 2, connections: 3, changes: 5 },
    { name: "destroy", commits: 1, connections: 2 },
  ]);
  // The README shows this very output, but for times and the order in which the engine tells.
  const readme = readFileSync(resolve(__dirname, "../../README.md"), "utf8");
  const told = stdout.trimEnd().split("\n").slice(0, -1).join("\n");
  const shown = /<!-- demo -->\n```\n([\s\S]*?)\n```/.exec(readme)?.[1] ?? "";
  expect(demoShape(shown)).toEqual(demoShape(demoExcerpt(told)));
});

test("npm run demo refuses an unknown option with status 2", async () => {
  const demo = resolve(__dirname, "../../cli/demo.ts");
  expect(await runProgram([demo, "--jsn"])).toMatchObject({ status: 2 });
});
