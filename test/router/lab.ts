/** What the router room's tests share: settings for a simulated router, and operations on dummy interfaces. */

import type { Operation } from "../../router/change/operation.ts";
import type { RouterOptions } from "../../router/router.ts";
import type { SshSettings } from "../../router/wire/ssh.ts";
import { type ConfigTree, treeOf } from "../../vyos/tree.ts";
import type { Simulator } from "../simulator/simulator.ts";

export function sshSettings(simulator: Simulator, changed: Partial<SshSettings> = {}): SshSettings {
  return {
    host: simulator.host,
    port: simulator.port,
    user: simulator.user,
    hostKey: simulator.hostKeyFingerprint,
    login: { kind: "password", password: simulator.password },
    connectTimeoutSeconds: 5,
    ...changed,
  };
}

export function routerSettings(simulator: Simulator, changed: Partial<RouterOptions> = {}): RouterOptions {
  return {
    ssh: sshSettings(simulator),
    commandTimeoutSeconds: 5,
    lockWaitSeconds: 3,
    quietMilliseconds: 15,
    undoAfterSeconds: 30,
    probe: {
      targets: [{ host: "1.1.1.1", port: 443 }],
      attempts: 2,
      intervalSeconds: 0,
      timeoutSeconds: 1,
    },
    removeStray: false,
    requirementWaitSeconds: 5,
    allowUnsavedWork: false,
    allowBlockedLan: false,
    ...changed,
  };
}

/** The text of each line is what stands below the path; undefined: it is given up, whatever of it is there. */
export function operation(
  path: string,
  lines: readonly string[] | undefined,
  changed: Partial<Operation> = {},
): Operation {
  const tree: ConfigTree = treeOf((lines ?? []).map((line) => line.split(" ")));
  return {
    id: path,
    verb: lines === undefined ? "withdraw" : "declare",
    stack: "test/lab",
    nodes: [{ path: path.split(" "), tree }],
    files: [],
    left: [],
    owned: new Set(),
    remembered: undefined,
    takeOver: false,
    requires: [],
    probe: undefined,
    probeGone: undefined,
    releases: false,
    fulfilledBy: () => false,
    ...changed,
  };
}

export function dummy(name: string, address: string, changed: Partial<Operation> = {}): Operation {
  return operation(`interfaces dummy ${name}`, [`address ${address}`], changed);
}

/** The rejection itself; an error when there is none. */
export async function rejection(promise: Promise<unknown>): Promise<Error> {
  const settled = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (settled instanceof Error) return settled;
  throw new Error("resolved, although it should have been refused");
}
