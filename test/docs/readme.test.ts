/** What the README points at is there, and what is there is in the README. */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { demoExcerpt, demoShape } from "../e2e/demo-excerpt.ts";

const root = join(__dirname, "../..");
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};
const pages = [
  ...["README.md", "README.ja.md", "CONTRIBUTING.md", "examples/README.md"],
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

describe.each(pages)("%s", (page) => {
  const text = readFileSync(join(root, page), "utf8");

  it("links to files that are there", () => {
    const links = [...text.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, page, "..", link)))).toEqual([]);
  });
});

describe("README.md", () => {
  const text = readFileSync(join(root, "README.md"), "utf8");

  it("is read in one sitting", () => {
    expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
  });

  it("leaves no script without a word in docs/tools.md or CONTRIBUTING.md", () => {
    const all = ["docs/tools.md", "CONTRIBUTING.md"]
      .map((page) => readFileSync(join(root, page), "utf8"))
      .join("");
    for (const name of Object.keys(scripts))
      expect(all).toMatch(new RegExp(`\`(?:npm run )?${name}(?: -- ...)?\``));
  });

  it("names error codes that docs/errors.md explains", () => {
    const explained = readFileSync(join(root, "docs/errors.md"), "utf8");
    const codes = [...text.matchAll(/^\| `([A-Z_]{6,}|not-map-e)` \|/gm)].map(([, code]) => code);
    expect(codes.length).toBeGreaterThan(5);
    for (const code of codes) expect(explained).toContain(`| \`${code}\` |`);
  });
});

describe("demoExcerpt()", () => {
  const output = [
    "=== first: one",
    "=== switch-to-mape: two",
    " +  a:Tunnel tunnel creating (0s) ",
    " +  a:Tunnel tunnel created (0.42s) ",
    "=== no-change: three",
    "",
    "step      changes  seconds",
    "up-wxr          4      5.2",
    "",
    "",
  ].join("\n");

  it("keeps the act and the table, and marks what it leaves out", () => {
    expect(demoExcerpt(output).split("\n")).toEqual([
      "=== switch-to-mape: two",
      "...",
      " +  a:Tunnel tunnel created (0.42s)",
      "...",
      "step      changes  seconds",
      "up-wxr          4      5.2",
    ]);
  });

  it("demoShape() is blind to times and order, and to nothing else", () => {
    const shape = demoShape(demoExcerpt(output));
    expect(demoShape(demoExcerpt(output.replace("0.42s", "9s").replace("5.2", "7.9")))).toEqual(shape);
    expect(demoShape(demoExcerpt(output.replace("4      5.2", "3      5.2")))).not.toEqual(shape);
  });
});
