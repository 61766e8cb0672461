/** A router on paper, broken in each way and in every two: the doctor names what was planted and nothing else. */

import { describe, expect, test } from "@jest/globals";
import { named, pairs, singles } from "./cases.ts";

describe("diagnose() on one cause", () => {
  test.each(singles.map((one) => ({ ...one, title: `${one.name} (${one.uplink})` })))(
    "names $title",
    (one) => {
      expect(named(one)).toEqual(one.expected);
    },
  );
});

/** The rest runs with npm run test:doctor. 11 shares no divisor with the rows of the table, so every break has its turn. */
const everyNth = 11;

test("diagnose() names both of every two causes, but for what one hides of the other", () => {
  const wrong = pairs
    .filter((_, index) => index % everyNth === 0)
    .map((one) => ({ pair: `${one.name} (${one.uplink})`, expected: one.expected, named: named(one) }))
    .filter((row) => row.named.join() !== row.expected.join());
  expect(wrong).toEqual([]);
  expect(pairs.length).toBeGreaterThan(500);
});
