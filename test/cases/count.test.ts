/** How many cases of each kind are carried: none is dropped in silence. */
import { expect, test } from "@jest/globals";
import { cases } from "./cases.ts";

test("the cases of each kind are as many as are claimed, each of a name of its own", () => {
  const kinds = new Map<string, number>();
  for (const { name } of cases) {
    const kind = /^[a-z]+/.exec(name)?.[0] ?? name;
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  }
  expect(Object.fromEntries(kinds)).toEqual({ lines: 51, routers: 23, shape: 47, firewall: 10 });
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
