/**
 * From facts to causes. A check that is wrong while one it rests on is wrong too is a consequence, and is folded under that
 * one: so one cause is one line. Pure.
 */

import type { Check, Verdict } from "./check.ts";
import { configChecks } from "./checks-config.ts";
import { internetChecks } from "./checks-internet.ts";
import { kernelChecks } from "./checks-kernel.ts";
import { lanChecks } from "./checks-lan.ts";
import { leftoverChecks } from "./checks-leftovers.ts";
import { machineChecks } from "./checks-machine.ts";
import { relayChecks } from "./checks-relay.ts";
import { tunnelChecks } from "./checks-tunnel.ts";
import { wanChecks } from "./checks-wan.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";

export interface Finding {
  readonly code: string;
  readonly title: string;
  readonly measured: string;
}

export interface Cause extends Finding {
  /** Commands; what stands in brackets is a word to the reader. */
  readonly remedy: string;
  readonly consequences: readonly Finding[];
}

export interface Judged {
  readonly code: string;
  readonly verdict: Verdict["kind"];
  readonly measured: string;
  readonly dependsOn: readonly string[];
}

export interface Diagnosis {
  readonly healthy: boolean;
  readonly causes: readonly Cause[];
  /** Every check, in the order in which one reads a line: machine, configuration, WAN, relay, tunnel, internet. */
  readonly checks: readonly Judged[];
}

/** What is unsaved or armed while an update runs is its own doing, and explains nothing. */
const ownDoing = new Set(["unsaved", "undo-pending", "clock"]);

/** In one line, for an error that says only that the new uplink did not answer; undefined: nothing is found. The cause with the most consequences explains the most. */
export function likelyCause(facts: Facts, declared: Declared): string | undefined {
  const causes = diagnose(facts, declared).causes.filter(({ code }) => !ownDoing.has(code));
  const [cause] = causes.toSorted((a, b) => b.consequences.length - a.consequences.length);
  return cause && `${cause.title} (${cause.measured}); ${cause.remedy} [${cause.code}]`;
}

export function checksFor(declared: Declared): Check[] {
  return [
    ...machineChecks,
    ...leftoverChecks,
    ...configChecks(declared),
    ...kernelChecks,
    ...wanChecks,
    ...relayChecks,
    ...tunnelChecks,
    ...internetChecks,
    ...lanChecks,
  ];
}

interface Wrong {
  readonly check: Check;
  readonly verdict: Extract<Verdict, { kind: "wrong" }>;
}

export function diagnose(facts: Facts, declared: Declared): Diagnosis {
  const judged = checksFor(declared).map((check) => ({ check, verdict: check.judge(facts, declared) }));
  const wrongs = judged.filter((one): one is Wrong => one.verdict.kind === "wrong");
  // The order of dependsOn is the order of likelihood.
  const parent = ({ check }: Wrong): Wrong | undefined =>
    check.dependsOn
      .map((code) => wrongs.find((one) => one.check.code === code))
      .find((one) => one !== undefined);
  const rootOf = (one: Wrong): Wrong => {
    const above = parent(one);
    return above === undefined ? one : rootOf(above);
  };
  const finding = ({ check: { code, title }, verdict: { measured } }: Wrong): Finding => ({
    code,
    title,
    measured,
  });
  const causes = wrongs
    .filter((one) => parent(one) === undefined)
    .map((cause) => ({
      ...finding(cause),
      remedy: cause.verdict.remedy,
      consequences: wrongs.filter((one) => one !== cause && rootOf(one) === cause).map(finding),
    }));
  const checks = judged.map(({ check: { code, dependsOn }, verdict: { kind, measured } }) => ({
    code,
    verdict: kind,
    measured,
    dependsOn,
  }));
  return { healthy: causes.length === 0, causes, checks };
}
