/**
 * The component that declares the objects of an uplink. No object depends on another: each level of a dependency graph would
 * be one more commit, and VyOS orders by itself inside one. The default route comes last and says what it requires.
 */

import * as pulumi from "@pulumi/pulumi";
import { DestinationNatRules } from "../providers/destination-nat-rules.ts";
import { InterfaceAddress } from "../providers/interface-address.ts";
import { NatRules } from "../providers/nat-rules.ts";
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
    const declared = others.map((resource) => declare(resource, { parent: this }));
    const requires = VyosResource.doneFirst(declared).then(() => objects.requires);
    const route = new StaticRoute(defaultRouteName, { ...defaultRoute, requires }, { parent: this });
    this.lastCommit = route.committedAt;
    this.saved = route.saved;
    this.registerOutputs({ lastCommit: this.lastCommit, saved: this.saved });
  }
}

function declare(resource: DeclaredResource, options: pulumi.CustomResourceOptions): VyosResource {
  switch (resource.type) {
    case "addr":
      return new InterfaceAddress(resource.name, resource.args, options);
    case "route":
      return new StaticRoute(resource.name, resource.args, options);
    case "tun":
      return new Tunnel(resource.name, resource.args, options);
    case "rules":
      return new NatRules(resource.name, resource.args, options);
    case "dnats":
      return new DestinationNatRules(resource.name, resource.args, options);
    default:
      return resource satisfies never;
  }
}
