/** `npm run readme`: runs the demo and puts what it printed into README.md, between its two demo marks. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { demoExcerpt } from "./demo-excerpt.ts";

const usage = `npm run readme -- [--help]

  Runs npm run demo and writes what it printed into README.md, so that the README shows what is.

Exit status: 0 written, 1 the demo failed, 2 wrong usage
`;

function isHelp(): boolean {
  try {
    return parseArgs({ options: { help: { type: "boolean", default: false } } }).values.help;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

function rewrite(): void {
  const root = resolve(import.meta.dirname, "..");
  const file = join(root, "README.md");
  const { status, stdout } = spawnSync(process.execPath, [join(root, "cli", "demo.ts")], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    maxBuffer: 16 * 1024 * 1024,
  });
  if (status !== 0) {
    process.exitCode = 1;
    return;
  }
  const block = `<!-- demo -->\n\`\`\`\n${demoExcerpt(stdout)}\n\`\`\`\n<!-- /demo -->`;
  const readme = readFileSync(file, "utf8");
  writeFileSync(
    file,
    readme.replace(/<!-- demo -->[\s\S]*<!-- \/demo -->/, () => block),
  );
}

if (isHelp()) process.stdout.write(usage);
else rewrite();
