/** What people have, with its right answers: every case is one test here, and one line of `npm run test:cases`. */
import { test } from "@jest/globals";
import { cases } from "./cases.ts";

test.each(cases.map((one) => [one.name, one] as const))("%s", (_name, { check }) => check());
