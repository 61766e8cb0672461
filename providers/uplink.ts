/**
 * The component that declares the objects of an uplink. No object depends on another: each level of a dependency graph would
 * be one more commit, and VyOS orders by itself inside one. The default route comes last and says what it requires.
 */

import * as pulumi from "@pulumi/pulumi";
import { defaultRouteName, type NamedResource } from "../uplink/named-resource.ts";
import { VyosResource } from "./shim.ts";

export class Uplink extends pulumi.ComponentResource {
  /** When the default route was last moved, ISO 8601; "" when it stood there before. */
  readonly lastCommit: pulumi.Output<string>;
  readonly saved: pulumi.Output<boolean>;

  constructor(name: string, resources: readonly NamedResource[], options?: pulumi.ComponentResourceOptions) {
    super("vyos:uplink:Uplink", name, {}, options);
    const declared = new Map<string, VyosResource>();
    const waiting = resources.filter(waits).length;
    for (const resource of resources) {
      const before = { done: [...declared.values()], waiting };
      declared.set(resource.name, declare(resource, before, { parent: this }));
    }
    const route = declared.get(defaultRouteName);
    this.lastCommit = route?.committedAt ?? pulumi.output("");
    this.saved = route?.saved ?? pulumi.output(false);
    this.registerOutputs({ lastCommit: this.lastCommit, saved: this.saved });
  }
}

interface Before {
  readonly done: readonly VyosResource[];
  /** How many of the uplink's resources may wait for others. */
  readonly waiting: number;
}

function waits({ name, type }: NamedResource): boolean {
  return name === defaultRouteName || type === "node" || type === "failover";
}

/** What a resource requires; with a low `--parallel` not before the others are done. */
async function afterDone(
  { done, waiting }: Before,
  requires: readonly string[] = [],
): Promise<readonly string[]> {
  await VyosResource.doneFirst(done, waiting);
  return requires;
}

function declare(
  resource: NamedResource,
  before: Before,
  options: pulumi.CustomResourceOptions,
): VyosResource {
  const { name, type, args } = resource;
  const given = waits(resource) ? { ...args, requires: afterDone(before, args.requires) } : args;
  return new VyosResource(type, name, given, options);
}
