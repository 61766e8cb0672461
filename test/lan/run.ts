/** `npm run test:lan`: every firewall of the table as a line, right or wrong, and whether an up ever cut a LAN off in silence. */

import { enter, exitHelp, print } from "../../cli/front-door.ts";
import { cases, judge } from "./cases.ts";

const help = `Usage: npm run test:lan -- [--json]

  Switches home routers with firewalls, zones and NAT rules on the simulator, and asks its own firewall what the LAN gets.

  --json   the last line is {"cases","right","silentOutages"}

${exitHelp("all right", "a case was not right")}
`;

await enter({
  help,
  options: {},
  main: async ({ json }) => {
    const figures = { cases: cases.length, right: 0, silentOutages: 0 };
    for (const one of cases) {
      const { right, silentOutage, words } = await judge(one);
      print(`${right ? "right" : "WRONG"}  ${one.name}: ${words}`);
      if (right) figures.right += 1;
      if (silentOutage) figures.silentOutages += 1;
    }
    print(json ? JSON.stringify(figures) : `${figures.right} of ${figures.cases} are right`);
    return figures.right < figures.cases || figures.silentOutages > 0 ? 1 : 0;
  },
});
