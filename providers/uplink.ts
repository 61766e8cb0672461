/**
 * The component that declares the objects of an uplink. No object depends on another: each level of a dependency graph would
 * be one more commit, and VyOS orders by itself inside one. The default route comes last and says what it requires.
 */

import * as pulumi from "@pulumi/pulumi";
import type { uplinkKeys } from "../config/keys.ts";
import { type UplinkConfig, uplinkConfig } from "../config/uplink-config.ts";
import { UplinkError } from "../errors.ts";
import { defaultRouteName, type NamedResource } from "../uplink/named-resource.ts";
import { resourcesOf } from "../uplink/resources.ts";
import { VyosResource } from "./shim.ts";

/** The keys of docs/keys.md, under The uplink, by name. What is declared follows from them, so none may be an Output. */
export type UplinkArgs = { readonly [Key in keyof typeof uplinkKeys]?: string | number | boolean };

export class Uplink extends pulumi.ComponentResource {
  /** When the default route was last moved, ISO 8601; "" when it stood there before. */
  readonly lastCommit: pulumi.Output<string>;
  readonly saved: pulumi.Output<boolean>;
  /** Who had an answer by the uplink before it was kept: the router alone, or machines of the LAN as well. */
  readonly verifiedFrom: pulumi.Output<"router" | "lan" | "">;
  /** What the arguments mean. */
  readonly config: UplinkConfig;

  constructor(name: string, args: UplinkArgs, options?: pulumi.ComponentResourceOptions) {
    const config = inWords(() => uplinkConfig(args));
    const resources = inWords(() => resourcesOf(config));
    super("vyos:uplink:Uplink", name, {}, options);
    this.config = config;
    const declared = new Map<string, VyosResource>();
    const waiting = resources.filter(waits).length;
    for (const resource of resources) {
      const before = { done: [...declared.values()], waiting };
      declared.set(resource.name, declare(resource, before, { parent: this }));
    }
    const route = declared.get(defaultRouteName);
    this.lastCommit = route?.committedAt ?? pulumi.output("");
    this.saved = route?.saved ?? pulumi.output(false);
    this.verifiedFrom = (route?.verifiedFrom ?? pulumi.output(undefined)).apply(whoOf);
    const { lastCommit, saved, verifiedFrom } = this;
    this.registerOutputs({ lastCommit, saved, verifiedFrom });
  }
}

function whoOf(from: string | undefined): "router" | "lan" | "" {
  return from === "router" || from === "lan" ? from : "";
}

/** A wrong value is a sentence for whoever wrote it, and no trace. */
export function inWords<Value>(make: () => Value): Value {
  try {
    return make();
  } catch (error) {
    throw error instanceof UplinkError ? new pulumi.RunError(error.message) : error;
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
