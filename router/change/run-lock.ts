/**
 * One run at a time on a router. The kernel's lock on an open file, held by the run's shell: it is gone with the shell,
 * however that ends, so there is nothing to break and nothing to clean up. Must never be passed on to a child.
 */

import { NotArmed, RunLocked } from "../../errors.ts";
import { quoteWord } from "../../vyos/commands.ts";
import { folder, prepareFolder, type Run } from "../wire/workspace.ts";

/** Appended to a line whose children may outlive the shell: a daemon with the lock would hold it for ever. */
export const withoutLock = "9>&-";

const openLock = `exec 9>>${folder}/lock`;
const tryLock = "flock -n 9";
const readHolder = `cat ${folder}/holder`;

export interface LockOptions {
  /** Who holds it, for the one who waits: user, machine, since when. */
  readonly holder: string;
  /** Names this run, so that a shell of it that a lost link left behind is known. */
  readonly runId: string;
  readonly waitSeconds: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/**
 * Waits for another run to end, at most `waitSeconds`. Throws RunLocked with the holder's own words, and NotArmed when the
 * router has no room for the lock.
 */
export async function takeRunLock(run: Run, options: LockOptions): Promise<void> {
  const [prepared, opened] = await Promise.all([run(prepareFolder), run(openLock)]);
  if (prepared.status !== 0 || opened.status !== 0) {
    throw new NotArmed(`${prepared.output} ${opened.output}`);
  }
  for (let waited = 0; ; waited += 1) {
    if ((await run(tryLock)).status === 0) break;
    const { output } = await run(readHolder);
    const ours = output.includes(options.runId) ? /pid ([0-9]+)/.exec(output)?.[1] : undefined;
    // A shell that the link left behind: the kernel of the router does not know yet that nobody is there.
    if (ours !== undefined) await run(`kill ${ours}`);
    if (waited >= options.waitSeconds) throw new RunLocked(output, options.waitSeconds);
    await options.sleep(1000);
  }
  const text = quoteWord(`${options.holder} run ${options.runId}`);
  await run(`printf '%s pid %s\\n' ${text} "$$" >${folder}/holder`);
}
