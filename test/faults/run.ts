/** `npm run test:faults`: every cell of the fault matrix against simulated routers, as a table. */

import { parseArgs } from "node:util";
import { type CellResult, runCell } from "./cell.ts";
import { type Cell, cells, faults, steps } from "./cells.ts";

const usage = `npm run test:faults -- [--only TEXT] [--sample] [--jobs N] [--json] [--verbose]

  Switches a simulated router to mape once for each step and each fault, and looks at what the router, its kernel, its saved
  configuration and its journal hold afterwards, and whether the next runs mend everything by themselves.

  --only TEXT   only cells whose "step / fault" holds the text
  --sample      each step once and each fault once
  --jobs N      cells at a time, 8 by default
  --json        the last line is {"cells","survived","routersLost","unverifiedSaves","stateDisagreements","kernelDisagreements","neighbourWorkLost"},
                then the longest "outageSeconds" and "lanOutageSeconds" of a cell, simulated
  --verbose     of a cell that went wrong, what was said
Exit status: 0 all survived, 1 not all did, 2 wrong usage`;

function readOptions() {
  return parseArgs({
    options: {
      only: { type: "string", default: "" },
      sample: { type: "boolean", default: false },
      jobs: { type: "string", default: "8" },
      json: { type: "boolean", default: false },
      verbose: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  }).values;
}

const survived = (result: CellResult): boolean => wrongOf(result).length === 0;

function wrongOf(result: CellResult): string[] {
  return [
    ...(result.after === "neither" ? ["LOST"] : []),
    ...(result.unverifiedSaves > 0 ? ["SAVED"] : []),
    ...(result.nextRun === "ok" ? [] : ["NEXT"]),
    ...(result.stateDisagreements > 0 ? ["STATE"] : []),
    ...(result.kernelDisagreements > 0 ? ["KERNEL"] : []),
    ...(result.neighbourWorkLost > 0 ? ["NEIGHBOUR"] : []),
  ];
}

/** old and new in small letters, what went wrong in capitals; then the longest outage in simulated seconds, the router's and the LAN's. */
function shown(result: CellResult | undefined): string {
  if (result === undefined) return "";
  return `${wrongOf(result).join("+") || result.after} ${Math.round(result.outageSeconds)}s ${Math.round(result.lanOutageSeconds)}s`;
}

function table(results: ReadonlyMap<Cell, CellResult>): string {
  const of = (step: string, fault: string): CellResult | undefined =>
    [...results].find(([cell]) => cell.step === step && cell.fault === fault)?.[1];
  return steps
    .map((step) =>
      [step.padEnd(26), ...faults.map((fault) => `${fault}: ${shown(of(step, fault))}`)].join("\n    "),
    )
    .join("\n");
}

function chosen({ only, sample }: ReturnType<typeof readOptions>): Cell[] {
  if (sample) {
    return Array.from({ length: Math.max(steps.length, faults.length) }, (_, index) => ({
      step: steps[index % steps.length] ?? "",
      fault: faults[(index * 7) % faults.length] ?? "",
    }));
  }
  return cells.filter(({ step, fault }) => `${step} / ${fault}`.includes(only));
}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const wanted = chosen(options);
  const results = new Map<Cell, CellResult>();
  const left = [...wanted];
  const work = async (): Promise<void> => {
    for (let cell = left.shift(); cell !== undefined; cell = left.shift()) {
      const result = await runCell(cell);
      results.set(cell, result);
      const line = `${results.size}/${wanted.length} ${cell.step} / ${cell.fault}: ${shown(result)}`;
      process.stdout.write(`${line}\n${options.verbose && !survived(result) ? `  ${result.trouble}\n` : ""}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(options.jobs) || 8) }, work));
  const all = [...results.values()];
  const sum = (count: (result: CellResult) => number): number =>
    all.reduce((total, result) => total + count(result), 0);
  const figures = {
    cells: all.length,
    survived: all.filter(survived).length,
    routersLost: all.filter(({ after }) => after === "neither").length,
    unverifiedSaves: sum((result) => result.unverifiedSaves),
    stateDisagreements: sum((result) => result.stateDisagreements),
    kernelDisagreements: sum((result) => result.kernelDisagreements),
    neighbourWorkLost: sum((result) => result.neighbourWorkLost),
    outageSeconds: Math.round(Math.max(0, ...all.map((result) => result.outageSeconds))),
    lanOutageSeconds: Math.round(Math.max(0, ...all.map((result) => result.lanOutageSeconds))),
  };
  process.stdout.write(`\n${options.sample ? "" : `${table(results)}\n`}`);
  process.stdout.write(`${figures.survived} of ${figures.cells} cells survived\n`);
  if (options.json) process.stdout.write(`${JSON.stringify(figures)}\n`);
  return figures.survived === figures.cells ? 0 : 1;
}

try {
  // A controller that was cut off would try to come back for as long as its patience lasts.
  process.exit(await main());
} catch (error) {
  const isUsage =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(isUsage ? `${error.message}\n\n${usage}\n` : `${String(error)}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
