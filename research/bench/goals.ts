/** What the figures are held to. Pure: figures in, verdicts out. */

import type { Growth } from "./growth.ts";
import type { OperationRow } from "./operations.ts";
import { rounded } from "./statistics.ts";
import type { SwitchFigures } from "./switch.ts";

/** A no-change run may take this much of the floor's time. */
const noChangeGoal = 1.15;
/** A switch may take this much of the floor's time and its commits'. */
const switchGoal = 1.25;
/** Growth with the lines: 1 is linear, and caches and collector are not free. */
const exponentGoal = 1.25;

export interface Headline extends SwitchFigures {
  /** The worst case: no-change up over the floor's. */
  readonly noChangeOverFloor: number;
  /** The worst switch with the slow commit: seconds over 1.25 x (floor + commits x commit seconds); 1 is the limit. */
  readonly switchOverLimit: number;
  /** Commits of a first up that creates 200 further resources with --parallel 256. */
  readonly commitsFor200: number;
  readonly treeExponent: number;
  /** The largest configuration measured, 100,000 lines: read twice, compared, printed, with cold code. */
  readonly tree100kSeconds: number;
  readonly tree100kMegabytes: number;
}

export interface Goal {
  readonly text: string;
  readonly value: number;
  readonly limit: number;
  readonly met: boolean;
}

export function headline(
  operations: readonly OperationRow[],
  growth: Growth,
  change: SwitchFigures,
): Headline {
  const noChange = operations.filter(({ operation }) => operation === "no-change up");
  const switches = operations.filter(
    ({ operation, commitSeconds }) => operation.startsWith("switch") && commitSeconds > 0,
  );
  const many = operations.find(({ operation, further }) => operation === "first up" && further === 200);
  const largest = growth.rows.at(-1);
  return {
    ...change,
    noChangeOverFloor: rounded(Math.max(...noChange.map(overFloor))),
    switchOverLimit: rounded(Math.max(...switches.map(overLimit))),
    commitsFor200: many?.commits ?? Number.NaN,
    treeExponent: rounded(growth.treeExponent),
    tree100kSeconds: rounded(largest?.coldSeconds ?? Number.NaN),
    tree100kMegabytes: rounded(largest?.peakMegabytes ?? Number.NaN),
  };
}

export function goalsOf(head: Headline): Goal[] {
  const goal = (text: string, value: number, limit: number): Goal => ({
    text,
    value,
    limit,
    met: value <= limit,
  });
  return [
    goal("no-change up over the floor", head.noChangeOverFloor, noChangeGoal),
    goal("switch over its limit", head.switchOverLimit, 1),
    goal("commits for 200 resources", head.commitsFor200, 1),
    goal("round trips for a switch", head.roundTripsPerSwitch, 10),
    goal("connections for a switch", head.connectionsPerSwitch, 2),
    goal("one load over typed lines", head.loadOverSets, 0.1),
    goal("exponent of the tree", head.treeExponent, exponentGoal),
    goal("100,000 lines, seconds", head.tree100kSeconds, 1),
    goal("100,000 lines, megabytes", head.tree100kMegabytes, 300),
  ];
}

export function overFloor({ seconds, floorSeconds }: OperationRow): number {
  return seconds / floorSeconds;
}

/** Over 1: slower than a switch may be. */
export function overLimit({ seconds, floorSeconds, commits, commitSeconds }: OperationRow): number {
  return seconds / (switchGoal * (floorSeconds + commits * commitSeconds));
}
