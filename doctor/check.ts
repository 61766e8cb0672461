/** What a check of the doctor is. A check judges one thing by facts alone and names the checks it rests on. Types, and three words. */

import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";

export type Verdict =
  | { readonly kind: "ok"; readonly measured: string }
  | { readonly kind: "wrong"; readonly measured: string; readonly remedy: string }
  /** Not asked of this uplink, or not readable: no judgement either way. */
  | { readonly kind: "skipped"; readonly measured: string };

export interface Check {
  /** Stable: scripts may look for it. */
  readonly code: string;
  /** What is wrong, when it is. */
  readonly title: string;
  /** When one of these is wrong too, this one is its consequence. */
  readonly dependsOn: readonly string[];
  readonly judge: (facts: Facts, declared: Declared) => Verdict;
}

export function ok(measured: string): Verdict {
  return { kind: "ok", measured };
}

export function wrong(measured: string, remedy: string): Verdict {
  return { kind: "wrong", measured, remedy };
}

export function skipped(measured: string): Verdict {
  return { kind: "skipped", measured };
}

export const notRead = skipped("could not be read");
export const notMape = skipped("not asked in wxr");
