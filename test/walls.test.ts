import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { breaches, circles, drawing } from "./walls.ts";

const root = join(__dirname, "..");
const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard", "*.ts"], {
  cwd: root,
  encoding: "utf8",
});
const shipped = listed
  .split("\n")
  .filter((path) => path !== "" && !/^(?:research|test(?!\/simulator\/))\//.test(path));
const sources = new Map(shipped.map((path) => [path, readFileSync(join(root, path), "utf8")]));

it("no import goes through a wall", () => {
  expect(breaches(sources)).toEqual([]);
});

it("no files import each other in a circle, types included", () => {
  expect(circles(sources)).toEqual([]);
});

it.each([
  { file: "vyos/tree.ts", line: 'import { readFileSync, writeFileSync } from "node:fs";' },
  { file: "mape/ports.ts", line: 'import { Client } from "ssh2";' },
  { file: "vyos/tree.ts", line: 'import * as pulumi from "@pulumi/pulumi";' },
  { file: "watch/page.ts", line: 'import { Shell } from "../router/wire/shell.ts";' },
  { file: "cli/plan.ts", line: 'import { Simulator } from "../test/simulator/simulator.ts";' },
  { file: "vyos/tree.ts", line: 'const { Router } = require("../router/router.ts");' },
  { file: "uplink/napt.ts", line: 'const later = import("../router/router.ts");' },
  { file: "mape/ports.ts", line: 'export type { ConfigTree } from "../vyos/tree.ts";' },
  { file: "sheds/shed.ts", line: "export {};" },
])("planted in $file, $line goes through a wall", ({ file, line }) => {
  expect(breaches(new Map([[file, line]]))).toHaveLength(1);
});

it("a circle of types alone is a circle", () => {
  const a = 'import type { B } from "./b.ts";';
  const b = 'import type { A } from "./a.ts";';
  expect(
    circles(
      new Map([
        ["vyos/a.ts", a],
        ["vyos/b.ts", b],
      ]),
    ),
  ).toEqual([["vyos/a.ts", "vyos/b.ts"]]); // once
});

it("docs/architecture.md draws the table", () => {
  const path = join(root, "docs/architecture.md");
  const drawn = (text: string) =>
    text.replace(/(<!-- rooms -->\n)[\s\S]*(<!-- \/rooms -->)/, `$1${drawing}$2`);
  const page = readFileSync(path, "utf8");
  if (process.env.UPDATE === "1") writeFileSync(path, drawn(page));
  expect(readFileSync(path, "utf8")).toBe(drawn(page));
});
