/**
 * `npm run plan`: what an up would change, asked of the live router: the candidate is loaded, compared and discarded. It must
 * never commit, and never print a secret.
 */

import { parseArgs } from "node:util";
import { UplinkError } from "../errors.ts";
import { askForPlan, isStopped, operationsOf, planText, readStackState } from "./router-plan.ts";
import { isUsage } from "./router-target.ts";
import { readStackConfig } from "./stack-config.ts";

const help = `Usage: npm run plan -- [--stack S] [--uplink mape|wxr] [--json]

  Shows the exact set and delete lines between what the stack declares and what the router runs now, as
  pulumi up --refresh would send them, and what would stop them. The router compares; nothing is committed.

  --stack S    the stack; the selected one by default
  --uplink U   as if the stack said so; its configuration is left as it is
  --json       one JSON object: uplink, host, commands, obstacles, unsaved

Exit status: 0 nothing would stop it, 1 something would, 2 wrong usage or configuration, 3 the router was not reached.
`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      stack: { type: "string" },
      uplink: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const say = (line: string): void => void process.stderr.write(`engine: ${line}\n`);
  const configured = await readStackConfig(values.stack, say);
  const read = (key: string): string | undefined =>
    key === "uplink" ? (values.uplink ?? configured(key)) : configured(key);
  const stored = await readStackState(values.stack, say);
  operationsOf(read, stored);
  try {
    const plan = await askForPlan(read, stored);
    process.stdout.write(`${values.json ? JSON.stringify(plan) : planText(plan)}\n`);
    return isStopped(plan) ? 1 : 0;
  } catch (error) {
    if (!(error instanceof UplinkError) || error.code === "INVALID_VALUE") throw error;
    process.stderr.write(`${error.message}\n`);
    return 3;
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!isUsage(error) && !(error instanceof UplinkError)) throw error;
  process.stderr.write(`${error.message}\n${isUsage(error) ? `\n${help}` : ""}`);
  process.exitCode = 2;
}
