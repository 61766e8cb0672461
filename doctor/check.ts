/** What a check of the doctor is. A check judges one thing by facts alone and names the checks it rests on. Pure. */

import type { Declared, DeclaredTunnel } from "./declared.ts";
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
  /** When one of these is wrong too, this one is its consequence; the likeliest first. */
  readonly dependsOn: readonly string[];
  readonly judge: (facts: Facts, declared: Declared) => Verdict;
}

export const ok = (measured: string): Verdict => ({ kind: "ok", measured });
export const skipped = (measured: string): Verdict => ({ kind: "skipped", measured });
export const wrong = (measured: string, remedy: string): Verdict => ({ kind: "wrong", measured, remedy });

/** These facts could be read. */
export type Known<Name extends keyof Facts> = Facts & {
  readonly [name in Name]-?: Exclude<Facts[name], undefined>;
};

interface Row<Name extends keyof Facts, Subject> {
  readonly code: string;
  readonly title: string;
  readonly dependsOn?: readonly string[];
  /** Without one of these there is no judgement. */
  readonly reads: readonly Name[];
  readonly judge: (facts: Known<Name>, subject: Subject, declared: Declared) => Verdict;
}

function checks<Subject>(subjectOf: (declared: Declared) => Subject | undefined, without: string) {
  return <Name extends keyof Facts>(row: Row<Name, Subject>): Check => ({
    code: row.code,
    title: row.title,
    dependsOn: row.dependsOn ?? [],
    judge: (facts, declared) => {
      const subject = subjectOf(declared);
      if (subject === undefined) return skipped(without);
      if (!isKnown(facts, row.reads)) return skipped("could not be read");
      return row.judge(facts, subject, declared);
    },
  });
}

function isKnown<Name extends keyof Facts>(facts: Facts, names: readonly Name[]): facts is Known<Name> {
  return names.every((name) => facts[name] !== undefined);
}

export const check = checks((declared) => declared, "");
export const tunnelCheck = checks<DeclaredTunnel>(({ tunnel }) => tunnel, "not asked in wxr");
export const ngnCheck = checks(({ ngn }) => ngn, "no ipv6Interface and ipv6NextHop are known");
