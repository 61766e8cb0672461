/** The values that `npm run init` writes: what was seen, shown with where; at a terminal each may be changed. */

import { valuesOf } from "../config/given.ts";
import { uplinkKeys } from "../config/keys.ts";
import { type SuggestedKey, type Suggestions, suggestedKeys, unaskedKeys } from "../doctor/suggest.ts";
import { InvalidValue, UplinkError } from "../errors.ts";
import { explain } from "../mape/explain.ts";
import { lineOf } from "../mape/line.ts";
import { findSpace, whoseRelay } from "../mape/services.ts";
import { dsLiteLineOf, fixedIpLineOf, type Softwire } from "../mape/softwire.ts";
import { readTyped6 } from "../mape/typed.ts";
import { askText } from "./ask.ts";
import { note } from "./front-door.ts";
import { softwireText } from "./mape-line.ts";

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
    const value = yes ? guess : await askUntilRight(key, guess, chosen);
    if (value !== "") chosen[key] = value;
  }
  for (const key of unaskedKeys) {
    const value = suggestions.values.find((one) => one.key === key)?.value;
    if (value !== undefined) chosen[key] = value;
  }
  for (const line of explained(chosen, suggestions.refusal)) say(line);
  return chosen;
}

/** Asks again until the answer can be used: nothing of what was typed before is lost. */
async function askUntilRight(
  key: SuggestedKey,
  guess: string,
  chosen: Readonly<Record<string, string>>,
): Promise<string> {
  for (;;) {
    const value = await askText(key, guess);
    const refusal = refusalOf(key, value, chosen);
    if (refusal === undefined || process.stdin.isTTY !== true) return value;
    note(`  ${refusal}`);
  }
}

/** Why an answer cannot be used, beside those that were given before it; undefined: it can. */
export function refusalOf(
  key: SuggestedKey,
  value: string,
  chosen: Readonly<Record<string, string>>,
): string | undefined {
  if (value === "") return undefined;
  try {
    valuesOf({ [key]: uplinkKeys[key] }, { [key]: value });
    const { delegatedPrefix } = chosen;
    if (key !== "service" || delegatedPrefix === undefined) return undefined;
    const { service } = valuesOf({ service: uplinkKeys.service }, { service: value });
    if (service !== "auto") lineOf({ kind: "service", delegatedPrefix, service, given: {} });
    return undefined;
  } catch (error) {
    if (error instanceof UplinkError) return error.message.split("\n")[0];
    throw error;
  }
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

function explained(chosen: Readonly<Record<string, string>>, refusal: string | undefined): string[] {
  const { delegatedPrefix } = chosen;
  const softwire = softwireOf(chosen);
  if (softwire !== undefined) return ["", ...softwireText(softwire).split("\n"), ""];
  if (refusal !== undefined) return ["", `No MAP-E line: ${refusal}`, ""];
  if (delegatedPrefix === undefined) return [""];
  const line = lineOf({ kind: "service", delegatedPrefix, service: "auto", given: {} });
  return ["", ...explain(line), ""];
}

/** What the sheet or the prefix says of a line that is no MAP-E line; throws when the sheet is not whole. */
function softwireOf(chosen: Readonly<Record<string, string>>): Softwire | undefined {
  const {
    uplink,
    delegatedPrefix,
    borderRelay: relay,
    ipv4Address,
    interfaceIdentifier: identifier,
    aftr,
  } = chosen;
  if (delegatedPrefix === undefined) return undefined;
  if (uplink === "ipip" || (relay !== undefined && whoseRelay(relay)?.kind === "fixed-ip-relay"))
    return fixedIpLineOf({ delegatedPrefix, ipv4Address, relay, identifier });
  const { bits } = readTyped6(delegatedPrefix);
  const kind = findSpace({ bits, length: 128 })?.service.kind;
  if (uplink !== "dslite" && kind !== "ds-lite") return undefined;
  try {
    return dsLiteLineOf({ delegatedPrefix, aftr });
  } catch (error) {
    // An AFTR whose address nobody knows yet is a matter of the switch.
    if (uplink !== "dslite" && error instanceof InvalidValue) return undefined;
    throw error;
  }
}
