import { expect, jest, test } from "@jest/globals";
import { configurationPair } from "../../research/bench/configuration.ts";
import { measureGrowth } from "../../research/bench/growth.ts";
import { measureDerivations } from "../../research/bench/map-e.ts";
import { diffTrees } from "../../vyos/diff.ts";
import { parseTreeText, printCommands } from "../../vyos/text.ts";

jest.setTimeout(120_000);

test("configurationPair() is a configuration of about so many lines that differs in every fiftieth route", () => {
  const { running, wanted, lines } = configurationPair(5000);
  expect(lines).toBeGreaterThan(4950);
  expect(lines).toBeLessThanOrEqual(5000);
  const [from, to] = [parseTreeText(running), parseTreeText(wanted)];
  const routes = printCommands(from).filter((line) => line.startsWith("set protocols static route"));
  const commands = diffTrees(from, to);
  expect(commands).toHaveLength(2 * Math.ceil(routes.length / 50));
});

test("reading, comparing and printing grows linearly with the lines", async () => {
  const { rows, treeExponent } = await measureGrowth([1000, 4000, 16_000], 1);
  expect(rows.map(({ lines }) => Math.round(lines / 100) * 100)).toEqual([1000, 4000, 16_000]);
  // Quadratic would be 2; the caches and the collector of a busy machine make some 1.2 of 1.
  expect(treeExponent).toBeLessThan(1.6);
  expect(rows.at(-1)?.coldSeconds).toBeLessThan(2);
  expect(rows.at(-1)?.peakMegabytes).toBeLessThan(300);
});

test("measureDerivations() counts real derivations", () => {
  expect(measureDerivations(0.02)).toBeGreaterThan(100);
});
