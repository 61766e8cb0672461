/** `npm run picture`: draws the pictures of the documentation anew from what the files are and import. */

import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { drawAll } from "./pictures.ts";

const usage = `npm run picture -- [--check]

  Draws docs/switch.svg, the two ways of the home stack, and docs/architecture.svg, which room imports which.

  --check   writes nothing, and says which picture is out of date
Exit status: 0 drawn or up to date, 1 out of date, 2 wrong usage
`;

function readOptions(): { check: boolean; help: boolean } {
  try {
    return parseArgs({
      options: { check: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
    }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const { check, help } = readOptions();
const root = resolve(import.meta.dirname, "..");
if (help) process.stdout.write(usage);
for (const [name, picture] of help ? [] : drawAll(root)) {
  const file = join(root, name);
  if (!check) writeFileSync(file, picture);
  else if (readFileSync(file, "utf8") !== picture) {
    process.stderr.write(`${name} is out of date: npm run picture\n`);
    process.exitCode = 1;
  }
}
