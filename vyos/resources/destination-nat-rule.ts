/**
 * A list of `nat destination rule N` (vyos-1x: interface-definitions/nat.xml.in, python/vyos/nat.py). Pure. A list, so that a
 * forward taken out of the middle renumbers in place: a rule of its own resource would be deleted after its number was reused.
 */

import { InvalidValue } from "../../errors.ts";
import { treeOf } from "../tree.ts";
import {
  type FreeText,
  type InterfaceName,
  type Ipv4,
  type PortList,
  type PortRange,
  parseChoice,
  parseFreeText,
  parseInterfaceName,
  parseIpv4,
  parseNatRuleNumber,
  parsePortList,
  parsePortRange,
} from "../values.ts";
import { type Inputs, optional, optionalText, requiredText } from "./inputs.ts";
import {
  checkPortProtocol,
  leaf,
  type NatProtocol,
  parseMatchAddress,
  protocols,
  readRules,
} from "./nat-rule.ts";
import type { OwnedNode, ResourceModel } from "./resource.ts";

export interface DestinationNatRuleArgs {
  /** 1-999999. */
  readonly number: number;
  readonly inboundInterface: string;
  readonly protocol?: "all" | "tcp" | "udp" | "tcp_udp" | "icmp";
  readonly sourceAddress?: string;
  readonly destinationAddress?: string;
  /** Ports and ranges with commas. */
  readonly destinationPort?: string;
  /** The IPv4 address inside. */
  readonly translationAddress: string;
  /** One port or one range. */
  readonly translationPort?: string;
  readonly description?: string;
}

export interface DestinationNatRulesArgs {
  readonly rules: readonly DestinationNatRuleArgs[];
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface DestinationNatRuleValue {
  readonly number: number;
  readonly inboundInterface: InterfaceName;
  readonly protocol: NatProtocol;
  readonly sourceAddress: string | undefined;
  readonly destinationAddress: string | undefined;
  readonly destinationPort: PortList | undefined;
  readonly translationAddress: Ipv4;
  readonly translationPort: PortRange | undefined;
  readonly description: FreeText | undefined;
}

export interface DestinationNatRulesValue {
  readonly rules: readonly DestinationNatRuleValue[];
}

export const destinationNatRulesModel: ResourceModel<DestinationNatRulesValue> = {
  identity: [],
  id: ({ rules }) => `nat destination rule ${rules[0]?.number ?? 0}-${rules.at(-1)?.number ?? 0}`,
  parse: (inputs) => ({ rules: readRules(inputs, parseRule) }),
  nodes: ({ rules }) => rules.map(ruleNode),
};

function parseRule(inputs: Inputs): DestinationNatRuleValue {
  const rule: DestinationNatRuleValue = {
    number: parseNatRuleNumber("number", inputs.number),
    inboundInterface: parseInterfaceName("inboundInterface", requiredText(inputs, "inboundInterface")),
    protocol: parseChoice("protocol", optionalText(inputs, "protocol") ?? "all", protocols),
    sourceAddress: optional(inputs, "sourceAddress", parseMatchAddress),
    destinationAddress: optional(inputs, "destinationAddress", parseMatchAddress),
    destinationPort: optional(inputs, "destinationPort", parsePortList),
    translationAddress: parseInside("translationAddress", requiredText(inputs, "translationAddress")),
    translationPort: optional(inputs, "translationPort", parsePortRange),
    description: optional(inputs, "description", parseFreeText),
  };
  checkPortProtocol(rule.protocol, rule.translationPort ?? rule.destinationPort);
  return rule;
}

function parseInside(field: string, text: string): Ipv4 {
  if (text !== "masquerade") return parseIpv4(field, text);
  const reason = "belongs to source NAT: a destination needs an address inside";
  throw new InvalidValue(field, text, reason, "write the server's address, such as 192.168.100.10");
}

function ruleNode(rule: DestinationNatRuleValue): OwnedNode {
  const lines = [
    ...leaf(rule.description, "description"),
    ...leaf(rule.destinationAddress, "destination", "address"),
    ...leaf(rule.destinationPort, "destination", "port"),
    ...leaf(rule.inboundInterface, "inbound-interface", "name"),
    ...leaf(rule.protocol === "all" ? undefined : rule.protocol, "protocol"),
    ...leaf(rule.sourceAddress, "source", "address"),
    ...leaf(rule.translationAddress, "translation", "address"),
    ...leaf(rule.translationPort, "translation", "port"),
  ];
  return { path: ["nat", "destination", "rule", String(rule.number)], tree: treeOf(lines) };
}
