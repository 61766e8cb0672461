/** `npm run help`: a page of docs/ at the terminal, for when there is no internet; or what an error code means. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { enter, exitHelp, print, UsageError } from "./front-door.ts";

const pages: Readonly<Record<string, string>> = {
  tools: "tools.md",
  dark: "when-it-is-dark.md",
  "dark-ja": "when-it-is-dark.ja.md",
  errors: "errors.md",
  router: "your-router.md",
  operations: "operations.md",
  terms: "terms.md",
};

const help = `Usage: npm run help -- [<page> | <error code>] [--json]

  Prints a page of docs/, or the row of docs/errors.md that explains a code.
  Pages: ${Object.keys(pages).join(", ")}; tools when none is named.

  --json   {"page","text"}, where "text" is the page or the row

${exitHelp("printed", "never")}
`;

const read = (file: string): string => readFileSync(join(import.meta.dirname, "..", "docs", file), "utf8");

await enter({
  help,
  operands: "<page>",
  options: {},
  main: async ({ json }, [page = "tools", ...more]) => {
    const file = pages[page];
    const text = file === undefined ? rowOf(page) : read(file);
    if (text === undefined || more.length > 0) throw new UsageError(`no page and no code "${page}"`);
    print(json ? JSON.stringify({ page, text }) : text);
    return 0;
  },
});

function rowOf(code: string): string | undefined {
  const row = read("errors.md")
    .split("\n")
    .find((line) => line.startsWith(`| \`${code}\` |`));
  const [, , meaning = "", remedy = ""] = row?.split("|").map((cell) => cell.trim()) ?? [];
  return row === undefined ? undefined : `${code}: ${meaning}\n  remedy: ${remedy}`;
}
