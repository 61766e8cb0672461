/**
 * What every resource class shares: the object that the engine writes, as source text, into the state of each resource, and
 * the paths that a program has claimed. The shim's methods are one line that loads today's code; they must never close over
 * a module, a class or a secret, for those would be frozen into the state.
 */

import * as pulumi from "@pulumi/pulumi";
import { InvalidValue } from "../errors.ts";
import { models, type ResourceArgs, type ResourceType } from "../vyos/resources/registry.ts";
import { isObject } from "../vyos/resources/row.ts";
import { Claims } from "./claims.ts";
import { type GivenArgs, isPlain, type Outputs } from "./given.ts";

/** As the project says it, where the engine runs the text: a checkout by its path, an installed package by its name. */
const v = import.meta.url.endsWith(".ts") ? "./providers/verbs.ts" : "vyos-uplink/verbs";

/** Short names, and one object that all methods share: this text lies in the state once a resource. */
function shim(t: ResourceType): pulumi.dynamic.ResourceProvider {
  const s = { v, t };
  return {
    configure: (r) => require(s.v).setup(r),
    check: (o, n) => require(s.v).check(s.t, o, n),
    diff: (_, o, n) => require(s.v).diff(s.t, o, n),
    create: (n) => require(s.v).create(s.t, n),
    update: (_, o, n) => require(s.v).update(s.t, o, n),
    delete: (_, o) => require(s.v).remove(s.t, o),
    read: (i, o) => require(s.v).read(s.t, i, o),
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
  /** "router" or "lan": who had an answer by it before it was kept. */
  declare readonly verifiedFrom: pulumi.Output<string | undefined>;

  constructor(type: ResourceType, name: string, args: object, options?: pulumi.CustomResourceOptions) {
    const fields = Object.keys(models[type].rows).map((field) => [field, undefined]);
    const props = {
      ...{ ...Object.fromEntries(fields), committedAt: undefined, saved: undefined, verifiedFrom: undefined },
      ...{ ...args, ...claimed(type, name, args), ...secretMarks(args) },
      stack: `${pulumi.getProject()}/${pulumi.getStack()}`,
    };
    super(shimOf(type), name, props, options, "vyos", models[type].label);
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

type ResourceClass<Args> = new (
  name: string,
  args: GivenArgs<Args>,
  options?: pulumi.CustomResourceOptions,
) => VyosResource & Outputs<Args>;

export function resourceClass<Type extends ResourceType>(type: Type): ResourceClass<ResourceArgs<Type>> {
  class OfType extends VyosResource {
    constructor(name: string, args: object, options?: pulumi.CustomResourceOptions) {
      super(type, name, args, options);
    }
  }
  // The SDK sets the outputs by name, where no type follows it.
  return OfType as unknown as ResourceClass<ResourceArgs<Type>>;
}

function known(output: pulumi.Output<unknown>): Promise<unknown> {
  return new Promise((resolve) => output.apply(resolve));
}

const claims = new Claims();

/** The fields that name its paths: where one has to be waited for, all of them wait until the paths are found free. */
function claimed(type: ResourceType, name: string, args: object): Readonly<Record<string, unknown>> {
  const { keys } = models[type];
  const given = Object.fromEntries(Object.entries(args).filter(([field]) => keys.includes(field)));
  if (isPlain(given)) {
    claim(type, name, given);
    return given;
  }
  const free = pulumi.output(given).apply((names) => {
    claim(type, name, names);
    return names;
  });
  return Object.fromEntries(keys.map((key) => [key, free.apply((names) => names[key])]));
}

function claim(type: ResourceType, name: string, names: unknown): void {
  try {
    claims.claim(name, models[type].claims(isObject(names) ? names : {}));
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw error;
    // A wrong value claims nothing: the engine's check refuses it by its field.
    if (error.field === name) throw new pulumi.RunError(error.message);
  }
}

/**
 * What the verbs add is secret when something given is. The engine keeps that word by name: it makes a result secret where an
 * input of the same name is one, and an Output of nothing is an input only when it is secret.
 */
function secretMarks(args: object): Readonly<Record<string, unknown>> {
  if (isPlain(args)) return {};
  const mark = pulumi.output(args).apply(() => undefined);
  return { commands: mark, drift: mark, fromSecret: mark };
}
