/**
 * A list of `nat destination rule N` (vyos-1x: interface-definitions/nat.xml.in, python/vyos/nat.py). Pure. A list, so that a
 * forward taken out of the middle renumbers in place: a rule of its own resource would be deleted after its number was reused.
 */

import { InvalidValue } from "../../errors.ts";
import { parseIpv4 } from "../values.ts";
import { interfaceName, text } from "./kinds.ts";
import { listId, matchRows, ruleList, ruleNode, ruleNumber, rulePath } from "./nat-match.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { type Given, object, required } from "./row.ts";

const rule = {
  number: ruleNumber,
  inboundInterface: required(interfaceName, { at: "inbound-interface name", meaning: "matched" }),
  translationAddress: required(text("IPv4 address", parseInside), {
    at: "translation address",
    meaning: "the server inside",
  }),
  ...matchRows,
};

export const destinationNatRules = resource({
  label: "DestinationNatRules",
  meaning: "destination NAT rules that are committed together: port forwards",
  owns: "each nat destination rule N of its list",
  keys: { rules: required(ruleList(object("rule", rule)), { meaning: "at least one" }) },
  fields: {},
  parts: rule,
  replaced: "never",
  id: ({ rules }) => listId("destination", rules),
  paths: ({ rules }) => rules.map((one) => rulePath("destination", one)),
  nodes: ({ rules }) => rules.map((one) => ruleNode("destination", rule, one)),
});

export type DestinationNatRuleArgs = Given<typeof rule>;
export type DestinationNatRulesArgs = ArgsOf<typeof destinationNatRules>;

function parseInside(field: string, given: string): string {
  if (given !== "masquerade") return parseIpv4(field, given);
  const reason = "belongs to source NAT: a destination needs an address inside";
  throw new InvalidValue(field, given, reason, "write the server's address, such as 192.168.100.10");
}
