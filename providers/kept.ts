/**
 * What a resource keeps in the state beside its inputs, under names of its own. Read field by field, for older code may have
 * written it. Pure.
 */

import type { Inputs } from "../vyos/resources/row.ts";

export interface Kept {
  /** When the last change of it was committed, ISO 8601; "" when it was there already. */
  readonly committedAt: string;
  readonly saved: boolean;
  /** Who had an answer by this route when it was committed; undefined: nobody was asked. */
  readonly verifiedFrom?: string;
  /** What the last refresh saw of it that is gone, changed or foreign, each with the command that repairs it. */
  readonly drift: string[];
  /** Of the router that it was last declared on; undefined: older code did not keep it. */
  readonly hostKey?: string;
}

export function keptOf(outputs: Inputs): Kept {
  const { verifiedFrom, hostKey } = outputs;
  return {
    ...(typeof hostKey === "string" ? { hostKey } : {}),
    ...(typeof verifiedFrom === "string" ? { verifiedFrom } : {}),
    committedAt: typeof outputs.committedAt === "string" ? outputs.committedAt : "",
    saved: outputs.saved !== false,
    drift: Array.isArray(outputs.drift) ? outputs.drift.map(String) : [],
  };
}

/** `found` and `foundFiles`: where states of 0.1.0 kept what the router's journal keeps now. */
const keptNames = [
  ...["found", "foundFiles", "committedAt", "saved", "verifiedFrom", "drift", "hostKey", "__provider"],
];
const addedNames = ["commands", "fromSecret", "stack"];

export function withoutKept(outputs: Inputs): Inputs {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !keptNames.includes(name)));
}

/** Whether the program asks for the same as before, whatever check, refresh and the shim have added. */
export function sameInputs(olds: Inputs, news: Inputs): boolean {
  const asked = (inputs: Inputs): string =>
    JSON.stringify(
      Object.entries(withoutKept(inputs))
        .filter(([name]) => !addedNames.includes(name))
        .sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  return asked(olds) === asked(news);
}
