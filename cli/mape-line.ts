/** How the calculator is told a line, and its answers in words. */

import { readFileSync } from "node:fs";
import { parseCeAddressForm } from "../mape/ce-address.ts";
import { printPorts } from "../mape/explain.ts";
import { type Line, lineOf } from "../mape/line.ts";
import { parseRuleText } from "../mape/rule.ts";
import { parseServiceName } from "../mape/services.ts";
import type { Softwire } from "../mape/softwire.ts";
import { fileNamed, UsageError, type Values } from "./front-door.ts";

const text = { type: "string" } as const;

export const lineOptions = {
  service: text,
  rule: text,
  hb46pp: text,
  option94: text,
  form: text,
  identifier: text,
  "accept-predicted": { type: "boolean" },
} as const;

export type LineValues = Values<typeof lineOptions>;

export function readLine(delegatedPrefix: string, values: LineValues): Line {
  const sources = (["service", "rule", "hb46pp", "option94"] as const).filter(
    (name) => values[name] !== undefined,
  );
  if (sources.length > 1) throw new UsageError(`give one of --${sources.join(", --")}`);
  const ceAddressForm = values.form === undefined ? undefined : parseCeAddressForm(values.form);
  return lineOf({
    ...sourceOf(delegatedPrefix, values),
    given: { ceAddressForm, acceptPredictedRule: values["accept-predicted"] },
  });
}

function sourceOf(delegatedPrefix: string, { service, rule, hb46pp, option94 }: LineValues) {
  if (rule !== undefined) return { kind: "rule", delegatedPrefix, rule: parseRuleText(rule) } as const;
  if (hb46pp !== undefined) return { kind: "hb46pp", delegatedPrefix, answer: readText(hb46pp) } as const;
  const option = option94 === "-" ? readText(0) : option94;
  if (option !== undefined) return { kind: "option94", delegatedPrefix, option } as const;
  return { kind: "service", delegatedPrefix, service: parseServiceName(service ?? "auto") } as const;
}

/** Programs read these fields: their names stay. */
export function lineJson({ source, service, rule, borderRelay, form, warnings }: Line): object {
  const named = service ?? { id: null, service: null, region: null, confidence: null };
  return { source, ...named, rule, borderRelay, ceAddressForm: form, warnings };
}

/** 0 is standard input. */
export function readText(file: string | 0): string {
  try {
    return readFileSync(file === 0 ? file : fileNamed(file), "utf8");
  } catch (cause) {
    throw new UsageError(`${file} cannot be read`, { cause });
  }
}

export function lineText(line: Line): string {
  const { derivation: result, service } = line;
  return [
    `line          ${line.source}${service === null ? "" : ` (confidence: ${service.confidence})`}`,
    `IPv4          ${result.ipv4}/${result.ipv4PrefixLength} (${result.addressMode})`,
    `PSID          ${result.psid ?? "none"}`,
    `ports         ${printPorts(result)}${result.portCount === null ? "" : ` (${result.portCount})`}`,
    `CE address    ${line.ceAddress} (${line.form})`,
    `border relay  ${line.borderRelay ?? "not told by a rule"}`,
  ].join("\n");
}

export function softwireText(line: Softwire): string {
  const rows = Object.entries({ ...line, warnings: line.warnings.join("; ") || "none" });
  return rows.map(([name, value]) => `${name.padEnd(14)}${value}`).join("\n");
}

export function portText(found: {
  readonly port: number;
  readonly psid: number | null;
  readonly inSet: boolean;
  readonly ownerPsid: number | null;
}): string {
  const { port, psid, inSet, ownerPsid } = found;
  const own = psid === null ? "not shared" : `PSID ${psid}`;
  const whose = ownerPsid === null ? "no customer's" : `of PSID ${ownerPsid}`;
  const is = inSet ? "is" : "is not";
  return `port ${port} ${is} in the set of this line (${own})${inSet ? "" : `: it is ${whose}`}`;
}
