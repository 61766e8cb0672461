/**
 * `npm run test:faults`: every cell of the fault matrix, through the real engine against simulated routers, as a table.
 */

import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { findEngine } from "../../providers/find/find.ts";
import { Sandbox } from "../sandbox.ts";
import { startSimulator } from "../simulator/simulator.ts";
import { type CellResult, pointAt, runCell, type Stage, up } from "./cell.ts";
import { type Cell, cells, faults, steps } from "./cells.ts";

const usage = `npm run test:faults -- [--only TEXT] [--sample] [--jobs N] [--json] [--verbose]

  Switches a simulated router to mape once for each step and each fault, and looks at what the router, its saved
  configuration and the stack's state hold afterwards, and whether the next up mends everything by itself.

  --only TEXT   only cells whose "step / fault" holds the text
  --sample      each step once and each fault once
  --jobs N      cells at a time, 2 by default
  --json        the last line is {"cells","survived","routersLost","unverifiedSaves","stateDisagreements"}
  --verbose     of a cell that went wrong, everything that the engine said
Exit status: 0 all survived, 1 not all did, 2 wrong usage`;

function readOptions() {
  return parseArgs({
    options: {
      only: { type: "string", default: "" },
      sample: { type: "boolean", default: false },
      jobs: { type: "string", default: "2" },
      json: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;
}

/** A stack in wxr, and what its router holds there and in mape. */
async function prepare(): Promise<Stage> {
  const engine = await findEngine((line) => process.stderr.write(`${line}\n`));
  const simulator = await startSimulator({ laws: "kinder-than-vyos" });
  const stack = new Sandbox({ engine, project: resolve(import.meta.dirname, "../.."), files: "linked" });
  try {
    const succeed = async (args: readonly string[]): Promise<void> => {
      const { status, output } = await stack.run(args);
      if (status !== 0) throw new Error(`pulumi ${args.join(" ")}: ${output}`);
    };
    await succeed(["stack", "init", "home"]);
    pointAt(stack, simulator, "wxr");
    await succeed(up);
    const inWxr = stack.copy();
    const old = simulator.running();
    pointAt(stack, simulator, "mape");
    await succeed(up);
    return { stack: inWxr, old, wanted: simulator.running() };
  } finally {
    await simulator.stop();
    stack.dispose();
  }
}

/** A diagonal through the table. */
const isInSample = ({ step, fault }: Cell): boolean =>
  (steps.indexOf(step) + 3 * faults.indexOf(fault)) % steps.length === 0;

const survived = (result: CellResult): boolean =>
  result.after !== "neither" &&
  result.unverifiedSaves === 0 &&
  result.nextUp === "ok" &&
  result.stateDisagreements === 0;

/** old and new in small letters, what went wrong in capitals; then the longest outage in simulated seconds. */
function shown(result: CellResult | undefined): string {
  if (result === undefined) return "";
  const wrong = [
    ...(result.after === "neither" ? ["LOST"] : []),
    ...(result.unverifiedSaves > 0 ? ["SAVED"] : []),
    ...(result.nextUp === "ok" ? [] : ["NEXT"]),
    ...(result.stateDisagreements > 0 ? ["STATE"] : []),
  ];
  return `${wrong.join("+") || result.after} ${Math.round(result.outageSeconds)}s`;
}

function table(results: ReadonlyMap<Cell, CellResult>): string {
  const of = (step: string, fault: string): CellResult | undefined =>
    [...results].find(([cell]) => cell.step === step && cell.fault === fault)?.[1];
  const row = (first: string, rest: readonly string[]): string =>
    first.padEnd(16) + rest.map((cell) => cell.padEnd(15)).join("");
  return [
    row("", steps),
    ...faults.map((fault) =>
      row(
        fault,
        steps.map((step) => shown(of(step, fault))),
      ),
    ),
  ].join("\n");
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const named = cells.filter(({ step, fault }) => `${step} / ${fault}`.includes(options.only));
  const wanted = options.sample ? named.filter(isInSample) : named;
  const stage = await prepare();
  const results = new Map<Cell, CellResult>();
  const left = [...wanted];
  const work = async (): Promise<void> => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      const result = await runCell(cell, stage);
      results.set(cell, result);
      const line = `${results.size}/${wanted.length} ${cell.step} / ${cell.fault}: ${shown(result)}`;
      process.stdout.write(`${line}\n${options.verbose && !survived(result) ? `${result.trouble}\n` : ""}`);
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs) || 2) }, work));
  } finally {
    stage.stack.dispose();
  }
  const all = [...results.values()];
  const sum = (count: (result: CellResult) => number): number =>
    all.reduce((total, result) => total + count(result), 0);
  const figures = {
    cells: all.length,
    survived: all.filter(survived).length,
    routersLost: all.filter(({ after }) => after === "neither").length,
    unverifiedSaves: sum((result) => result.unverifiedSaves),
    stateDisagreements: sum((result) => result.stateDisagreements),
  };
  const longest = Math.max(0, ...all.map(({ outageSeconds }) => outageSeconds));
  process.stdout.write(
    `\n${table(results)}\n\nold: the old configuration stands, new: the new one; seconds: the longest without a working uplink\n` +
      `${figures.survived} of ${figures.cells} cells survived; longest outage ${Math.round(longest)} simulated seconds\n`,
  );
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.survived === figures.cells ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  const isUsage =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}\n` : `${String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
