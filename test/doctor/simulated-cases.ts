/** Each break of the simulated router alone, and in pairs, and what the doctor names over a real connection. */

import type { Declared } from "../../doctor/declared.ts";
import { type Diagnosis, diagnose } from "../../doctor/diagnose.ts";
import { questionsOf } from "../../doctor/facts.ts";
import { readRouter } from "../../doctor/reading.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { sshSettings } from "../router/lab.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { declared, paperRouter } from "./paper-router.ts";
import type { SimulatedBreak } from "./simulated-break.ts";
import { simulatedInternet, simulatedLeftovers, simulatedTunnel } from "./simulated-inside.ts";
import { simulatedMachine, simulatedRelay, simulatedWan } from "./simulated-outside.ts";

export interface SimulatedCase {
  readonly name: string;
  readonly uplink: "mape" | "wxr";
  readonly broken: readonly SimulatedBreak[];
  readonly expected: readonly string[];
}

/** Simulated seconds in a real one: an echo that is not answered takes one of them. */
const speed = 20;

const simulatedBreaks: readonly SimulatedBreak[] = [
  ...simulatedWan,
  ...simulatedRelay,
  ...simulatedTunnel,
  ...simulatedLeftovers,
  ...simulatedInternet,
  // Last: another break would save what nobody saved.
  ...simulatedMachine,
];

const uplinks = ["mape", "wxr"] as const;

export const simulatedSingles: readonly SimulatedCase[] = uplinks.flatMap((uplink) =>
  simulatedBreaks.filter((one) => one.uplinks.includes(uplink)).map((one) => caseOf(uplink, [one])),
);

export const simulatedPairs: readonly SimulatedCase[] = uplinks.flatMap((uplink) => {
  const all = simulatedBreaks.filter((one) => one.uplinks.includes(uplink));
  return all.flatMap((one, index) => all.slice(index + 1).map((other) => caseOf(uplink, [one, other])));
});

function caseOf(uplink: SimulatedCase["uplink"], broken: readonly SimulatedBreak[]): SimulatedCase {
  const hidden = (one: SimulatedBreak): boolean =>
    broken.some((other) => other !== one && other.hides?.includes(one.cause));
  const expected = [...new Set(broken.filter((one) => !hidden(one)).map(({ cause }) => cause))].sort();
  return { name: broken.map(({ name }) => name).join(" and "), uplink, broken, expected };
}

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
