/**
 * `npm run test:doctor`: every break of the router on paper, alone and in pairs, with what the doctor named. With --json
 * the last line is one object with the figures. Exit status 1 when one was not named, or something else was.
 */

import { parseArgs } from "node:util";
import { type Case, named, pairs, singles } from "./cases.ts";

const { values } = parseArgs({ options: { json: { type: "boolean" } } });

const rows = [...singles, ...pairs].map((one) => ({ one, codes: named(one) }));
const isRight = ({ one, codes }: { one: Case; codes: readonly string[] }): boolean =>
  codes.join() === one.expected.join();

for (const row of rows) {
  const mark = isRight(row) ? "named " : "WRONG ";
  const beside = isRight(row) ? "" : `; expected ${row.one.expected.join(", ")}`;
  process.stdout.write(
    `${mark} ${row.one.uplink.padEnd(5)} ${row.one.name}: ${row.codes.join(", ")}${beside}\n`,
  );
}
const right = rows.filter(isRight).length;
process.stdout.write(
  `\n${right} of ${rows.length} cases named (${singles.length} single, ${pairs.length} pairs)\n`,
);
if (values.json) process.stdout.write(`${JSON.stringify({ cases: rows.length, named: right })}\n`);
if (right !== rows.length) process.exitCode = 1;
