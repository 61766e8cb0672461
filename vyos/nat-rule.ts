/**
 * `nat source rule N` (vyos-1x: interface-definitions/nat.xml.in, src/conf_mode/nat.py), one rule or a list of rules. Pure.
 * Rules are evaluated in ascending number and the first that matches decides, even when its ports are used up.
 */

import { InvalidValue } from "./errors.ts";
import { type Inputs, optional, optionalText, readList, readObject, requiredText } from "./inputs.ts";
import type { OwnedNode, ResourceModel } from "./resource.ts";
import { treeOf } from "./tree.ts";
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
} from "./values.ts";

const protocols = ["all", "tcp", "udp", "tcp_udp", "icmp"] as const;
export type NatProtocol = (typeof protocols)[number];

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

export interface NatRulesValue {
  readonly rules: readonly NatRuleValue[];
}

/** A list is never replaced: it is diffed rule by rule, so a changed rule is one changed rule. */
export const natRulesModel: ResourceModel<NatRulesValue> = {
  identity: [],
  id: ({ rules }) => `nat source rule ${rules[0]?.number ?? 0}-${rules.at(-1)?.number ?? 0}`,
  parse: (inputs) => {
    const rules = readList(inputs, "rules").map((rule, index) => inList(index, rule));
    rules.sort((a, b) => a.number - b.number);
    const twice = rules.find((rule, index) => rule.number === rules[index - 1]?.number);
    if (twice) {
      throw new InvalidValue(
        "rules",
        String(twice.number),
        "is in the list twice",
        "give each rule its own number",
      );
    }
    if (rules.length === 0) throw new InvalidValue("rules", "", "is empty", "list at least one rule");
    return { rules };
  },
  nodes: ({ rules }) => rules.map(ruleNode),
};

function inList(index: number, value: unknown): NatRuleValue {
  try {
    return parseNatRule(readObject(`rules[${index}]`, value));
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
  const port = rule.translationPort ?? rule.sourcePort ?? rule.destinationPort;
  if (port !== undefined && !["tcp", "udp", "tcp_udp"].includes(rule.protocol)) {
    const reason = "does not go with a port: VyOS takes ports only with tcp, udp or tcp_udp";
    throw new InvalidValue("protocol", rule.protocol, reason, "write tcp_udp, or leave the ports out");
  }
  return rule;
}

function parseMatchAddress(field: string, text: string): string {
  return text.includes("/") ? parsePrefix(field, text) : parseAddress(field, text);
}

function parseTranslation(field: string, text: string): string {
  return text === "masquerade" ? text : parseAddress(field, text);
}

function rulePath(number: number): string[] {
  return ["nat", "source", "rule", String(number)];
}

function ruleNode(rule: NatRuleValue): OwnedNode {
  const leaf = (value: string | undefined, ...path: string[]): string[][] =>
    value === undefined ? [] : [[...path, value]];
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
