/** Each break of the simulated router alone, and in pairs, and what the doctor names over a real connection. */

import type { Declared } from "../../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../../doctor/diagnose.ts";
import { questionsOf } from "../../doctor/facts.ts";
import { readRouter } from "../../doctor/reading.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { sshSettings } from "../router/lab.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type CaseOf, casesOf } from "./break.ts";
import { declared, paperRouter } from "./paper-router.ts";
import type { SimulatedBreak } from "./simulated-break.ts";
import { simulatedInternet, simulatedLan, simulatedLeftovers, simulatedTunnel } from "./simulated-inside.ts";
import { simulatedMachine, simulatedRelay, simulatedWan } from "./simulated-outside.ts";

export type SimulatedCase = CaseOf<Simulator>;

/** Simulated seconds in a real one: an echo that is not answered takes one of them, and a command is given up after five. */
const speed = 10;

const simulatedBreaks: readonly SimulatedBreak[] = [
  ...simulatedWan,
  ...simulatedRelay,
  ...simulatedTunnel,
  ...simulatedLeftovers,
  ...simulatedInternet,
  ...simulatedLan,
  // Last: another break would save what nobody saved.
  ...simulatedMachine,
];

export const { singles: simulatedSingles, pairs: simulatedPairs } = casesOf(simulatedBreaks);

/** Starts a healthy router, breaks it, and asks the doctor. */
export async function examine({ uplink, broken }: SimulatedCase): Promise<Diagnosis> {
  const stack = Object.assign({}, ...broken.map((one) => one.stack ?? {})) as Record<string, string>;
  const simulator = await startSimulator({
    configuration: paperRouter(uplink).running,
    secondsPerSecond: speed,
  });
  try {
    for (const { act } of broken) await act(simulator);
    return await ask(simulator, declared(uplink, stack));
  } finally {
    await simulator.stop();
  }
}

async function ask(simulator: Simulator, shall: Declared): Promise<Diagnosis> {
  const transport = new SshTransport(sshSettings(simulator));
  const facts = await readRouter(transport, "the simulated router", questionsOf(shall));
  if (simulator.escapes.length > 0) throw new Error(`The router's shell met ${simulator.escapes.join("; ")}`);
  return diagnose(facts, shall);
}

export function codesOf({ causes }: Diagnosis): string[] {
  return causes.map(({ code }) => code).sort();
}
