/**
 * One login on a router: lines of its shell, answered in order. It opens no candidate: whatever is changed is changed by the
 * router itself. Must never be used after its link was lost.
 */

import { AnswerGarbled, VersionUnsupported } from "../../errors.ts";
import { type Answer, Shell } from "./shell.ts";
import type { Transport } from "./transport.ts";

/** The shell has no VyOS environment until these have run. What it writes is the group's: a run of another user goes on with it. */
const prelude = ["source /opt/vyatta/etc/functions/script-template", "umask 0002"];

/** Sends one line to the router's shell. */
export type Run = (line: string, timeoutSeconds?: number) => Promise<Answer>;

export class Session {
  readonly #shell: Shell;
  readonly #commandTimeoutSeconds: number;

  private constructor(shell: Shell, commandTimeoutSeconds: number) {
    this.#shell = shell;
    this.#commandTimeoutSeconds = commandTimeoutSeconds;
  }

  static async open(transport: Transport, where: string, commandTimeoutSeconds: number): Promise<Session> {
    const session = new Session(new Shell(transport, where), commandTimeoutSeconds);
    await session.#shell.open(prelude);
    return session;
  }

  get alive(): boolean {
    return this.#shell.alive;
  }

  readonly run: Run = (line, timeoutSeconds = this.#commandTimeoutSeconds) => {
    const answer = this.#shell.run(line, timeoutSeconds);
    // With a link many answers are lost at once, and one that nobody waits for any more must not end the process.
    answer.catch(() => undefined);
    return answer;
  };

  close(): Promise<void> {
    return this.#shell.close();
  }
}

export const versionLine = "cat /usr/share/vyos/version.json";

/** 1.3 and the rolling builds before 1.4.0 write routes, NAT and MSS otherwise. 1.5 is cut from rolling, whose builds are named by date too. */
export function isSupported(version: string): boolean {
  return /^(?:VyOS )?(?:1\.4(?!-rolling)|1\.5|20[0-9]{2}\.)/.test(version);
}

export function checkVersion(json: string): void {
  const version = /"version"\s*:\s*"([^"]*)"/.exec(json)?.[1];
  if (version === undefined) throw new AnswerGarbled(versionLine, json);
  if (!isSupported(version)) throw new VersionUnsupported(version);
}

/** After these nobody knows what the router did last. Every other error was the router's own word. */
export function leavesDoubt(error: unknown): error is Error {
  return (
    error instanceof Error &&
    "code" in error &&
    ["ROUTER_UNREACHABLE", "COMMAND_TIMED_OUT", "ANSWER_GARBLED"].includes(String(error.code))
  );
}
