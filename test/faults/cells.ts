/**
 * The fault matrix: at each step of a switch to mape, and of one that is put back, each thing that can go wrong. A cell says
 * what is planted, not what comes of it: the same must come of all of them (test/faults/cell.ts).
 */

import type { Simulator, Step as SimulatorStep } from "../simulator/simulator.ts";

/** A step of the put-back is met on the way back from an uplink that is silent. */
const planted: Readonly<Record<string, { readonly at: SimulatorStep; readonly after?: number }>> = {
  connect: { at: "connect" },
  read: { at: "read" },
  upload: { at: "write" },
  start: { at: "arm", after: 1 },
  load: { at: "load" },
  "commit begins": { at: "commit-begin" },
  "mid-commit": { at: "commit-middle" },
  "active is replaced": { at: "commit-replace" },
  "active was replaced": { at: "commit-replaced" },
  "commit ends": { at: "commit-end" },
  verdict: { at: "probe" },
  save: { at: "save" },
};

const backward: Readonly<Record<string, { readonly at: SimulatorStep; readonly after?: number }>> = {
  "back: load": { at: "load", after: 1 },
  "back: commit begins": { at: "commit-begin", after: 1 },
  "back: mid-commit": { at: "commit-middle", after: 1 },
  "back: active is replaced": { at: "commit-replace", after: 1 },
  "back: commit ends": { at: "commit-end", after: 1 },
};

export const steps: readonly string[] = [...Object.keys(planted), ...Object.keys(backward)];

/** What a fault can reach beside the router: the controller, and another login of its user. */
export interface Around {
  /** Its process is gone: SIGKILL, SIGTERM and SIGHUP are one to the router. */
  kill(): void;
  /** Ctrl-C. */
  interrupt(): void;
  /** Another session of the same user is set up and torn down, which sweeps away those whose shell has died. */
  login(): void;
}

/** By hand, of somebody else: it must survive whatever we do. */
export const neighbour = "set interfaces dummy dum7 address '198.51.100.7/32'";

type Plant = (
  simulator: Simulator,
  when: { at: SimulatorStep; after?: number; times: number },
  around: Around,
) => void;

const act =
  (what: (simulator: Simulator, around: Around) => void): Plant =>
  (simulator, when, around) =>
    simulator.inject({ ...when, act: () => what(simulator, around) });
const kind =
  (
    name:
      | "drop"
      | "hang"
      | "garble"
      | "kill"
      | "kill-commit"
      | "reboot"
      | "lock"
      | "lease-lost"
      | "relay-silent",
  ): Plant =>
  (simulator, when) =>
    simulator.inject({ ...when, kind: name });
const noLogin = (simulator: Simulator, times: number): void =>
  simulator.inject({ at: "connect", kind: "drop", times });

const plants: Readonly<Record<string, Plant>> = {
  "link lost for a moment": kind("drop"),
  "link lost for good": (simulator, when, around) => {
    act(() => noLogin(simulator, 12))(simulator, when, around);
    simulator.inject({ ...when, kind: "drop" });
  },
  "link silent": kind("hang"),
  "controller killed": act((_simulator, around) => around.kill()),
  "Ctrl-C": act((_simulator, around) => around.interrupt()),
  "Ctrl-C twice": act((_simulator, around) => {
    around.interrupt();
    setTimeout(() => around.interrupt(), 50);
  }),
  "unit killed": kind("kill"),
  "commit killed": kind("kill-commit"),
  "another login": act((_simulator, around) => around.login()),
  "FRR restarted": act((simulator) => void simulator.kernelByHand(["systemctl restart frr"])),
  "router reboots": kind("reboot"),
  "a neighbour commits": act((simulator) => void simulator.byHand([neighbour])),
  "a neighbour saves": act((simulator) => void simulator.byHand([], { save: true })),
  "full /config": act((simulator) => {
    simulator.inject({ at: "save", kind: "refuse", times: 1 });
  }),
  "commit lock held": act((simulator) => simulator.holdCommitLock(8)),
  "new uplink dead": act((simulator) => {
    simulator.network.internetBehindRelay = false;
  }),
  "SSH closed to new": act((simulator) => noLogin(simulator, 4)),
  "clock jumps": act((simulator) => simulator.jumpClock(86_400)),
};

export const faults: readonly string[] = Object.keys(plants);

export interface Cell {
  readonly step: string;
  readonly fault: string;
}

export const cells: readonly Cell[] = steps.flatMap((step) => faults.map((fault) => ({ step, fault })));

export function plant(simulator: Simulator, { step, fault }: Cell, around: Around): void {
  const back = backward[step];
  const when = back ?? planted[step] ?? { at: "connect" };
  if (back !== undefined) simulator.network.internetBehindRelay = false;
  plants[fault]?.(simulator, { ...when, times: 1 }, around);
}
