/** `npm run bench`: every figure of the project, measured here and now against simulated routers. It judges nothing away. */

import { parseArgs } from "node:util";
import { findEngine } from "../../providers/find/find.ts";
import { measureBatches } from "./batches.ts";
import { measureDoctor } from "./doctor.ts";
import { goalsOf, headline } from "./goals.ts";
import { measureGrowth } from "./growth.ts";
import { measureDerivations } from "./map-e.ts";
import { measureOperations } from "./operations.ts";
import { measurePeers } from "./peers.ts";
import { type Plan, quickPlan, wholePlan } from "./plan.ts";
import { measureSwitch } from "./switch.ts";
import { type Figures, printTable } from "./table.ts";

const usage = `npm run bench -- [--json] [--quick] [--runs N]

  Measures each operation of the engine beside its floor, one commit per resource, growth and MAP-E, on simulated routers.

  --json    the last line of the output is one JSON object with all figures
  --quick   small sizes, some two minutes instead of twenty
  --runs N  the median of N; default 3, with --quick 1
  --help    this text

  exit status: 0 measured and printed, goals met or not; 1 could not measure; 2 wrong usage`;

async function measure(plan: Plan, report: (line: string) => void): Promise<Figures & { head: object }> {
  report("growth of configurations");
  const growth = await measureGrowth(plan.treeSizes, plan.runs);
  report("growth of batches");
  const batches = await measureBatches(plan.batchSizes, plan.runs);
  report("MAP-E");
  const derivationsPerSecond = measureDerivations(plan.derivationSeconds);
  report("one switch");
  const change = await measureSwitch();
  report("the doctor");
  const doctorSeconds = await measureDoctor(plan.runs);
  report("peers");
  const peers = await measurePeers(plan.peerCommitSeconds);
  const engine = await findEngine(report);
  const operations = await measureOperations(engine, plan.cases, plan.runs, report);
  const head = headline(operations, growth, change);
  const { peerCommitSeconds } = plan;
  const small = { growth, batches, derivationsPerSecond, doctorSeconds };
  return { operations, peers, peerCommitSeconds, ...small, head, goals: goalsOf(head) };
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      json: { type: "boolean" },
      quick: { type: "boolean" },
      runs: { type: "string" },
      help: { type: "boolean" },
    },
  });
  if (values.help) return void process.stdout.write(`${usage}\n`);
  const runs = Number(values.runs ?? (values.quick ? 1 : 3));
  if (!Number.isInteger(runs) || runs < 1 || runs > 99) {
    process.stderr.write(`--runs ${values.runs} is no number from 1 to 99\n`);
    process.exitCode = 2;
    return;
  }
  const report = (text: string): void => void process.stderr.write(`bench: ${text}\n`);
  const { head, ...figures } = await measure(values.quick ? quickPlan(runs) : wholePlan(runs), report);
  process.stdout.write(printTable(figures));
  if (values.json) process.stdout.write(`${JSON.stringify({ ...head, ...figures })}\n`);
}

try {
  await main();
} catch (error) {
  const wrongUsage =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = wrongUsage ? 2 : 1;
}
