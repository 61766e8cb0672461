/**
 * What an armed change does beside the configuration: takes leftovers out of the kernel, puts scripts on the router or takes
 * them away. Each step knows how to be undone, by this run or by the router. Must never decide whether the change is good.
 */

import { findStrays, type Stray, wantedTunnels } from "../../vyos/kernel/strays.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import type { ConfigSession } from "../wire/session.ts";
import type { Run } from "../wire/workspace.ts";
import { filesOf, type Operation } from "./operation.ts";
import {
  type FileStep,
  type FoundFiles,
  fileSteps,
  filesHold,
  forgetKept,
  installFiles,
  keepAside,
  readFiles,
  removeFiles,
  restoreLines,
} from "./scripts.ts";

export class Beside {
  /** For the router's own undo: before the old configuration is loaded, and after. */
  readonly restoreFirst: readonly string[];
  readonly restoreLast: readonly string[];
  readonly #leftovers: readonly Stray[];
  readonly #steps: readonly FileStep[];
  readonly #report: (line: string) => void;
  /** Last removed first. */
  readonly #removed: Stray[] = [];
  /** Until then no file was changed, and what an earlier run has kept aside may still lie there. */
  #kept = false;

  constructor(
    leftovers: readonly Stray[],
    operations: readonly Operation[],
    found: FoundFiles,
    report: (line: string) => void,
  ) {
    this.#leftovers = leftovers;
    this.#steps = fileSteps(operations, found);
    this.#report = report;
    const { first, last } = restoreLines(this.#steps);
    this.restoreFirst = first;
    this.restoreLast = [...leftovers.toReversed().flatMap(({ restore }) => restore), ...last];
  }

  async keepAside(run: Run): Promise<void> {
    await keepAside(run, this.#steps);
    this.#kept = true;
  }

  /** Before the commit. Throws ScriptFailed. */
  async begin(run: Run): Promise<void> {
    for (const leftover of this.#leftovers) {
      this.#report(`taking out of the kernel: ${leftover.what}`);
      this.#removed.unshift(leftover);
      await run(leftover.remove);
    }
    await installFiles(run, this.#steps);
  }

  /** Once the new configuration stands; twice does no harm. Throws ScriptFailed. */
  finish(run: Run): Promise<void> {
    return removeFiles(run, this.#steps);
  }

  /** Whether the files of the operations are as they want them, read anew. */
  async holds(run: Run, operations: readonly Operation[]): Promise<boolean> {
    return filesHold(operations, await readFiles(run, filesOf(operations)));
  }

  async putBackFirst(run: Run): Promise<void> {
    for (const line of this.#kept ? restoreLines(this.#steps).first : []) await run(line);
  }

  async putBackLast(run: Run): Promise<void> {
    for (const line of this.#kept ? restoreLines(this.#steps).last : []) await run(line);
  }

  /** What the kernel held may have been what carried IPv4. */
  async putBackLeftovers(run: Run): Promise<void> {
    for (const { restore } of this.#removed) for (const line of restore) await run(line);
  }

  async leftToUndo(run: Run): Promise<string[]> {
    const now = await readFiles(
      run,
      this.#steps.map(({ path }) => path),
    );
    return this.#steps
      .filter(({ path, before }) => now.get(path)?.text !== before.text)
      .map(({ path }) => `${path} is not what it was`);
  }

  async forget(run: Run): Promise<void> {
    if (this.#steps.length > 0) await forgetKept(run, this.#steps);
  }
}

/** What the kernel holds beside the configuration and stands in the way of a tunnel that the operations declare. */
export async function leftoversInTheWay(
  session: ConfigSession,
  operations: readonly Operation[],
  running: ConfigTree,
): Promise<Stray[]> {
  const wanted = wantedTunnels(operations.flatMap(({ targets }) => targets));
  if (wanted.length === 0) return [];
  return findStrays(await session.readKernel(), running, wanted).filter(({ inTheWay }) => inTheWay);
}
