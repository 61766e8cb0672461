/** Every break alone, every two of them together, and what the doctor names. */

import { diagnose } from "../../doctor/diagnose.ts";
import { parseFacts } from "../../doctor/facts.ts";
import type { Break } from "./break.ts";
import { internetBreaks } from "./breaks-internet.ts";
import { lanBreaks } from "./breaks-lan.ts";
import { leftoverBreaks } from "./breaks-leftovers.ts";
import { machineBreaks } from "./breaks-machine.ts";
import { relayBreaks, wanBreaks } from "./breaks-outside.ts";
import { tunnelBreaks } from "./breaks-tunnel.ts";
import { print } from "./paper-print.ts";
import { declared, now, paperRouter } from "./paper-router.ts";

export interface Case {
  readonly name: string;
  readonly uplink: "mape" | "wxr";
  readonly broken: readonly Break[];
  readonly expected: readonly string[];
}

const breaks: readonly Break[] = [
  ...machineBreaks,
  ...wanBreaks,
  ...relayBreaks,
  ...tunnelBreaks,
  ...leftoverBreaks,
  ...lanBreaks,
  ...internetBreaks,
];

const uplinks = ["mape", "wxr"] as const;

export const singles: readonly Case[] = uplinks.flatMap((uplink) =>
  breaks.filter((one) => one.uplinks.includes(uplink)).map((one) => caseOf(uplink, [one])),
);

export const pairs: readonly Case[] = uplinks.flatMap((uplink) => {
  const all = breaks.filter((one) => one.uplinks.includes(uplink) && one.pairs !== "none");
  return all.flatMap((one, index) =>
    all
      .slice(index + 1)
      .filter((other) => !excludes(one, other) && !excludes(other, one))
      .map((other) => caseOf(uplink, [one, other])),
  );
});

function excludes({ pairs }: Break, { cause }: Break): boolean {
  return typeof pairs === "object" && pairs.not.includes(cause);
}

function caseOf(uplink: Case["uplink"], broken: readonly Break[]): Case {
  const hidden = (one: Break): boolean =>
    broken.some(
      (other) =>
        other !== one &&
        (other.cause === one.follows ||
          other.hides?.some((code) => code === one.cause || code === one.follows) ||
          one.hiddenBy?.includes(other.cause)),
    );
  const expected = [...new Set(broken.filter((one) => !hidden(one)).map(({ cause }) => cause))].sort();
  return { name: broken.map(({ name }) => name).join(" and "), uplink, broken, expected };
}

/** The codes that the doctor names, sorted. */
export function named({ uplink, broken }: Case): string[] {
  const paper = paperRouter(uplink);
  for (const { act } of broken) act(paper);
  const stack = Object.assign({}, ...broken.map((one) => one.stack ?? {})) as Record<string, string>;
  const { causes } = diagnose(parseFacts(print(paper), now), declared(uplink, stack));
  return causes.map(({ code }) => code).sort();
}
