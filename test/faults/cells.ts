/**
 * The fault matrix: at each step of the switch to mape, each thing that can go wrong. A cell says what is planted, not what
 * comes of it: the same must come of all of them (test/faults/cell.ts).
 */

import type { Simulator } from "../simulator/simulator.ts";

export const steps = [
  "connect",
  "read",
  "set",
  "arm",
  "commit-begin",
  "commit-middle",
  "commit-end",
  "probe",
  "disarm",
  "save",
] as const;
export type Step = (typeof steps)[number];

/** What the simulated router does, or the signal that all of the run gets: the engine, the program and the provider. */
const planted = {
  "link drops": { kind: "drop" },
  "process killed": { signal: "SIGKILL" },
  interrupted: { signal: "SIGINT" },
  "router reboots": { kind: "reboot" },
  "command hangs": { kind: "hang" },
  "answer garbled": { kind: "garble" },
  "disk full": { kind: "refuse" },
  "lock held": { kind: "lock" },
  "lease lost": { kind: "lease-lost" },
  "relay silent": { kind: "relay-silent" },
} as const;
export type FaultName = keyof typeof planted;
export const faults = Object.keys(planted) as FaultName[];

export interface Cell {
  readonly step: Step;
  readonly fault: FaultName;
}

export const cells: readonly Cell[] = steps.flatMap((step) => faults.map((fault) => ({ step, fault })));

/** How many sets go through before the fault at `set`: it strikes in the middle of them. */
const setsBefore = 40;

export type Signal = (name: NodeJS.Signals) => void;

export function plant(simulator: Simulator, { step, fault }: Cell, signal: Signal): void {
  const when = { at: step, times: 1, ...(step === "set" ? { after: setsBefore } : {}) };
  const what = planted[fault];
  if ("kind" in what) simulator.inject({ ...when, kind: what.kind });
  else simulator.inject({ ...when, act: () => signal(what.signal) });
}
