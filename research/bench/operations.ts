/** What each of the engine's operations costs with the uplink's objects, beside as many objects that do nothing. */

import type { Engine } from "../../providers/find/find.ts";
import { BenchStack, type Traffic } from "./stack.ts";
import { median } from "./statistics.ts";

export const operationNames = [
  "first up",
  "no-change up",
  "switch away",
  "switch back",
  "refresh",
  "destroy",
] as const;
export type OperationName = (typeof operationNames)[number];

export interface Case {
  readonly name: string;
  readonly uplink: "wxr" | "mape";
  /** Resources beside the uplink's own. */
  readonly further: number;
  /** One stack for each: how long the router takes over a commit. */
  readonly commitSeconds: readonly number[];
  /** In order, from the first. */
  readonly operations: readonly OperationName[];
}

export interface OperationRow extends Traffic {
  readonly case: string;
  readonly further: number;
  readonly operation: OperationName;
  readonly commitSeconds: number;
  readonly seconds: number;
  /** The same run with objects that do nothing. */
  readonly floorSeconds: number;
}

/** Every case `runs` times over on new stacks; the medians. */
export async function measureOperations(
  engine: Engine,
  cases: readonly Case[],
  runs: number,
  report: (line: string) => void,
): Promise<OperationRow[]> {
  const all: OperationRow[] = [];
  for (let run = 1; run <= runs; run += 1) {
    for (const one of cases) {
      report(`round ${run} of ${runs}: ${one.name}`);
      all.push(...(await measureCase(engine, one)));
    }
  }
  return middleRows(all);
}

/** The floor runs right before those it is compared with, so a busy minute of the machine falls on both. */
async function measureCase(engine: Engine, one: Case): Promise<OperationRow[]> {
  const { uplink, further } = one;
  const stacks: BenchStack[] = [];
  const start = async (program: "home" | "nothing", commitSeconds: number): Promise<BenchStack> => {
    const stack = await BenchStack.start({ engine, program, further, uplink, commitSeconds });
    stacks.push(stack);
    return stack;
  };
  try {
    const floor = await start("nothing", 0);
    const homes = new Map<number, BenchStack>();
    for (const seconds of one.commitSeconds) homes.set(seconds, await start("home", seconds));
    const rows: OperationRow[] = [];
    for (const operation of one.operations) {
      const { seconds: floorSeconds } = await perform(floor, operation, one);
      for (const [commitSeconds, home] of homes) {
        const cost = await perform(home, operation, one);
        rows.push({ case: one.name, further, operation, commitSeconds, floorSeconds, ...cost });
      }
    }
    return rows;
  } finally {
    for (const stack of stacks) await stack.stop();
  }
}

async function perform(
  stack: BenchStack,
  operation: OperationName,
  { uplink, further }: Case,
): Promise<Traffic & { readonly seconds: number }> {
  const other = uplink === "mape" ? "wxr" : "mape";
  if (operation === "switch away") await stack.set({ uplink: other });
  if (operation === "switch back") await stack.set({ uplink });
  // All at once where there are many: the engine's standard is four to a core.
  const parallel = further > 0 ? ["--parallel", "256"] : [];
  const before = stack.traffic();
  const { seconds } = await stack.run(...engineArguments(operation), ...parallel);
  const after = stack.traffic();
  return {
    seconds,
    commits: after.commits - before.commits,
    connections: after.connections - before.connections,
    roundTrips: after.roundTrips - before.roundTrips,
    bytes: after.bytes - before.bytes,
  };
}

function engineArguments(operation: OperationName): string[] {
  const quiet = ["--yes", "--skip-preview"];
  switch (operation) {
    case "first up":
    case "switch away":
    case "switch back":
      return ["up", ...quiet];
    case "no-change up":
      return ["up", ...quiet, "--expect-no-changes"];
    case "refresh":
    case "destroy":
      return [operation, ...quiet];
    default:
      return operation satisfies never;
  }
}

function middleRows(all: readonly OperationRow[]): OperationRow[] {
  const groups = Map.groupBy(all, (row) => `${row.case} ${row.operation} ${row.commitSeconds}`);
  return [...groups.values()].map((rows) => {
    const of = (pick: (row: OperationRow) => number): number => median(rows.map(pick));
    const [{ case: name, further, operation, commitSeconds }] = rows as [OperationRow];
    return {
      case: name,
      further,
      operation,
      commitSeconds,
      commits: of((row) => row.commits),
      connections: of((row) => row.connections),
      roundTrips: of((row) => row.roundTrips),
      bytes: of((row) => row.bytes),
      seconds: of((row) => row.seconds),
      floorSeconds: of((row) => row.floorSeconds),
    };
  });
}
