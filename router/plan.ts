/**
 * What a change would do to a router, asked of the router itself: the candidate is loaded, compared and discarded. It must
 * never commit, arm, lock or save.
 */

import { printCommand } from "../vyos/commands.ts";
import { diffTrees } from "../vyos/diff.ts";
import { sameTree } from "../vyos/tree.ts";
import { declaredTunnels, findLeftovers } from "./leftovers.ts";
import { commandsFor, differencesBeside, missingFor, type Operation } from "./operation.ts";
import type { ConfigSession } from "./session.ts";

export interface Plan {
  /** What the router's own comparison of candidate and running comes to, deletes first. */
  readonly commands: readonly string[];
  /** What would stop the change, or part of it: one text each. */
  readonly obstacles: readonly string[];
  /** Running differs from saved, beside the declared paths. */
  readonly unsaved: readonly string[];
}

export async function planOn(session: ConfigSession, operations: readonly Operation[]): Promise<Plan> {
  const [running, saved] = await Promise.all([session.readRunning(), session.readSaved()]);
  const obstacles: string[] = [];
  for (const operation of operations) {
    obstacles.push(
      ...missingFor(operation, running, operations).map((path) => `${operation.id} needs ${path}`),
    );
    try {
      for (const command of commandsFor(operation, running)) {
        const { status, output } = await session.apply(command);
        if (status !== 0) obstacles.push(`the router refuses ${printCommand(command)}: ${output.trim()}`);
      }
    } catch (error) {
      obstacles.push(error instanceof Error ? error.message : String(error));
    }
  }
  const candidate = await session.readCandidate();
  await session.discard();
  const tunnels = declaredTunnels(operations.flatMap(({ targets }) => targets));
  const configured = [...(running.get("interfaces")?.get("tunnel")?.keys() ?? [])];
  const leftovers =
    tunnels.length === 0 ? [] : findLeftovers(tunnels, configured, await session.readKernel());
  return {
    commands: sameTree(running, candidate) ? [] : diffTrees(running, candidate).map(printCommand),
    obstacles: [...obstacles, ...leftovers.map(({ what, remove }) => `${what}; remove it: ${remove}`)],
    unsaved: differencesBeside(operations, saved, running).map(printCommand),
  };
}
