/**
 * One configuration session on a router: candidate, commit, running, saved. Verbs only; what to do with an answer is decided
 * in batch.ts. The binaries are used because their exit status is honest (the shell functions return 0 whatever happens).
 */

import { AnswerGarbled, VersionUnsupported } from "../../errors.ts";
import { type Command, quoteWord, shellLine } from "../../vyos/commands.ts";
import { type Kernel, kernelLines, parseKernel } from "../../vyos/kernel/strays.ts";
import { parseTreeText } from "../../vyos/text.ts";
import type { ConfigTree } from "../../vyos/tree.ts";
import { withoutLock } from "../change/run-lock.ts";
import { type Answer, Shell } from "./shell.ts";
import type { Transport } from "./transport.ts";

export interface SessionTimeouts {
  readonly commandTimeoutSeconds: number;
  readonly commitTimeoutSeconds: number;
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The shell has no VyOS environment until these have run (vyos-1x: python/vyos/configsession.py does the same). */
const prelude = [
  "source /opt/vyatta/etc/functions/script-template",
  'eval "$(cli-shell-api getSessionEnv $$)"',
  // What this shell writes is the group's: a run of another user must be able to go on with it.
  "umask 0002",
];
const readRunningLine = "cli-shell-api showCfg --show-active-only";
const readCandidateLine = "cli-shell-api showCfg --show-working-only";
const readSavedLine = "cat /config/config.boot";
const commitLock = "/opt/vyatta/config/.lock";
const readLocks = "sudo lslocks --noheadings --output PID,COMMAND,PATH";
/** Each session keeps its changes in a folder of its own (vyatta-cfg: src/cstore/unionfs). */
const readChanges =
  "find /opt/vyatta/config/tmp -mindepth 2 -maxdepth 2 -path '*/changes_only_*' -printf '%h\\n'";
const saveLine = "sudo sg vyattacfg 'umask 0002 ; /usr/libexec/vyos/vyos-save-config.py'";

export class ConfigSession {
  readonly #shell: Shell;
  readonly #timeouts: SessionTimeouts;

  private constructor(shell: Shell, timeouts: SessionTimeouts) {
    this.#shell = shell;
    this.#timeouts = timeouts;
  }

  /** Logs in, refuses a version it does not speak, and opens a candidate. */
  static async open(transport: Transport, where: string, timeouts: SessionTimeouts): Promise<ConfigSession> {
    const session = new ConfigSession(new Shell(transport, where), timeouts);
    await session.#shell.open(prelude);
    const version = session.run("cat /usr/share/vyos/version.json");
    const setup = session.run("cli-shell-api setupSession");
    checkVersion((await version).output);
    const { status, output } = await setup;
    if (status !== 0) throw new AnswerGarbled("cli-shell-api setupSession", output);
    return session;
  }

  get alive(): boolean {
    return this.#shell.alive;
  }

  async readRunning(): Promise<ConfigTree> {
    return parseConfiguration(readRunningLine, await this.run(readRunningLine));
  }

  /** Running with this session's changes made to it (vyos-1x: python/vyos/configsource.py asks the same). */
  async readCandidate(): Promise<ConfigTree> {
    return parseConfiguration(readCandidateLine, await this.run(readCandidateLine));
  }

  /** config.boot: what the router would boot with. */
  async readSaved(): Promise<ConfigTree> {
    return parseConfiguration(readSavedLine, await this.run(readSavedLine));
  }

  /** What the kernel holds, whether it is configured or not. */
  async readKernel(): Promise<Kernel> {
    const read = async (line: string): Promise<string> => (await this.run(line)).output;
    const [tunnels, routes4, routes6, rules] = await Promise.all([
      read(kernelLines.tunnels),
      read(kernelLines.routes4),
      read(kernelLines.routes6),
      read(kernelLines.rules),
    ]);
    try {
      return parseKernel({ tunnels, routes4, routes6, rules });
    } catch (cause) {
      throw new AnswerGarbled(kernelLines.routes4, routes4 + routes6, { cause });
    }
  }

  /** Changes the candidate. Status 0 also when the value was there already, or was not there to delete. */
  apply(command: Command): Promise<Answer> {
    return this.run(shellLine(command));
  }

  /** The exit status alone is no verdict: part of a failed commit stays applied. */
  commit(comment: string): Promise<Answer> {
    const line = `COMMIT_VIA=vyos-uplink COMMIT_COMMENT=${quoteWord(comment)} /opt/vyatta/sbin/my_commit ${withoutLock}`;
    return this.#shell.run(line, this.#timeouts.commitTimeoutSeconds);
  }

  discard(): Promise<Answer> {
    return this.run("/opt/vyatta/sbin/my_discard");
  }

  /** Who is committing, as the router tells; "" when nobody is. */
  async commitHolder(): Promise<string> {
    const { output } = await this.run(readLocks);
    const line = output.split("\n").find((text) => text.includes(commitLock));
    const pid = /^\s*([0-9]+)/.exec(line ?? "")?.[1];
    if (pid === undefined) return "";
    const who = (await this.run(`ps -o user=,args= -p ${pid}`)).output.trim();
    return `pid ${pid} ${who}`.trim();
  }

  /** A commit outlives the link that began it. */
  async awaitCommitEnd(): Promise<void> {
    for (let waited = 0; waited < this.#timeouts.commitTimeoutSeconds; waited += 1) {
      if ((await this.commitHolder()) === "") return;
      await this.#timeouts.sleep(1000);
    }
  }

  /** The pids of other configuration sessions that hold changes nobody committed. */
  async othersWithChanges(): Promise<string[]> {
    const { output } = await this.run(readChanges);
    return [...new Set([...output.matchAll(/changes_only_([0-9]+)/g)].map((match) => match[1] ?? ""))];
  }

  /** Whether the candidate still differs from running. */
  async hasPendingChanges(): Promise<boolean> {
    return (await this.run("cli-shell-api sessionChanged")).status === 0;
  }

  save(): Promise<Answer> {
    return this.run(saveLine);
  }

  async close(): Promise<void> {
    await this.#shell.close();
  }

  run(line: string, timeoutSeconds = this.#timeouts.commandTimeoutSeconds): Promise<Answer> {
    return this.#shell.run(line, timeoutSeconds);
  }
}

function parseConfiguration(line: string, { status, output }: Answer): ConfigTree {
  if (status !== 0) throw new AnswerGarbled(line, output);
  try {
    return parseTreeText(output);
  } catch (cause) {
    throw new AnswerGarbled(line, cause instanceof Error ? cause.message : "", { cause });
  }
}

/** 1.3 and the rolling builds before 1.4.0 write routes, NAT and MSS otherwise. 1.5 is cut from rolling, whose builds are named by date too. */
function checkVersion(json: string): void {
  let version: unknown;
  try {
    version = (JSON.parse(json) as { version?: unknown }).version;
  } catch (cause) {
    throw new AnswerGarbled("cat /usr/share/vyos/version.json", json, { cause });
  }
  if (typeof version !== "string" || !/^(?:VyOS )?(?:1\.4(?!-rolling)|1\.5|20[0-9]{2}\.)/.test(version)) {
    throw new VersionUnsupported(String(version));
  }
}
