/** The resource types by name: the name is what the state holds, the model is today's code. Pure. */

import type { ConfigTree } from "../tree.ts";
import { bootLineModel } from "./boot-line.ts";
import { configNodeModel } from "./config-node.ts";
import { destinationNatRulesModel } from "./destination-nat-rule.ts";
import { failoverRouteModel } from "./failover-route.ts";
import type { Inputs } from "./inputs.ts";
import { interfaceAddressModel } from "./interface-address.ts";
import { natRuleModel, natRulesModel } from "./nat-rule.ts";
import type { OwnedFile } from "./owned-file.ts";
import { type OwnedNode, type ResourceModel, type Verdict, verdict } from "./resource.ts";
import { routerScriptModel } from "./router-script.ts";
import { type RouteProbe, staticRouteModel } from "./static-route.ts";
import { tunnelModel } from "./tunnel.ts";

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

/** The class names under which the engine knows the types: pulumi-nodejs:dynamic/vyos:StaticRoute. */
export const typeOfLabel: Readonly<Record<string, ResourceType>> = {
  Tunnel: "tun",
  InterfaceAddress: "addr",
  StaticRoute: "route",
  NatRule: "rule",
  NatRules: "rules",
  DestinationNatRules: "dnats",
  ConfigNode: "node",
  FailoverRoute: "failover",
  RouterScript: "script",
  BootLine: "boot",
};

/** A model with its value type closed over, so that the types can stand in one table. */
export interface Resource {
  readonly id: string;
  readonly nodes: readonly OwnedNode[];
  readonly files: readonly OwnedFile[];
  readonly requires: readonly string[];
  readonly probe: RouteProbe | undefined;
  /** What to ask once it was taken away. */
  readonly probeGone: RouteProbe | undefined;
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
    probe: "probe" in value ? (value.probe as RouteProbe | undefined) : undefined,
    probeGone: "probeGone" in value ? (value.probeGone as RouteProbe | undefined) : undefined,
    heldOtherwise: (running) => model.heldOtherwise?.(value, running) ?? false,
    compare: (before) => verdict(model, model.parse(before), value),
  };
}
