/**
 * A client's program reaches a step: what the fault that is due there does to its connection, to the machine or
 * to the network. The router's own scripts reach no steps: nobody is at the other end of them.
 */

import type { Answer } from "../configuration/session.ts";
import type { Faults, Kind, Step } from "./faults.ts";
import { noise } from "./faults.ts";
import type { Process } from "./process.ts";

/** The connection has ended (drop) or falls silent (hang) instead of an answer. */
export class Broken extends Error {
  readonly kind: "drop" | "hang";

  constructor(kind: "drop" | "hang") {
    super(kind);
    this.kind = kind;
  }
}

export type Told = "refuse" | "lock" | "garble" | undefined;

/** What is left for the program itself to do; Broken when there is nobody to answer any more. */
export function reach(process: Process, at: Step): Told {
  const { link, machine } = process;
  if (link === undefined) return undefined;
  const due = take(machine.faults, at);
  if (due === "drop" || due === "reboot") {
    if (due === "reboot") machine.reboot();
    link.cut();
    throw new Broken("drop");
  }
  if (due === "hang") {
    link.silence();
    throw new Broken("hang");
  }
  if (due === "lease-lost") machine.network.set({ leasePresent: false });
  if (due === "relay-silent") machine.network.set({ relayAnswers: false });
  return due === "refuse" || due === "lock" || due === "garble" ? due : undefined;
}

function take(faults: Faults, at: Step): Kind | undefined {
  const due = faults.take(at);
  if (typeof due !== "function") return due;
  due();
  return undefined;
}

/** Reaches the step before the program acts; `refused` is what it says when the router says no. */
export async function guard(
  process: Process,
  at: Step,
  refused: Answer,
  act: () => Answer | Promise<Answer>,
): Promise<Answer> {
  const told = reach(process, at);
  if (told === "refuse" || told === "lock") return refused;
  const answer = await act();
  return told === "garble" ? { ...answer, text: noise } : answer;
}
