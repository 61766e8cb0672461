/** One commit, when no other runs. Must never judge what it did: the exit status and the output are no verdict. */

import { CommitLocked, UplinkError } from "../../errors.ts";
import type { ConfigSession } from "../wire/session.ts";

export interface CommitOptions {
  /** Bounds the wait for another's commit to end. */
  readonly lockWaitSeconds: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** Waits, so long as another commit runs; `locked` when it ran for too long. */
export async function commitWhenFree(
  session: ConfigSession,
  comment: string,
  { lockWaitSeconds, sleep }: CommitOptions,
): Promise<{ output: string; locked: Error | undefined }> {
  for (let waited = 0; ; waited += 1) {
    const { output } = await session.commit(comment);
    if (!output.includes("Configuration system temporarily locked")) return { output, locked: undefined };
    if (waited >= lockWaitSeconds) {
      return { output, locked: new CommitLocked(lockWaitSeconds, await session.commitHolder()) };
    }
    await sleep(1000);
  }
}

/** After these nobody knows what the router did last. Every other error was the router's own word. */
export function leavesDoubt(error: unknown): error is Error {
  const codes = ["ROUTER_UNREACHABLE", "COMMAND_TIMED_OUT", "ANSWER_GARBLED", "NOT_CONFIGURATION"];
  return error instanceof UplinkError && codes.includes(error.code);
}
