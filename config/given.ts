/** What a stack gives for the keys of a table, as values. Pure. */

import { InvalidValue } from "../errors.ts";
import type { Key } from "./key.ts";
import { keys } from "./keys.ts";
import { nearest } from "./nearest.ts";

/** By key, without the project's name: text, as the engine gives it, or typed, as Pulumi.yaml's defaults are. */
export type Given = Readonly<Record<string, unknown>>;

type Table = Readonly<Record<string, Key<unknown>>>;
export type ValuesOf<T extends Table> = {
  readonly [name in keyof T]: T[name] extends Key<infer Value> ? Value : never;
};

/** Of a whole configuration, `project:key` by `project:key`, what is the project's own. */
export function givenOf<Value>(
  configuration: Readonly<Record<string, Value>>,
  project: string,
): Readonly<Record<string, Value>> {
  const own = Object.entries(configuration).filter(([name]) => name.startsWith(`${project}:`));
  return Object.fromEntries(own.map(([name, value]) => [name.slice(project.length + 1), value]));
}

/** Throws InvalidValue for the first key that is unknown or wrong. */
export function valuesOf<T extends Table>(table: T, given: Given): ValuesOf<T> {
  refuseUnknown(Object.keys(given), Object.keys(keys), "");
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

/**
 * A misspelled key would be passed over in silence, and its default taken. Its value is not shown: it may be a password. `at`: the path
 * of the map that holds it, "" for none.
 */
export function refuseUnknown(names: readonly string[], known: readonly string[], at: string): void {
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const [flag, where] = at === "" ? ["", ""] : ["--path ", `${at}.`];
  const near = nearest(unknown, known);
  const away = `pulumi config rm ${flag}${where}${unknown}`;
  const field = at || "configuration";
  if (near === undefined) {
    const remedy = `${away} (docs/keys.md lists the keys)`;
    throw new InvalidValue(field, unknown, "is not a key of this program", remedy);
  }
  const secret = /password$/i.test(near) ? "--secret " : "";
  const remedy = `${away} && pulumi config set ${secret}${flag}${where}${near} ...`;
  throw new InvalidValue(field, unknown, `is not a key of this program, ${near} is`, remedy);
}
