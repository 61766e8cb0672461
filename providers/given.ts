/** What a program may write for a field: a value, or an Output or a promise of it or of any part of it. */

import * as pulumi from "@pulumi/pulumi";

export type GivenAs<Value> = pulumi.Input<PartsOf<Value>>;

type PartsOf<Value> = Value extends readonly (infer Item)[]
  ? readonly GivenAs<Item>[]
  : Value extends object
    ? { readonly [Field in keyof Value]: GivenAs<Value[Field]> }
    : Value;

/** The arguments of a resource. */
export type GivenArgs<Args> = { readonly [Field in keyof Args]: GivenAs<Args[Field]> };

/** What was given, as the engine gives it back. */
export type Outputs<Args> = { readonly [Field in keyof Args]-?: pulumi.Output<Args[Field]> };

/** Whether nothing in it has to be waited for. */
export function isPlain(given: unknown): boolean {
  if (given instanceof Promise || pulumi.Output.isInstance(given)) return false;
  if (typeof given !== "object" || given === null) return true;
  return Object.values(given).every(isPlain);
}
