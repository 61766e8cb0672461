import { expect, it, test } from "@jest/globals";
import { goalsOf, headline } from "../../research/bench/goals.ts";
import type { OperationRow } from "../../research/bench/operations.ts";

const row = (changed: Partial<OperationRow>): OperationRow => ({
  case: "mape",
  further: 0,
  operation: "no-change up",
  commitSeconds: 0,
  commits: 0,
  connections: 0,
  roundTrips: 0,
  bytes: 0,
  seconds: 2,
  floorSeconds: 2,
  ...changed,
});
const slowSwitch = row({ operation: "switch away", commitSeconds: 2.5, commits: 2, seconds: 8.75 });
const many = row({ operation: "first up", further: 200, commits: 1 });
const growth = {
  treeExponent: 1.1,
  rows: [
    { lines: 100, coldSeconds: 0.01, warmSeconds: 0.001, peakMegabytes: 70 },
    { lines: 100_000, coldSeconds: 0.5, warmSeconds: 0.3, peakMegabytes: 250 },
  ],
};
const change = { roundTripsPerSwitch: 7, connectionsPerSwitch: 2, loadOverSets: 0.02 };

test("headline() takes the worst case of each kind, and the largest configuration", () => {
  const rows = [row({}), row({ seconds: 2.2 }), slowSwitch, { ...slowSwitch, seconds: 7 }, many];
  expect(headline(rows, growth, change)).toEqual({
    ...change,
    noChangeOverFloor: 1.1,
    switchOverLimit: 1, // 8.75 = 1.25 x (2 + 2 x 2.5)
    commitsFor200: 1,
    treeExponent: 1.1,
    tree100kSeconds: 0.5,
    tree100kMegabytes: 250,
  });
});

it.each([
  { name: "a slow no-change up", rows: [row({ seconds: 2.4 }), slowSwitch, many] },
  { name: "a slow switch", rows: [row({}), { ...slowSwitch, seconds: 9 }, many] },
  { name: "a second commit for 200 resources", rows: [row({}), slowSwitch, { ...many, commits: 2 }] },
  { name: "200 resources that were not measured", rows: [row({}), slowSwitch] },
])("goalsOf() misses $name", ({ rows }) => {
  expect(goalsOf(headline(rows, growth, change)).filter(({ met }) => !met)).toHaveLength(1);
});
