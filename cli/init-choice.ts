/** The values that `npm run init` writes: what was seen, shown with where; at a terminal each may be changed. */

import { type SuggestedKey, type Suggestions, suggestedKeys } from "../doctor/suggest.ts";
import { explain } from "../mape/explain.ts";
import { lineOf } from "../mape/line.ts";
import { askText } from "./ask.ts";

/** Shows each value with where it was seen; at a terminal each may be changed. */
export async function choose(
  suggestions: Suggestions,
  { yes }: { readonly yes: boolean },
  say: (line: string) => void,
): Promise<Readonly<Record<string, string>>> {
  for (const { key, value, from } of suggestions.values) say(`  ${key.padEnd(16)} ${value}\n    ${from}`);
  for (const line of suggestions.missing) say(`  ${line}`);
  const chosen: Record<string, string> = {};
  for (const key of suggestedKeys) {
    const guess = guessFor(key, suggestions, chosen);
    const value = yes ? guess : await askText(key, guess);
    if (value !== "") chosen[key] = value;
  }
  for (const line of explained(chosen, suggestions.refusal)) say(line);
  return chosen;
}

/** The service was read off the guessed prefix: of another prefix the table is asked again. */
function guessFor(
  key: SuggestedKey,
  { values }: Suggestions,
  chosen: Readonly<Record<string, string>>,
): string {
  const guessed = (name: SuggestedKey): string => values.find((one) => one.key === name)?.value ?? "";
  const otherLine =
    chosen.delegatedPrefix !== undefined && chosen.delegatedPrefix !== guessed("delegatedPrefix");
  return key === "service" && otherLine ? "auto" : guessed(key);
}

function explained(
  { delegatedPrefix }: Readonly<Record<string, string>>,
  refusal: string | undefined,
): string[] {
  if (refusal !== undefined) return ["", `No MAP-E line: ${refusal}`, ""];
  if (delegatedPrefix === undefined) return [""];
  const line = lineOf({ kind: "service", delegatedPrefix, service: "auto", given: {} });
  return ["", ...explain(line), ""];
}
