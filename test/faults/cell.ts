/**
 * One cell of the fault matrix, through the real engine: a switch to mape in which one thing goes wrong, and what must hold
 * after each of them. Everything is counted from what the router and the state hold, nothing from what was said.
 */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inputs } from "../../vyos/resources/inputs.ts";
import { parseResource, type ResourceType } from "../../vyos/resources/registry.ts";
import { parseCommands } from "../../vyos/text.ts";
import { sameTree, subtree } from "../../vyos/tree.ts";
import type { Sandbox } from "../sandbox.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type Cell, plant, type Signal } from "./cells.ts";

export interface CellResult {
  /** What the router held when the dust had settled. */
  readonly after: "old" | "new" | "neither";
  /** Saves of a configuration that no probe had answered for since its commit. */
  readonly unverifiedSaves: number;
  /** The next up, with nothing done by hand. */
  readonly nextUp: "ok" | "failed";
  /** Resources of the state that the router does not hold so, after the next up. */
  readonly stateDisagreements: number;
  /** Simulated seconds, the longest stretch. */
  readonly outageSeconds: number;
  /** "" or what went wrong, for the reader of the table. */
  readonly trouble: string;
}

export interface Stage {
  /** A stack that stands in wxr. */
  readonly stack: Sandbox;
  /** What its router holds, and what it holds in mape. */
  readonly old: readonly string[];
  readonly wanted: readonly string[];
}

export const undoAfterSeconds = 30;

/** Every bound as short as the simulated router allows: a cell that hangs is a cell that waits for them. */
const bounds = {
  // On a machine with two cells at work, the engine's operations come further apart.
  quietMilliseconds: 1500,
  routerConnectTimeoutSeconds: 2,
  routerCommandTimeoutSeconds: 2,
  routerCommitTimeoutSeconds: 4,
  routerLockWaitSeconds: 4,
  requirementWaitSeconds: 10,
  undoAfterSeconds,
  probeAttempts: 2,
  probeIntervalSeconds: 1,
  probeTimeoutSeconds: 1,
};

export const up = ["up", "--yes", "--skip-preview"] as const;

/** Points a stack at a simulated router, by its file: a cell has no time for a run of the engine a value. */
export function pointAt(stack: Sandbox, simulator: Simulator, uplink: "mape" | "wxr"): void {
  const file = join(stack.folder, "Pulumi.home.yaml");
  const keyFile = join(stack.folder, "client-key");
  writeFileSync(keyFile, simulator.privateKey, { mode: 0o600 });
  const values: Record<string, string | number> = {
    ...bounds,
    uplink,
    routerHost: simulator.host,
    routerPort: simulator.port,
    routerUser: simulator.user,
    routerHostKey: simulator.hostKeyFingerprint,
    routerPrivateKeyFile: keyFile,
  };
  const kept = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => !Object.hasOwn(values, /^ {2}vyos-uplink:(\w+):/.exec(line)?.[1] ?? ""));
  const lines = Object.entries(values).map(
    ([key, value]) => `  vyos-uplink:${key}: ${JSON.stringify(value)}`,
  );
  const at = kept.indexOf("config:") + 1;
  writeFileSync(file, [...kept.slice(0, at), ...lines, ...kept.slice(at)].join("\n"));
}

export async function runCell(cell: Cell, stage: Stage): Promise<CellResult> {
  const simulator = await startSimulator({
    configuration: stage.old,
    commitSeconds: 0.2,
    laws: "kinder-than-vyos",
  });
  const stack = stage.stack.copy();
  try {
    pointAt(stack, simulator, "mape");
    let signal: Signal = () => {};
    plant(simulator, cell, (name) => signal(name));
    const first = await stack.run(up, {
      started: (send) => {
        signal = send;
      },
    });
    // Whatever the run left to the router's own timer has happened by then.
    await simulator.advance(undoAfterSeconds + 60);
    const after = whichOf(stage, simulator.running());
    const outageSeconds = simulator.longestOutageSeconds();
    simulator.network.leasePresent = true;
    simulator.network.relayAnswers = true;
    const next = await stack.run(up);
    const settled =
      whichOf(stage, simulator.running()) === "new" && whichOf(stage, simulator.saved()) === "new";
    const trouble =
      next.status !== 0 || after === "neither" ? `${first.output}\n--- next up\n${next.output}` : "";
    return {
      after,
      unverifiedSaves: unverifiedSaves(simulator.transcript()),
      nextUp: next.status === 0 && settled && simulator.escapes.length === 0 ? "ok" : "failed",
      stateDisagreements: disagreements(stack, simulator),
      outageSeconds,
      trouble,
    };
  } finally {
    await simulator.stop();
    stack.dispose();
  }
}

function whichOf(stage: Stage, lines: readonly string[]): CellResult["after"] {
  const text = [...lines].sort().join("\n");
  if (text === [...stage.old].sort().join("\n")) return "old";
  return text === [...stage.wanted].sort().join("\n") ? "new" : "neither";
}

/** Between a commit and the save that follows it, somebody must have answered over the new uplink. */
function unverifiedSaves(transcript: readonly string[]): number {
  let answered = true;
  let count = 0;
  for (const line of transcript) {
    if (line.includes("/opt/vyatta/sbin/my_commit")) answered = false;
    if (/^connected$/m.test(line)) answered = true;
    if (line.includes("vyos-save-config.py") && !answered) count += 1;
  }
  return count;
}

const types: Readonly<Record<string, ResourceType>> = {
  Tunnel: "tun",
  InterfaceAddress: "addr",
  StaticRoute: "route",
  NatRules: "rules",
};

interface StoredState {
  readonly checkpoint: {
    readonly latest: { readonly resources?: readonly { readonly type: string; readonly outputs?: Inputs }[] };
  };
}

/** The state's own file: one question of the engine less in every cell. */
function disagreements(stack: Sandbox, simulator: Simulator): number {
  const folder = join(stack.folder, ".state", ".pulumi", "stacks", "vyos-uplink");
  const file = readdirSync(folder).find((name) => name === "home.json") ?? "";
  const state = JSON.parse(readFileSync(join(folder, file), "utf8")) as StoredState;
  const running = parseCommands(simulator.running().join("\n"));
  const resources = (state.checkpoint.latest.resources ?? []).flatMap(({ type, outputs }) => {
    const kind = types[type.split(":").at(-1) ?? ""];
    return kind === undefined || outputs === undefined ? [] : [parseResource(kind, outputs)];
  });
  // Six resources make mape: one that the state has lost is a disagreement too.
  const held = resources.filter(({ nodes }) =>
    nodes.every(({ path, tree }) => sameTree(subtree(running, path), tree)),
  );
  return Math.max(6, resources.length) - held.length;
}
