/** `npm run test:cases`: every case of test/cases/ as a line, right or wrong, and their number. */

import { enter, exitHelp, print } from "../../cli/front-door.ts";
import { cases } from "./cases.ts";

const help = `Usage: npm run test:cases -- [--json]

  Asks of every line and every router that people have what the project makes of it, and compares that with the right end.

  --json   the last line is {"cases","right"}

${exitHelp("all right", "a case was not right")}
`;

await enter({
  help,
  options: {},
  main: async ({ json }) => {
    let right = 0;
    for (const { name, check } of cases) {
      try {
        await check();
        right += 1;
        print(`right  ${name}`);
      } catch (error) {
        print(`WRONG  ${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    print(
      json ? JSON.stringify({ cases: cases.length, right }) : `${right} of ${cases.length} cases are right`,
    );
    return right < cases.length ? 1 : 0;
  },
});
