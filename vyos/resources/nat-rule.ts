/**
 * `nat source rule N` (vyos-1x: interface-definitions/nat.xml.in, src/conf_mode/nat.py), one rule or a list of rules. Pure.
 * Rules are evaluated in ascending number and the first that matches decides, even when its ports are used up.
 */

import { InvalidValue } from "../../errors.ts";
import { type ConfigTree, emptyTree, subtree, treeOf } from "../tree.ts";
import {
  type FreeText,
  type InterfaceName,
  type PortList,
  type PortRange,
  parseAddress,
  parseChoice,
  parseFreeText,
  parseInterfaceName,
  parseNatRuleNumber,
  parsePortList,
  parsePortRange,
  parsePrefix,
} from "../values.ts";
import { type Inputs, optional, optionalText, readList, readObject, requiredText } from "./inputs.ts";
import type { OwnedNode, ResourceModel } from "./resource.ts";

export const protocols = ["all", "tcp", "udp", "tcp_udp", "icmp"] as const;
export type NatProtocol = (typeof protocols)[number];

export interface NatRuleArgs {
  /** 1-999999. */
  readonly number: number;
  readonly outboundInterface: string;
  readonly protocol?: "all" | "tcp" | "udp" | "tcp_udp" | "icmp";
  readonly sourceAddress?: string;
  /** Ports and ranges with commas. */
  readonly sourcePort?: string;
  readonly destinationAddress?: string;
  readonly destinationPort?: string;
  /** An IPv4 address, or masquerade. */
  readonly translationAddress: string;
  /** One port or one range. */
  readonly translationPort?: string;
  readonly description?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface NatRuleValue {
  readonly number: number;
  readonly outboundInterface: InterfaceName;
  readonly protocol: NatProtocol;
  readonly sourceAddress: string | undefined;
  readonly sourcePort: PortList | undefined;
  readonly destinationAddress: string | undefined;
  readonly destinationPort: PortList | undefined;
  /** An IPv4 address, or `masquerade`. */
  readonly translationAddress: string;
  readonly translationPort: PortRange | undefined;
  readonly description: FreeText | undefined;
}

export const natRuleModel: ResourceModel<NatRuleValue> = {
  identity: ["number"],
  id: (rule) => rulePath(rule.number).join(" "),
  parse: parseNatRule,
  nodes: (rule) => [ruleNode(rule)],
};

export interface NatRulesArgs {
  readonly rules: readonly Omit<NatRuleArgs, "takeOver">[];
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface NatRulesValue {
  readonly rules: readonly NatRuleValue[];
}

/** A list is never replaced: it is diffed rule by rule, so a changed rule is one changed rule. */
export const natRulesModel: ResourceModel<NatRulesValue> = {
  identity: [],
  id: ({ rules }) => `nat source rule ${rules[0]?.number ?? 0}-${rules.at(-1)?.number ?? 0}`,
  parse: (inputs) => ({ rules: readRules(inputs, parseNatRule) }),
  nodes: ({ rules }) => rules.map(ruleNode),
};

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

/** A list of rules in ascending number; a wrong field is named with its place in the list. */
export function readRules<Rule extends { readonly number: number }>(
  inputs: Inputs,
  parse: (inputs: Inputs) => Rule,
): Rule[] {
  const rules = readList(inputs, "rules").map((rule, index) => inList(index, rule, parse));
  rules.sort((a, b) => a.number - b.number);
  const twice = rules.find((rule, index) => rule.number === rules[index - 1]?.number);
  if (twice) {
    const reason = "is in the list twice";
    throw new InvalidValue("rules", String(twice.number), reason, "give each rule its own number");
  }
  if (rules.length === 0) throw new InvalidValue("rules", "", "is empty", "list at least one rule");
  return rules;
}

function inList<Rule>(index: number, value: unknown, parse: (inputs: Inputs) => Rule): Rule {
  try {
    return parse(readObject(`rules[${index}]`, value));
  } catch (error) {
    if (!(error instanceof InvalidValue) || error.field.startsWith("rules[")) throw error;
    throw new InvalidValue(`rules[${index}].${error.field}`, error.value, error.reason, error.remedy);
  }
}

function parseNatRule(inputs: Inputs): NatRuleValue {
  const rule: NatRuleValue = {
    number: parseNatRuleNumber("number", inputs.number),
    outboundInterface: parseInterfaceName("outboundInterface", requiredText(inputs, "outboundInterface")),
    protocol: parseChoice("protocol", optionalText(inputs, "protocol") ?? "all", protocols),
    sourceAddress: optional(inputs, "sourceAddress", parseMatchAddress),
    sourcePort: optional(inputs, "sourcePort", parsePortList),
    destinationAddress: optional(inputs, "destinationAddress", parseMatchAddress),
    destinationPort: optional(inputs, "destinationPort", parsePortList),
    translationAddress: parseTranslation("translationAddress", requiredText(inputs, "translationAddress")),
    translationPort: optional(inputs, "translationPort", parsePortRange),
    description: optional(inputs, "description", parseFreeText),
  };
  checkPortProtocol(rule.protocol, rule.translationPort ?? rule.sourcePort ?? rule.destinationPort);
  return rule;
}

export function checkPortProtocol(protocol: NatProtocol, port: PortList | PortRange | undefined): void {
  if (port === undefined || ["tcp", "udp", "tcp_udp"].includes(protocol)) return;
  const reason = "does not go with a port: VyOS takes ports only with tcp, udp or tcp_udp";
  throw new InvalidValue("protocol", protocol, reason, "write tcp_udp, or leave the ports out");
}

export function parseMatchAddress(field: string, text: string): string {
  return text.includes("/") ? parsePrefix(field, text) : parseAddress(field, text);
}

function parseTranslation(field: string, text: string): string {
  return text === "masquerade" ? text : parseAddress(field, text);
}

function rulePath(number: number): string[] {
  return ["nat", "source", "rule", String(number)];
}

function ruleNode(rule: NatRuleValue): OwnedNode {
  const lines = [
    ...leaf(rule.description, "description"),
    ...leaf(rule.destinationAddress, "destination", "address"),
    ...leaf(rule.destinationPort, "destination", "port"),
    ...leaf(rule.outboundInterface, "outbound-interface", "name"),
    ...leaf(rule.protocol === "all" ? undefined : rule.protocol, "protocol"),
    ...leaf(rule.sourceAddress, "source", "address"),
    ...leaf(rule.sourcePort, "source", "port"),
    ...leaf(rule.translationAddress, "translation", "address"),
    ...leaf(rule.translationPort, "translation", "port"),
  ];
  return { path: rulePath(rule.number), tree: treeOf(lines) };
}

/** The line of a leaf below a rule, or none. */
export function leaf(value: string | undefined, ...path: string[]): string[][] {
  return value === undefined ? [] : [[...path, value]];
}
