/**
 * `npm run plan`: what an up would change, asked of the live router: the candidate is loaded, compared and discarded. It must
 * never commit, and never print a secret.
 */

import { enter, exitHelp, exitStatus, print } from "./front-door.ts";
import { askForPlan, isStopped, operationsOf, planText, readStored } from "./router-plan.ts";
import { readStackConfig } from "./stack.ts";

const help = `Usage: npm run plan -- [--stack S] [--uplink mape|wxr] [--json]

  Shows the exact set and delete lines between what the stack declares and what the router runs now, as
  pulumi up --refresh would send them, and what would stop them. The router compares; nothing is committed.

  --stack S    the stack; the selected one by default
  --uplink U   as if the stack said so; its configuration is left as it is
  --json       one JSON object: uplink, host, commands, obstacles, unsaved

${exitHelp("nothing would stop it", "something would")}
`;

await enter({
  help,
  options: { stack: { type: "string" }, uplink: { type: "string" } },
  main: async ({ stack, uplink, json }) => {
    const configured = await readStackConfig(stack);
    const given = uplink === undefined ? configured : { ...configured, uplink };
    const stored = await readStored(stack);
    operationsOf(given, stored);
    const plan = await askForPlan(given, stored);
    print(json ? JSON.stringify(plan) : planText(plan));
    return isStopped(plan) ? exitStatus.wrong : exitStatus.done;
  },
});
