/**
 * `nat source rule N` (vyos-1x: interface-definitions/nat.xml.in, src/conf_mode/nat.py), one rule or a list of rules. Pure.
 * Rules are evaluated in ascending number and the first that matches decides, even when its ports are used up.
 */

import { InvalidValue } from "../../errors.ts";
import { type ConfigTree, emptyTree, subtree } from "../tree.ts";
import { parseAddress } from "../values.ts";
import { interfaceName, portList, text } from "./kinds.ts";
import { checkPorts, listId, matchRows, ruleList, ruleNode, ruleNumber, rulePath } from "./nat-match.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { type Given, object, optional, required } from "./row.ts";

const fields = {
  outboundInterface: required(interfaceName, { at: "outbound-interface name", meaning: "matched" }),
  sourcePort: optional(portList, { at: "source port", meaning: "matched" }),
  translationAddress: required(text("IPv4 address, masquerade", parseTranslation), {
    at: "translation address",
    meaning: "translated to",
  }),
  ...matchRows,
};
const rule = { number: ruleNumber, ...fields };

export const natRule = resource({
  label: "NatRule",
  meaning: "one source NAT rule",
  owns: "nat source rule N",
  keys: { number: ruleNumber },
  fields,
  paths: (keys) => [rulePath("source", keys)],
  check: checkPorts,
});

/** A list is never replaced: it is diffed rule by rule, so a changed rule is one changed rule. */
export const natRules = resource({
  label: "NatRules",
  meaning: "source NAT rules that are committed together",
  owns: "each nat source rule N of its list",
  keys: { rules: required(ruleList(object("rule", rule)), { meaning: "at least one" }) },
  fields: {},
  parts: rule,
  replaced: "never",
  id: ({ rules }) => listId("source", rules),
  paths: ({ rules }) => rules.map((one) => rulePath("source", one)),
  nodes: ({ rules }) => rules.map((one) => ruleNode("source", rule, one)),
});

export type NatRuleArgs = Given<typeof rule>;
export type NatRulesArgs = ArgsOf<typeof natRules>;

function parseTranslation(field: string, given: string): string {
  return given === "masquerade" ? given : parseAddress(field, given);
}

/**
 * The first number from which all of the wanted rules fit, in their distances from each other, between the rules that the
 * router holds: what a refused `natRuleBase` should be instead. Upwards first, so that rules keep their place after others.
 */
export function nextFreeRuleBase(
  running: ConfigTree,
  wanted: readonly number[],
  direction: "source" | "destination" = "source",
): number {
  const held = subtree(running, ["nat", direction, "rule"]) ?? emptyTree;
  const lowest = Math.min(...wanted);
  const distances = wanted.map((number) => number - lowest);
  const last = 999_999 - Math.max(...distances);
  const fits = (base: number): boolean => distances.every((distance) => !held.has(String(base + distance)));
  for (let base = lowest; base <= last; base += 1) if (fits(base)) return base;
  for (let base = 1; base < lowest; base += 1) if (fits(base)) return base;
  const reason = `leaves no room: ${wanted.length} rules fit nowhere between 1 and 999999`;
  throw new InvalidValue(`nat ${direction} rule`, String(lowest), reason, "remove rules on the router");
}
