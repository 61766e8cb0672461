import { expect, it } from "@jest/globals";
import { castsIn, linesOf } from "./size.ts";

const cast = (text: string): string[] => castsIn({ path: "a.ts", text });

it.each([
  { name: "a cast", text: "\nconst a = b as number;", found: ["a.ts:2"] },
  { name: "two in one line", text: "const a = b as unknown as number;", found: ["a.ts:1", "a.ts:1"] },
  { name: "a cast in a function inside", text: "function f() { return () => b as C; }", found: ["a.ts:1"] },
  { name: "no constant", text: 'const a = ["b"] as const;', found: [] },
  { name: "no renamed import", text: 'import { a as b } from "c";', found: [] },
  { name: "no word in a string", text: 'const a = "b as c";', found: [] },
  // A brand is given where the text was looked at.
  { name: "no parser's brand", text: "function parseName(a: string) { return a as Name; }", found: [] },
  { name: "no parser's brand in an arrow", text: "const parseName = (a: string) => a as Name;", found: [] },
])("castsIn() finds $name", ({ text, found }) => {
  expect(cast(text)).toEqual(found);
});

it("linesOf() counts as wc does", () => {
  expect(linesOf({ path: "a.ts", text: "a\nb\n" })).toBe(2);
});
