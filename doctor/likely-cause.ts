/** The diagnosis in one line, for an error that says only that the new uplink did not answer. Pure. */

import type { Declared } from "./declared.ts";
import { diagnose } from "./diagnose.ts";
import type { Facts } from "./facts.ts";

/** What is unsaved or armed while an update runs is its own doing, and explains nothing. */
const ownDoing = new Set(["unsaved", "undo-pending", "clock"]);

/** Undefined when nothing is found. The cause with the most consequences explains the most. */
export function likelyCause(facts: Facts, declared: Declared): string | undefined {
  const causes = diagnose(facts, declared).causes.filter(({ code }) => !ownDoing.has(code));
  const [cause] = causes.toSorted((a, b) => b.consequences.length - a.consequences.length);
  return cause && `${cause.title} (${cause.measured}); ${cause.remedy} [${cause.code}]`;
}
