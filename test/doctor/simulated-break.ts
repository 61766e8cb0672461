/**
 * The ways to break the simulated router and the network around it. What follows is the simulator's to say, not the
 * test's; `hides` are the causes that nobody could see, or that follow, while this one stands.
 */

import type { Simulator } from "../simulator/simulator.ts";

export interface SimulatedBreak {
  readonly name: string;
  readonly cause: string;
  readonly uplinks: readonly ("mape" | "wxr")[];
  readonly act: (simulator: Simulator) => void | Promise<void>;
  readonly hides?: readonly string[];
  /** The stack says something else than usual. */
  readonly stack?: Readonly<Record<string, string>>;
}

export const both = ["mape", "wxr"] as const;
export const mape = ["mape"] as const;
export const wxr = ["wxr"] as const;

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
