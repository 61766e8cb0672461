import { readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, jest, test } from "@jest/globals";
import { runProgram } from "../program.ts";
import { demoExcerpt, demoShape } from "./demo-excerpt.ts";

jest.setTimeout(600_000);
const demo = resolve(__dirname, "../../cli/demo.ts");

test("npm run demo -- --json ends with the figures of every step, with no more commits than promised", async () => {
  const { status, out: stdout } = await runProgram([demo, "--json"], { cwd: "/" });
  expect(status).toBe(0);
  const { steps } = JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as {
    steps: Record<string, unknown>[];
  };
  expect(steps).toMatchObject([
    { name: "up-wxr", commits: 1, connections: 2 },
    { name: "preview-switch", commits: 0, connections: 0, changes: 6 },
    { name: "switch-to-mape", commits: 1, connections: 2, changes: 6 },
    { name: "no-change", commits: 0, connections: 0, changes: 0 },
    { name: "drift", commits: 0, configReads: 1 },
    { name: "repair", commits: 1, changes: 1 },
    { name: "switch-to-wxr", commits: 1, connections: 2, changes: 6 },
    { name: "destroy", commits: 1, connections: 2 },
  ]);
  // The README shows this very output, but for times and the order in which the engine tells.
  const file = resolve(__dirname, "../../README.md");
  const readme = readFileSync(file, "utf8");
  const told = demoExcerpt(stdout.trimEnd().split("\n").slice(0, -1).join("\n"));
  const marks = /(<!-- demo -->\n```\n)([\s\S]*?)(\n```)/;
  if (process.env.UPDATE)
    writeFileSync(
      file,
      readme.replace(marks, (_all, open, _old, close) => `${open}${told}${close}`),
    );
  else expect(demoShape(marks.exec(readme)?.[2] ?? "")).toEqual(demoShape(told));
});

test("npm run demo refuses an unknown option with status 2", async () => {
  expect(await runProgram([demo, "--jsn"])).toMatchObject({ status: 2 });
});

test.each(["relay", "link"])(
  "npm run demo -- --break %s ends with the router as it was, or switched",
  async (what) => {
    const { status, out } = await runProgram([demo, "--break", what, "--json"], { cwd: "/" });
    expect(out).toMatch(/holds, to the byte, what it held before|up says done: the router runs mape/);
    expect(out).toMatch(/The LAN: IPv4 works/);
    expect(JSON.parse(out.trim().split("\n").at(-1) ?? "")).toMatchObject({
      steps: [{ ok: true }, { ok: true }],
    });
    expect(status).toBe(0);
  },
);
