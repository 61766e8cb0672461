/** What the rules of source and of destination NAT have in common (vyos-1x: interface-definitions/include/nat-rule.xml.i). Pure. */

import { InvalidValue } from "../../errors.ts";
import { treeOf } from "../tree.ts";
import { addressOrPrefix, choice, freeText, type Kind, portList, portRange, whole, wrong } from "./kinds.ts";
import type { OwnedNode } from "./resource.ts";
import { linesOf, optional, type Parsed, preset, type Rows, required } from "./row.ts";

export const ruleNumber = required(whole(1, 999_999), {
  meaning: "rules are met in ascending number, and the first that matches decides",
});

const protocol = choice(["all", "tcp", "udp", "tcp_udp", "icmp"]);

export const matchRows = {
  protocol: preset(
    "all",
    // VyOS needs no line for it.
    { ...protocol, words: (value) => (value === "all" ? [] : [[value]]) },
    { at: "protocol", meaning: "ports go with tcp, udp and tcp_udp only" },
  ),
  sourceAddress: optional(addressOrPrefix, { at: "source address", meaning: "matched" }),
  destinationAddress: optional(addressOrPrefix, { at: "destination address", meaning: "matched" }),
  destinationPort: optional(portList, { at: "destination port", meaning: "matched" }),
  translationPort: optional(portRange, { at: "translation port", meaning: "translated to" }),
  description: optional(freeText, { at: "description", meaning: "for people" }),
};

interface Rule extends Parsed<typeof matchRows> {
  readonly number: number;
  readonly sourcePort?: string | undefined;
}

export function rulePath(direction: "source" | "destination", rule: { readonly number: number }): string[] {
  return ["nat", direction, "rule", String(rule.number)];
}

export function ruleNode<R extends Rows>(
  direction: "source" | "destination",
  rows: R,
  rule: Parsed<R> & { readonly number: number },
): OwnedNode {
  return { path: rulePath(direction, rule), tree: treeOf(linesOf(rows, rule)) };
}

export function listId(direction: "source" | "destination", rules: readonly Rule[]): string {
  return `nat ${direction} rule ${rules[0]?.number ?? 0}-${rules.at(-1)?.number ?? 0}`;
}

export function checkPorts(rule: Omit<Rule, "number">): void {
  const port = rule.translationPort ?? rule.sourcePort ?? rule.destinationPort;
  if (port === undefined || ["tcp", "udp", "tcp_udp"].includes(rule.protocol)) return;
  const reason = "does not go with a port: VyOS takes ports only with tcp, udp or tcp_udp";
  throw new InvalidValue("protocol", rule.protocol, reason, "write tcp_udp, or leave the ports out");
}

/** In ascending number; a wrong field is named with its place in the list. */
export function ruleList<Given, Item extends Rule>(
  item: Kind<Given, Item>,
): Kind<readonly Given[], readonly Item[]> {
  return {
    form: `list: ${item.form}`,
    parse: (field, given) => {
      if (!Array.isArray(given)) throw wrong(field, given, "is not a list", "write a list");
      const rules = given.map((one: unknown, index) => inList(`${field}[${index}]`, one, item));
      rules.sort((a, b) => a.number - b.number);
      const twice = rules.find((rule, index) => rule.number === rules[index - 1]?.number);
      if (twice) {
        const reason = "is in the list twice";
        throw new InvalidValue(field, String(twice.number), reason, "give each rule its own number");
      }
      if (rules.length === 0) throw new InvalidValue(field, "", "is empty", "list at least one rule");
      return rules;
    },
  };
}

function inList<Item extends Rule>(place: string, given: unknown, item: Kind<unknown, Item>): Item {
  try {
    const rule = item.parse(place, given);
    checkPorts(rule);
    return rule;
  } catch (error) {
    if (!(error instanceof InvalidValue) || error.field.startsWith(place)) throw error;
    throw new InvalidValue(`${place}.${error.field}`, error.value, error.reason, error.remedy);
  }
}
