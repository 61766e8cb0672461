/**
 * What every resource class shares: the object that the engine writes, as source text, into the state of each resource, and
 * the paths that a program has claimed. The shim's methods are one line that loads today's code; they must never close over
 * a module, a class or a secret, for those would be frozen into the state.
 */

import * as pulumi from "@pulumi/pulumi";
import { InvalidValue } from "../vyos/errors.ts";
import type { Inputs } from "../vyos/inputs.ts";
import type { OwnedNode } from "../vyos/resource.ts";
import type { ConfigPath } from "../vyos/tree.ts";
import { parseResource, type ResourceType } from "./models.ts";

/** Short names: this text lies in the state once a resource. Its paths are relative to the project, where it runs. */
function shim(t: ResourceType): pulumi.dynamic.ResourceProvider {
  return {
    configure: (r) => require("./providers/ops.ts").configure(r),
    check: (_, n) => require("./providers/ops.ts").check(t, n),
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

export class VyosResource extends pulumi.dynamic.Resource {
  /** When its last change was committed, ISO 8601; "" when it stood there before. */
  declare readonly committedAt: pulumi.Output<string>;
  declare readonly saved: pulumi.Output<boolean>;

  /** Settles when this resource waits for nothing more before it is handed to the engine, but for its parent. */
  readonly #prepared: Promise<unknown>;

  constructor(type: ResourceType, name: string, args: object, options?: pulumi.CustomResourceOptions) {
    const label = new.target.name;
    claim(name, ownedNodes(type, args));
    const props: Inputs = { ...args, committedAt: undefined, saved: undefined };
    super(shimOf(type), name, props, options, "vyos", label);
    // The SDK puts the text of the shim there, and making it is the only slow step of its own.
    this.#prepared = known(pulumi.output(props.__provider));
  }

  /**
   * Settles when all of the resources have been handed to the engine, though nothing is done yet: an input that waits for it
   * makes its resource the last in the engine's order, and is no dependency, which would cost a commit.
   */
  static async handedOver(parent: pulumi.Resource, resources: readonly VyosResource[]): Promise<void> {
    await Promise.all([known(parent.urn), ...resources.map((resource) => resource.#prepared)]);
    // What is left runs without I/O, so it is over before the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function known(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => output.apply(resolve));
}

const claimed: { readonly name: string; readonly path: ConfigPath }[] = [];

/** Two resources on the same or a nested path would undo each other at every run. */
function claim(name: string, nodes: readonly OwnedNode[]): void {
  for (const { path } of nodes) {
    const taken = claimed.find((other) => overlap(other.path, path));
    if (taken === undefined) continue;
    const reason = `lies on the path of ${taken.name}: ${taken.path.join(" ")}`;
    throw new InvalidValue(name, path.join(" "), reason, "let one resource own the path");
  }
  claimed.push(...nodes.map(({ path }) => ({ name, path })));
}

function overlap(a: ConfigPath, b: ConfigPath): boolean {
  const shared = Math.min(a.length, b.length);
  return a.slice(0, shared).join(" ") === b.slice(0, shared).join(" ");
}

/** A wrong value claims nothing: the engine's check refuses it by name. */
function ownedNodes(type: ResourceType, args: object): readonly OwnedNode[] {
  const known = Object.entries(args).filter(([, value]) => !(value instanceof Promise));
  try {
    return parseResource(type, Object.fromEntries(known)).nodes;
  } catch (error) {
    if (error instanceof InvalidValue) return [];
    throw error;
  }
}
