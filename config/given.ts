/** What a stack gives for the keys of a table, as values. Pure. */

import { InvalidValue } from "../errors.ts";
import type { Key } from "./key.ts";
import { keys } from "./keys.ts";

/** By key, without the project's name: text, as the engine gives it, or typed, as Pulumi.yaml's defaults are. */
export type Given = Readonly<Record<string, unknown>>;

type Table = Readonly<Record<string, Key<unknown>>>;
export type ValuesOf<T extends Table> = {
  readonly [name in keyof T]: T[name] extends Key<infer Value> ? Value : never;
};

/** Of a whole configuration, `project:key` by `project:key`, what is the project's own. */
export function givenOf(configuration: Given, project: string): Given {
  const own = Object.entries(configuration).filter(([name]) => name.startsWith(`${project}:`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(project.length + 1), value]));
}

/** Throws InvalidValue for the first key that is unknown or wrong. */
export function valuesOf<T extends Table>(table: T, given: Given): ValuesOf<T> {
  refuseUnknown(given);
  const values = Object.entries(table).map(([name, { parse, standard }]) => [
    name,
    parse(name, textOf(given[name]) || String(standard ?? "")),
  ]);
  return Object.fromEntries(values) as ValuesOf<T>;
}

/** A structured value is JSON, which is how Pulumi itself hands one over. */
function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A misspelled key would be passed over in silence, and its default taken. Its value is not shown: it may be a password. */
function refuseUnknown(given: Given): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(keys, name));
  if (unknown === undefined) return;
  const near = nearestKey(unknown);
  const away = `pulumi config rm ${unknown}`;
  if (near === undefined) {
    const remedy = `${away} (docs/keys.md lists the keys)`;
    throw new InvalidValue("configuration", unknown, "is not a key of this program", remedy);
  }
  const secret = near === "routerPassword" ? "--secret " : "";
  const remedy = `${away} && pulumi config set ${secret}${near} ...`;
  throw new InvalidValue("configuration", unknown, `is not a key of this program, ${near} is`, remedy);
}

/** Undefined: none is near enough to be meant. */
function nearestKey(name: string): string | undefined {
  const distances = Object.keys(keys).map((key) => ({
    key,
    distance: editDistance(key.toLowerCase(), name.toLowerCase()),
  }));
  const best = distances.sort((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= Math.max(1, name.length / 3) ? best.key : undefined;
}

/** Insertions, deletions and replacements of letters (Levenshtein). */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const kept = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(kept, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
