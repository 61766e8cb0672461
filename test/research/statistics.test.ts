import { expect, it, test } from "@jest/globals";
import { exponent, median, rounded } from "../../research/bench/statistics.ts";

it.each([
  { name: "the middle of an odd number", values: [9, 1, 5], is: 5 },
  { name: "the mean of the two in the middle", values: [4, 1, 9, 2], is: 3 },
  { name: "one value, itself", values: [7], is: 7 },
])("median() is $name", ({ values, is }) => {
  expect(median(values)).toBe(is);
});

it.each([0.5, 1, 2])("exponent() finds %d whatever the factor", (power) => {
  const samples = [10, 100, 1000, 5000].map((size) => ({ size, cost: 0.003 * size ** power }));
  expect(exponent(samples)).toBeCloseTo(power, 10);
});

test("exponent() takes all samples, not the outer two", () => {
  const samples = [1, 10, 100].map((size) => ({ size, cost: size === 10 ? 20 : size }));
  expect(exponent(samples)).toBeCloseTo(1, 10); // an outlier in the middle tilts nothing
  const tilted = [1, 10, 100, 1000].map((size) => ({ size, cost: size === 100 ? 200 : size }));
  expect(exponent(tilted)).toBeGreaterThan(1.02);
});

test("rounded() keeps three figures that count", () => {
  expect([0.004123, 1234.5].map(rounded)).toEqual([0.00412, 1230]);
});
