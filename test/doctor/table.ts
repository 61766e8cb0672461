/**
 * `npm run test:doctor`: every break alone and in pairs, of the router on paper and of the simulated one, with what the
 * doctor named. With --json the last line is one object with the figures. Exit status 1 when a cause was not named, or
 * something else was.
 */

import { parseArgs } from "node:util";
import { named, pairs, singles } from "./cases.ts";
import { codesOf, examine, simulatedPairs, simulatedSingles } from "./simulated-cases.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" } } });

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
