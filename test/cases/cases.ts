/** Every case of this folder: what people have, with its right answers. */

import { firewallCases } from "./firewall-cases.ts";
import { type Case, lineCases } from "./line-cases.ts";
import { routerCases } from "./router-cases.ts";

export const cases: readonly Case[] = [...lineCases, ...routerCases, ...firewallCases];
