/** The resource types by name: the name is what the state holds, the model is today's code. Pure. */

import type { Probe } from "../router/change/probe.ts";
import { bootLineModel } from "../vyos/resources/boot-line.ts";
import { configNodeModel } from "../vyos/resources/config-node.ts";
import { destinationNatRulesModel } from "../vyos/resources/destination-nat-rule.ts";
import { failoverRouteModel } from "../vyos/resources/failover-route.ts";
import type { Inputs } from "../vyos/resources/inputs.ts";
import { interfaceAddressModel } from "../vyos/resources/interface-address.ts";
import { natRuleModel, natRulesModel } from "../vyos/resources/nat-rule.ts";
import type { OwnedFile } from "../vyos/resources/owned-file.ts";
import { type OwnedNode, type ResourceModel, type Verdict, verdict } from "../vyos/resources/resource.ts";
import { routerScriptModel } from "../vyos/resources/router-script.ts";
import { staticRouteModel } from "../vyos/resources/static-route.ts";
import { tunnelModel } from "../vyos/resources/tunnel.ts";
import type { ConfigTree } from "../vyos/tree.ts";

export type ResourceType =
  | "tun"
  | "addr"
  | "route"
  | "rule"
  | "rules"
  | "dnats"
  | "node"
  | "failover"
  | "script"
  | "boot";

/** A model with its value type closed over, so that the types can stand in one table. */
export interface Resource {
  readonly id: string;
  readonly nodes: readonly OwnedNode[];
  readonly files: readonly OwnedFile[];
  readonly requires: readonly string[];
  readonly probe: Probe | undefined;
  /** What to ask once it was taken away. */
  readonly probeGone: Probe | undefined;
  heldOtherwise(running: ConfigTree): boolean;
  /** How this resource differs from another of the same type. */
  compare(before: Inputs): Verdict;
}

const models: { readonly [type in ResourceType]: (inputs: Inputs) => Resource } = {
  tun: (inputs) => resourceOf(tunnelModel, inputs),
  addr: (inputs) => resourceOf(interfaceAddressModel, inputs),
  route: (inputs) => resourceOf(staticRouteModel, inputs),
  rule: (inputs) => resourceOf(natRuleModel, inputs),
  rules: (inputs) => resourceOf(natRulesModel, inputs),
  dnats: (inputs) => resourceOf(destinationNatRulesModel, inputs),
  node: (inputs) => resourceOf(configNodeModel, inputs),
  failover: (inputs) => resourceOf(failoverRouteModel, inputs),
  script: (inputs) => resourceOf(routerScriptModel, inputs),
  boot: (inputs) => resourceOf(bootLineModel, inputs),
};

/** Parses inputs, or outputs that an older version stored. Throws InvalidValue. */
export function parseResource(type: ResourceType, inputs: Inputs): Resource {
  return models[type](inputs);
}

function resourceOf<Value extends object>(model: ResourceModel<Value>, inputs: Inputs): Resource {
  const value = model.parse(inputs);
  return {
    id: model.id(value),
    nodes: model.nodes(value),
    files: model.files?.(value) ?? [],
    requires: "requires" in value ? (value.requires as readonly string[]) : [],
    probe: "probe" in value ? (value.probe as Probe | undefined) : undefined,
    probeGone: "probeGone" in value ? (value.probeGone as Probe | undefined) : undefined,
    heldOtherwise: (running) => model.heldOtherwise?.(value, running) ?? false,
    compare: (before) => verdict(model, model.parse(before), value),
  };
}
