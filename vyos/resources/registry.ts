/** The resource types by name: the name is what the state holds, the model is today's code. Pure. */

import { bootLine } from "./boot-line.ts";
import { configNode } from "./config-node.ts";
import { destinationNatRules } from "./destination-nat-rules.ts";
import { failoverRoute } from "./failover-route.ts";
import { interfaceAddress } from "./interface-address.ts";
import { interfaceGroupMember } from "./interface-group-member.ts";
import { natRule, natRules } from "./nat-rule.ts";
import type { ArgsOf, Resource, ResourceModel } from "./resource.ts";
import { routerScript } from "./router-script.ts";
import type { Inputs } from "./row.ts";
import { staticRoute } from "./static-route.ts";
import { tunnel } from "./tunnel.ts";
import { zoneMember } from "./zone-member.ts";

const types = {
  tun: tunnel,
  addr: interfaceAddress,
  route: staticRoute,
  rule: natRule,
  rules: natRules,
  dnats: destinationNatRules,
  node: configNode,
  failover: failoverRoute,
  script: routerScript,
  boot: bootLine,
  zone: zoneMember,
  group: interfaceGroupMember,
};

export type ResourceType = keyof typeof types;
export type ResourceArgs<Type extends ResourceType> = ArgsOf<(typeof types)[Type]>;

export const models: { readonly [Type in ResourceType]: ResourceModel<unknown, unknown> } = types;

/** Parses inputs, or outputs that an older version stored. Throws InvalidValue. */
export function parseResource(type: ResourceType, inputs: Inputs): Resource {
  return models[type].parse(inputs);
}

export const resourceTypes = Object.keys(types).filter((type): type is ResourceType => type in types);

/** From the name under which the engine knows it: pulumi-nodejs:dynamic/vyos:StaticRoute. */
export function typeOfLabel(label: string): ResourceType | undefined {
  return resourceTypes.find((type) => models[type].label === label);
}
