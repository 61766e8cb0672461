/** The ways to break the simulated router and the network around it. What follows is the simulator's to say, not the test's. */

import type { Simulator } from "../simulator/simulator.ts";
import type { BreakOf } from "./break.ts";

export type SimulatedBreak = BreakOf<Simulator>;

export const configured =
  (...lines: readonly string[]) =>
  (simulator: Simulator): void =>
    void simulator.byHand(lines, { save: true });
export const typed =
  (...lines: readonly string[]) =>
  (simulator: Simulator): Promise<void> =>
    simulator.kernelByHand(lines).catch((error: Error) => {
      // Another break took away already what this one is about.
      if (!/No such|Cannot find device|Cannot assign/.test(error.message)) throw error;
    });
export const network =
  (changed: Partial<Simulator["network"]>) =>
  (simulator: Simulator): void =>
    void Object.assign(simulator.network, changed);
export const observed =
  (changed: Partial<Simulator["observed"]>) =>
  (simulator: Simulator): void =>
    void Object.assign(simulator.observed, changed);
