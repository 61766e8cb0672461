/**
 * `npm run test:doctor`: every break alone and in pairs, of the router on paper and of the simulated one, with what the
 * doctor named.
 */

import { parseArgs } from "node:util";
import { named, pairs, singles } from "./cases.ts";
import { codesOf, examine, simulatedPairs, simulatedSingles } from "./simulated-cases.ts";

const usage = `npm run test:doctor -- [--json]

  Breaks a router in every known way, alone and in pairs, and says for each what the doctor named.

  --json   the last line is {"cases","named"}
Exit status: 0 all named, 1 a cause was not named or something else was, 2 wrong usage
`;

function readOptions(): { json: boolean; help: boolean } {
  try {
    return parseArgs({
      options: { json: { type: "boolean", default: false }, help: { type: "boolean", default: false } },
    }).values;
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

const values = readOptions();
if (values.help) {
  process.stdout.write(usage);
  process.exit(0);
}

let cases = 0;
let right = 0;

function tell(where: string, name: string, codes: readonly string[], expected: readonly string[]): void {
  const good = codes.join() === expected.join();
  cases += 1;
  if (good) right += 1;
  const beside = good ? "" : `; expected ${expected.join(", ")}`;
  process.stdout.write(`${good ? "named" : "WRONG"}  ${where}  ${name}: ${codes.join(", ")}${beside}\n`);
}

for (const one of [...singles, ...pairs]) tell(`paper     ${one.uplink}`, one.name, named(one), one.expected);
for (const one of [...simulatedSingles, ...simulatedPairs]) {
  tell(`simulated ${one.uplink}`, one.name, codesOf(await examine(one)), one.expected);
}
process.stdout.write(`\n${right} of ${cases} cases named\n`);
if (values.json) process.stdout.write(`${JSON.stringify({ cases, named: right })}\n`);
if (right !== cases) process.exitCode = 1;
