/** What the whole bench measures, and the small one that a gate can afford. */

import { type Case, operationNames } from "./operations.ts";

export interface Plan {
  readonly cases: readonly Case[];
  readonly runs: number;
  readonly treeSizes: readonly number[];
  readonly batchSizes: readonly number[];
  /** Each of six rounds. */
  readonly derivationSeconds: number;
  readonly peerCommitSeconds: number;
}

/** A small router's commit, and none at all. */
const commitSeconds = [0, 2.5];

const everything: Omit<Plan, "runs"> = {
  cases: [
    { name: "wxr", uplink: "wxr", further: 0, commitSeconds, operations: operationNames },
    { name: "mape", uplink: "mape", further: 0, commitSeconds, operations: operationNames },
    { name: "mape + 200", uplink: "mape", further: 200, commitSeconds, operations: operationNames },
  ],
  treeSizes: [100, 1000, 10_000, 100_000],
  batchSizes: [10, 30, 100, 300, 1000],
  derivationSeconds: 0.5,
  peerCommitSeconds: 2.5,
};

const little: Omit<Plan, "runs"> = {
  ...everything,
  cases: [
    { name: "mape", uplink: "mape", further: 0, commitSeconds: [2.5], operations: operationNames },
    { name: "mape + 200", uplink: "mape", further: 200, commitSeconds: [0], operations: ["first up"] },
  ],
  batchSizes: [10, 100, 300],
  derivationSeconds: 0.05,
  peerCommitSeconds: 0,
};

export function wholePlan(runs: number): Plan {
  return { ...everything, runs };
}

export function quickPlan(runs: number): Plan {
  return { ...little, runs };
}
