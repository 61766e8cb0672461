/**
 * What every resource class shares: the object that the engine writes, as source text, into the state of each resource, and
 * the paths that a program has claimed. The shim's methods are one line that loads today's code; they must never close over
 * a module, a class or a secret, for those would be frozen into the state.
 */

import * as pulumi from "@pulumi/pulumi";
import { InvalidValue } from "../errors.ts";
import { parseResource, type ResourceType } from "../vyos/resources/registry.ts";
import type { ConfigPath } from "../vyos/tree.ts";
import { Claims } from "./claims.ts";

/** Short names: this text lies in the state once a resource. Its paths are relative to the project, where it runs. */
function shim(t: ResourceType): pulumi.dynamic.ResourceProvider {
  return {
    configure: (r) => require("./providers/ops.ts").setup(r),
    check: (o, n) => require("./providers/ops.ts").check(t, o, n),
    diff: (_, o, n) => require("./providers/ops.ts").diff(t, o, n),
    create: (n) => require("./providers/ops.ts").create(t, n),
    update: (_, o, n) => require("./providers/ops.ts").update(t, o, n),
    delete: (_, o) => require("./providers/ops.ts").remove(t, o),
    read: (i, o) => require("./providers/ops.ts").read(t, i, o),
  };
}

const shims = new Map<ResourceType, pulumi.dynamic.ResourceProvider>();

/** One object a type: the SDK makes the text of an object once, and that is the slow step of a declaration. */
function shimOf(type: ResourceType): pulumi.dynamic.ResourceProvider {
  const known = shims.get(type) ?? shim(type);
  shims.set(type, known);
  return known;
}

const claims = new Claims();

export class VyosResource extends pulumi.dynamic.Resource {
  /** When its last change was committed, ISO 8601; "" when it stood there before. */
  declare readonly committedAt: pulumi.Output<string>;
  declare readonly saved: pulumi.Output<boolean>;

  constructor(type: ResourceType, name: string, args: object, options?: pulumi.CustomResourceOptions) {
    const label = new.target.name;
    claims.claim(name, ownedPaths(type, args));
    const stack = `${pulumi.getProject()}/${pulumi.getStack()}`;
    super(
      shimOf(type),
      name,
      { ...args, stack, committedAt: undefined, saved: undefined },
      options,
      "vyos",
      label,
    );
  }

  /**
   * Settles at once, but when those that wait could hold every place of the engine (`--parallel`) after all of the resources
   * are done: it takes operations in no order of ours, and they would wait for ever. An input that waits for it is no
   * dependency, which would cost a commit in every other run.
   */
  static async doneFirst(resources: readonly VyosResource[], waiting: number): Promise<void> {
    const atOnce = Number(process.env.PULUMI_NODEJS_PARALLEL);
    if (!(atOnce > 0 && atOnce <= waiting)) return;
    await Promise.all(resources.map(({ urn }) => known(urn)));
  }
}

function known(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => output.apply(resolve));
}

/** A wrong value claims nothing: the engine's check refuses it by name. */
function ownedPaths(type: ResourceType, args: object): readonly ConfigPath[] {
  const known = Object.entries(args).filter(([, value]) => !(value instanceof Promise));
  try {
    const { nodes, files } = parseResource(type, Object.fromEntries(known));
    // A line is no claim on the file that it stands in.
    const scripts = files.filter(({ kind }) => kind === "script").map(({ path }) => [path]);
    return [...nodes.map(({ path }) => path), ...scripts];
  } catch (error) {
    if (error instanceof InvalidValue) return [];
    throw error;
  }
}
