/**
 * Values that came from secrets, kept out of errors and progress. The engine hands them over as plain text, and a mark says
 * that some of the resource is secret: then every value of it is hidden, but for the fields that name its paths.
 */

import { models, type ResourceType } from "../vyos/resources/registry.ts";
import type { Inputs } from "../vyos/resources/row.ts";

const hidden = new Set<string>();

export function isSecret(inputs: Inputs): boolean {
  return "fromSecret" in inputs;
}

/** From here on they are shown by nobody in this process. */
export function hideSecrets(type: ResourceType, ...all: readonly Inputs[]): void {
  const { keys, rows } = models[type];
  for (const inputs of all.filter(isSecret)) {
    for (const field of Object.keys(rows).filter((name) => !keys.includes(name))) {
      for (const word of wordsIn(inputs[field])) hidden.add(word);
    }
  }
}

/** The text without them, as they are and as JSON writes them; the longest first, for one may hold another. */
export function withoutSecrets(text: string): string {
  const spellings = [...hidden].flatMap((word) => [word, JSON.stringify(word).slice(1, -1)]);
  const longestFirst = spellings.sort((a, b) => b.length - a.length);
  return longestFirst.reduce((shown, word) => shown.replaceAll(word, "[secret]"), text);
}

function wordsIn(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number") return [String(value)].filter(Boolean);
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(wordsIn) : [];
}
