/**
 * A throw-away stack of this project: its own folder, state, passphrase and engine home, gone when disposed. Must never
 * write into the checkout, and never touch a stack of the user's.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type Engine, engineEnvironment } from "../providers/find/find.ts";
import { removeStaleLocks } from "../providers/find/stale-lock.ts";

/** What one run of the engine did, from its exit status and its event log. */
export interface EngineRun {
  readonly status: number;
  /** Both outputs, as they came. */
  readonly output: string;
  readonly seconds: number;
  /** How many resources were created, updated, deleted or replaced. */
  readonly changes: number;
}

export interface SandboxOptions {
  readonly engine: Engine;
  /** The checkout. */
  readonly project: string;
  /** `linked` runs the checkout's own files, `copied` a copy that a test may edit. */
  readonly files: "linked" | "copied";
}

export interface RunOptions {
  /** Gets the output as it comes. */
  readonly show?: (text: string) => void;
  readonly input?: string;
  /** Tells how to signal the engine and all that it starts. */
  readonly started?: (signal: (name: NodeJS.Signals) => void) => void;
}

const leftOut = new Set([".git", ".pulumi", "Pulumi.home.yaml"]);

export class Sandbox {
  readonly folder: string;
  readonly #options: SandboxOptions;
  readonly #passphrase: string;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #running = new Set<ChildProcess>();
  #runs = 0;

  constructor(options: SandboxOptions, passphrase: string = randomBytes(16).toString("hex")) {
    const { engine, project, files } = options;
    this.folder = mkdtempSync(join(tmpdir(), "vyos-uplink-"));
    this.#options = options;
    this.#passphrase = passphrase;
    for (const entry of readdirSync(project)) {
      if (leftOut.has(entry)) continue;
      const [from, to] = [join(project, entry), this.#path(entry)];
      if (files === "linked" || entry === "node_modules") symlinkSync(from, to);
      else cpSync(from, to, { recursive: true });
    }
    cpSync(join(project, "Pulumi.home.yaml"), this.#path("Pulumi.home.yaml"));
    mkdirSync(this.#path(".state"));
    this.#environment = {
      ...engineEnvironment(engine),
      PULUMI_BACKEND_URL: `file://${this.#path(".state")}`,
      PULUMI_CONFIG_PASSPHRASE: passphrase,
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // A copy of the folder has no stack selected.
      PULUMI_STACK: "home",
      // The event log, from which the changes are counted, is one of the engine's debugging flags.
      PULUMI_DEBUG_COMMANDS: "true",
    };
  }

  /** What a program needs that is to run the engine on this stack by itself; the passphrase is in it. */
  get environment(): NodeJS.ProcessEnv {
    return { ...this.#environment };
  }

  /** Another stack that stands where this one stands now. */
  copy(): Sandbox {
    const other = new Sandbox(this.#options, this.#passphrase);
    for (const name of [".state", "Pulumi.home.yaml"]) {
      cpSync(this.#path(name), other.#path(name), { recursive: true });
    }
    return other;
  }

  /** Runs the engine in the stack's folder. */
  async run(args: readonly string[], options: RunOptions = {}): Promise<EngineRun> {
    this.#runs += 1;
    const log = this.#path(`.events-${this.#runs}`);
    const logged = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
    const all = [...args, "--non-interactive", ...(logged ? ["--event-log", log] : [])];
    await removeStaleLocks(this.#environment.PULUMI_BACKEND_URL ?? "");
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const child = spawn(this.#options.engine.command, all, {
        cwd: this.folder,
        env: this.#environment,
        detached: true,
      });
      this.#running.add(child);
      options.started?.((name) => signalGroup(child, name));
      let output = "";
      const collect = (chunk: Buffer): void => {
        output += chunk.toString("utf8");
        options.show?.(chunk.toString("utf8"));
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.stdin.end(options.input ?? "");
      child.once("error", reject);
      child.once("close", (status) => {
        this.#running.delete(child);
        const seconds = (performance.now() - started) / 1000;
        resolve({ status: status ?? 1, output, seconds, changes: countChanges(log) });
      });
    });
  }

  /** Ends what still runs, too. */
  dispose(): void {
    for (const child of this.#running) signalGroup(child, "SIGKILL");
    if (basename(this.folder).startsWith("vyos-uplink-"))
      rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

/**
 * SIGKILL goes to every descendant: the engine puts its plugins into groups of their own. Any other signal goes to the
 * engine's group, as from a terminal. It may have ended by itself in the meantime.
 */
function signalGroup(child: ChildProcess, name: NodeJS.Signals): void {
  if (child.pid === undefined || child.exitCode !== null) return;
  const targets = name === "SIGKILL" ? [child.pid, ...descendantsOf(child.pid)] : [-child.pid];
  for (const target of targets) {
    try {
      process.kill(target, name);
    } catch {
      // Gone already.
    }
  }
}

function descendantsOf(pid: number): number[] {
  const { stdout } = spawnSync("ps", ["-A", "-o", "pid=,ppid="], { encoding: "utf8" });
  const pairs = stdout.split("\n").map((line) => line.trim().split(/\s+/).map(Number));
  const below = (parent: number): number[] =>
    pairs.flatMap(([one = 0, its]) => (its === parent ? [one, ...below(one)] : []));
  return below(pid);
}

/** The engine's own summary: everything that is not "same". */
function countChanges(log: string): number {
  if (!existsSync(log)) return 0;
  const events = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const summaries = events.map((line) => parseEvent(line).summaryEvent?.resourceChanges ?? {});
  const last = summaries.filter((changes) => Object.keys(changes).length > 0).at(-1) ?? {};
  return Object.entries(last).reduce((sum, [kind, count]) => (kind === "same" ? sum : sum + count), 0);
}

/** An engine that was killed leaves half a line. */
function parseEvent(line: string): EngineEvent {
  try {
    return JSON.parse(line) as EngineEvent;
  } catch {
    return {};
  }
}

interface EngineEvent {
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}
