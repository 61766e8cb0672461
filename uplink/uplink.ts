/**
 * The component that declares the objects of an uplink. No object depends on another: each level of a dependency graph would
 * be one more commit, and VyOS orders by itself inside one. The default route comes last and says what it requires.
 */

import * as pulumi from "@pulumi/pulumi";
import { BootLine } from "../providers/boot-line.ts";
import { ConfigNode } from "../providers/config-node.ts";
import { DestinationNatRules } from "../providers/destination-nat-rules.ts";
import { FailoverRoute } from "../providers/failover-route.ts";
import { InterfaceAddress } from "../providers/interface-address.ts";
import { NatRules } from "../providers/nat-rules.ts";
import { RouterScript } from "../providers/router-script.ts";
import { VyosResource } from "../providers/shim.ts";
import { StaticRoute } from "../providers/static-route.ts";
import { Tunnel } from "../providers/tunnel.ts";
import type { UplinkObjects } from "./objects.ts";
import {
  type DeclaredResource,
  declaredResources,
  defaultRouteName,
  type UplinkOptions,
} from "./resources.ts";

export class Uplink extends pulumi.ComponentResource {
  /** When the default route was last moved, ISO 8601; "" when it stood there before. */
  readonly lastCommit: pulumi.Output<string>;
  readonly saved: pulumi.Output<boolean>;

  constructor(name: string, objects: UplinkObjects, options: UplinkOptions) {
    super("vyos:uplink:Uplink", name);
    const { others, defaultRoute } = declaredResources(objects, options);
    const parent = { parent: this };
    const declared: VyosResource[] = [];
    for (const resource of others) declared.push(declare(resource, declared.slice(), parent));
    const requires = afterDone(declared, defaultRoute.requires);
    const route = new StaticRoute(defaultRouteName, { ...defaultRoute, requires }, parent);
    this.lastCommit = route.committedAt;
    this.saved = route.saved;
    this.registerOutputs({ lastCommit: this.lastCommit, saved: this.saved });
  }
}

type Requires = readonly string[] | Promise<readonly string[]> | undefined;

/** What a resource requires; with `--parallel 1` not before the others are done. */
async function afterDone(before: readonly VyosResource[], requires: Requires): Promise<readonly string[]> {
  await VyosResource.doneFirst(before);
  return (await requires) ?? [];
}

function declare(
  resource: DeclaredResource,
  before: readonly VyosResource[],
  options: pulumi.CustomResourceOptions,
): VyosResource {
  const { name, type, args } = resource;
  switch (type) {
    case "addr":
      return new InterfaceAddress(name, args, options);
    case "route":
      return new StaticRoute(name, args, options);
    case "tun":
      return new Tunnel(name, args, options);
    case "rules":
      return new NatRules(name, args, options);
    case "dnats":
      return new DestinationNatRules(name, args, options);
    case "script":
      return new RouterScript(name, args, options);
    case "boot":
      return new BootLine(name, args, options);
    case "node":
      return new ConfigNode(name, { ...args, requires: afterDone(before, args.requires) }, options);
    case "failover":
      return new FailoverRoute(name, { ...args, requires: afterDone(before, args.requires) }, options);
    default:
      return type satisfies never;
  }
}
