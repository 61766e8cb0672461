/** `npm run test:cases`: every case of test/cases/ as a line, right or wrong, and their number. */

import { lineCases } from "./line-cases.ts";

let right = 0;
const cases = [...lineCases];
for (const { name, check } of cases) {
  try {
    await check();
    right += 1;
    process.stdout.write(`right  ${name}\n`);
  } catch (error) {
    process.stdout.write(`WRONG  ${name}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
}
process.stdout.write(
  process.argv.includes("--json")
    ? `${JSON.stringify({ cases: cases.length, right })}\n`
    : `${right} of ${cases.length} right\n`,
);
if (right < cases.length) process.exitCode = 1;
