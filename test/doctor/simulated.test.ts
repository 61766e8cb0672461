/** The doctor over a real connection: the simulated router and its network are broken, and the cause is named. */

import { expect, test } from "@jest/globals";
import { codesOf, examine, simulatedSingles } from "./simulated-cases.ts";

test.each(["mape", "wxr"] as const)("a healthy simulated router in %s has no cause", async (uplink) => {
  const diagnosis = await examine({ name: "healthy", uplink, broken: [], expected: [] });
  expect(diagnosis.causes).toEqual([]);
});

test.each(simulatedSingles.map((one) => ({ ...one, title: `${one.name} (${one.uplink})` })))(
  "the doctor names $title",
  async (one) => {
    expect(codesOf(await examine(one))).toEqual(one.expected);
  },
);
