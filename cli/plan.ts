/**
 * `npm run plan`: what an up would change, asked of the live router: the candidate is loaded, compared and discarded. It must
 * never commit, and never print a secret.
 */

import { enter, exitHelp, exitStatus, fileNamed, print, wantsColour } from "./front-door.ts";
import { planPage } from "./plan-page.ts";
import { askForPlan, isStopped, operationsOf, planByFile, readStored } from "./router-plan.ts";
import { readStackConfig } from "./stack.ts";

const help = `Usage: npm run plan -- [--stack S] [--uplink U] [--lines] [--json] [--config-boot FILE]

  Shows in words what pulumi up --refresh would change on the router now, what would stop it, whether the LAN would
  get out, how long it takes, and what happens if it fails. The router compares; nothing is committed.

  --stack S    the stack; the selected one by default
  --uplink U   mape, wxr, dslite or ipip, as if the stack said so; its configuration is left as it is
  --lines      every set and delete line too
  --config-boot FILE   instead of the router: a copy of its /config/config.boot
  --json       one JSON object: uplink, host, changes, commands, files, obstacles, unsaved, lan, probed

${exitHelp("nothing would stop it", "something would, or the LAN would not get out")}
`;

await enter({
  help,
  options: {
    stack: { type: "string" },
    uplink: { type: "string" },
    lines: { type: "boolean" },
    "config-boot": { type: "string" },
  },
  main: async ({ stack, uplink, json, lines, "config-boot": boot }) => {
    const configured = await readStackConfig(stack);
    const given = uplink === undefined ? configured : { ...configured, uplink };
    const stored = await readStored(stack);
    operationsOf(given, stored);
    const plan =
      boot === undefined ? await askForPlan(given, stored) : planByFile(given, stored, fileNamed(boot));
    const detail = lines ? "lines" : "words";
    print(json ? JSON.stringify(plan) : planPage(plan, { colour: wantsColour() ? "ansi" : "none", detail }));
    return isStopped(plan) ? exitStatus.wrong : exitStatus.done;
  },
});
