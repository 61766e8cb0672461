import { expect, it, test } from "@jest/globals";
import { nextFreeRuleBase } from "../../vyos/resources/nat-rule.ts";
import { treeOf } from "../../vyos/tree.ts";

const running = treeOf(
  ["source 10", "source 100", "source 1004", "destination 1000"].map((rule) => {
    const [direction = "", number = ""] = rule.split(" ");
    return ["nat", direction, "rule", number, "protocol", "tcp"];
  }),
);
const from = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + index);

it.each([
  { name: "keeps a base where every rule fits", wanted: from(1000, 4), base: 1000 },
  { name: "goes past the rule in the way", wanted: from(1000, 17), base: 1005 },
  { name: "takes a gap that is just wide enough", wanted: from(11, 89), base: 11 },
  { name: "skips a gap that is one too narrow", wanted: from(11, 90), base: 101 },
  { name: "looks below when nothing above fits", wanted: from(999_990, 11), base: 11 }, // 10 is taken
  { name: "keeps the distances of a list with holes", wanted: [98, 100], base: 99 },
])("nextFreeRuleBase() $name", ({ wanted, base }) => {
  expect(nextFreeRuleBase(running, wanted)).toBe(base);
});

test("nextFreeRuleBase() asks the rules of the direction alone", () => {
  expect(nextFreeRuleBase(running, [1000], "destination")).toBe(1001);
  expect(nextFreeRuleBase(new Map(), [1000])).toBe(1000);
});
