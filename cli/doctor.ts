/**
 * `npm run doctor`: what is wrong with the uplink, by reading the router once. It prints causes and remedies; it must never
 * change anything on the router, and never print a secret.
 */

import { parseArgs } from "node:util";
import { parseRouterSettings, type ReadConfig } from "../config/router-settings.ts";
import type { Declared } from "../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../doctor/diagnose.ts";
import { examine } from "../doctor/examine.ts";
import { questionsOf, readingLines } from "../doctor/questions.ts";
import { type ReportOptions, reportLines } from "../doctor/report-text.ts";
import { UplinkError } from "../errors.ts";
import { findTarget, isUsage, targetHelp, targetOptions } from "./router-target.ts";
import { causeOf, unreachable } from "./unreachable.ts";

const help = `Usage: npm run doctor -- [--stack S] [--json] [--all] [--commands]
       npm run doctor -- --host H --host-key SHA256:... [--port P] [--user U] [--key FILE] [--json] [--all]

  Reads the router once, over one connection, and names what is wrong: one line a cause, its remedy, and what
  follows from it. It changes nothing.

${targetHelp}
  --all          what every check measured
  --json         one JSON object: healthy, causes, checks, seconds
  --commands     the commands that would be sent, and nothing else

Exit status: 0 healthy, 1 something is wrong, 2 wrong usage or configuration, 3 the router was not reached.
`;

const options = {
  ...targetOptions,
  json: { type: "boolean" },
  all: { type: "boolean" },
  commands: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];

/** What was found, with where it came from and how long it took. */
interface Report extends Diagnosis {
  readonly uplink: Declared["uplink"] | null;
  readonly declaredBy: "stack" | "router";
  /** From the first byte to the last answer. */
  readonly seconds: number;
}

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    process.stdout.write(help);
    return 0;
  }
  const { read, declared } = await findTarget(values);
  if (values.commands) {
    const lines = readingLines(declared ? questionsOf(declared) : {});
    process.stdout.write(lines.map(([name, line]) => `# ${name}\n${line}\n`).join(""));
    return 0;
  }
  const report = await reportOn(read, declared);
  show(report, values);
  if (report.causes.some(({ code }) => code === unreachable)) return 3;
  return report.healthy ? 0 : 1;
}

async function reportOn(read: ReadConfig, fromStack: Declared | undefined): Promise<Report> {
  const { ssh } = parseRouterSettings(read);
  const started = performance.now();
  const declaredBy = fromStack ? "stack" : "router";
  try {
    const { facts, declared } = await examine(ssh, fromStack);
    const seconds = secondsSince(started);
    return { uplink: declared.uplink, declaredBy, ...diagnose(facts, declared), seconds };
  } catch (error) {
    if (!(error instanceof UplinkError)) throw error;
    const found = { healthy: false, causes: [causeOf(error)], checks: [] };
    return { uplink: fromStack?.uplink ?? null, declaredBy, ...found, seconds: secondsSince(started) };
  }
}

function secondsSince(started: number): number {
  return Math.round((performance.now() - started) / 10) / 100;
}

function show(report: Report, values: Values): void {
  if (values.json) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  const style: ReportOptions = {
    colour: process.stdout.isTTY && !process.env.NO_COLOR ? "ansi" : "none",
    detail: values.all ? "all" : "causes",
  };
  const by = report.declaredBy === "stack" ? "declared" : "what the router itself is configured for";
  const head = report.uplink === null ? [] : [`uplink ${report.uplink}, ${by}; read in ${report.seconds} s`];
  process.stdout.write(`${[...head, ...reportLines(report, style)].join("\n")}\n`);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!isUsage(error) && !(error instanceof UplinkError)) throw error;
  process.stderr.write(`${error.message}\n${isUsage(error) ? `\n${help}` : ""}`);
  process.exitCode = 2;
}
