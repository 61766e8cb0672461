/**
 * What a change would do to a router, asked of the router itself: the candidate is loaded, compared and discarded. It must
 * never commit, arm, lock or save.
 */

import { printCommand } from "../vyos/commands.ts";
import { diffTrees } from "../vyos/diff.ts";
import { sameTree } from "../vyos/tree.ts";
import { leftoversInTheWay } from "./change/beside.ts";
import { commandsFor, differencesBeside, filesOf, missingFor, type Operation } from "./change/operation.ts";
import { changedFiles, pathsThere, readFiles } from "./change/scripts.ts";
import type { ConfigSession } from "./wire/session.ts";

export interface Plan {
  /** What the router's own comparison of candidate and running comes to, deletes first. */
  readonly commands: readonly string[];
  /** The paths of the files that would change. */
  readonly files: readonly string[];
  /** What would stop the change, or part of it: one text each. */
  readonly obstacles: readonly string[];
  /** Running differs from saved, beside the declared paths. */
  readonly unsaved: readonly string[];
}

export async function planOn(session: ConfigSession, operations: readonly Operation[]): Promise<Plan> {
  const [running, saved] = await Promise.all([session.readRunning(), session.readSaved()]);
  const files = await readFiles((line) => session.run(line), filesOf(operations));
  const obstacles: string[] = [];
  const changed = new Set<string>();
  for (const operation of operations) {
    obstacles.push(
      ...missingFor(operation, running, operations, pathsThere(files)).map(
        (path) => `${operation.id} needs ${path}`,
      ),
    );
    try {
      for (const path of changedFiles(operation, files)) changed.add(path);
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
  const leftovers = await leftoversInTheWay(session, operations, running);
  return {
    commands: sameTree(running, candidate) ? [] : diffTrees(running, candidate).map(printCommand),
    files: [...changed],
    obstacles: [...obstacles, ...leftovers.map(({ what, remove }) => `${what}; remove it: ${remove}`)],
    unsaved: differencesBeside(operations, saved, running).map(printCommand),
  };
}
