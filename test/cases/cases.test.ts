/** What people have, with its right answers: every case is one test here, and one line of `npm run test:cases`. */
import { test } from "@jest/globals";
import { firewallCases } from "./firewall-cases.ts";
import { lineCases } from "./line-cases.ts";
import { routerCases } from "./router-cases.ts";

test.each([...lineCases, ...routerCases, ...firewallCases].map((one) => [one.name, one] as const))(
  "%s",
  (_name, { check }) => check(),
);
