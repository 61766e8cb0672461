/** Every break alone, every two of them together, and what the doctor names. */

import { diagnose } from "../../doctor/diagnose.ts";
import { parseFacts } from "../../doctor/facts.ts";
import { type Break, type CaseOf, casesOf } from "./break.ts";
import { internetBreaks } from "./breaks-internet.ts";
import { lanBreaks } from "./breaks-lan.ts";
import { leftoverBreaks } from "./breaks-leftovers.ts";
import { machineBreaks } from "./breaks-machine.ts";
import { relayBreaks, wanBreaks } from "./breaks-outside.ts";
import { tunnelBreaks } from "./breaks-tunnel.ts";
import { print } from "./paper-print.ts";
import { declared, now, type PaperRouter, paperRouter } from "./paper-router.ts";

const breaks: readonly Break[] = [
  ...machineBreaks,
  ...wanBreaks,
  ...relayBreaks,
  ...tunnelBreaks,
  ...leftoverBreaks,
  ...lanBreaks,
  ...internetBreaks,
];

export const { singles, pairs } = casesOf(breaks);

/** The codes that the doctor names, sorted. */
export function named({ uplink, broken }: CaseOf<PaperRouter>): string[] {
  const paper = paperRouter(uplink);
  for (const { act } of broken) void act(paper);
  const stack = Object.assign({}, ...broken.map((one) => one.stack ?? {})) as Record<string, string>;
  const { causes } = diagnose(parseFacts(print(paper), now), declared(uplink, stack));
  return causes.map(({ code }) => code).sort();
}
