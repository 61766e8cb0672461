/**
 * A throw-away stack of this project: its own folder, state, passphrase and engine home, gone when disposed. Must never
 * write into the checkout, and never touch a stack of the user's.
 */

import { spawn } from "node:child_process";
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
import { type Engine, engineEnvironment } from "../engine/find.ts";

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

const leftOut = new Set([".git", ".pulumi", "Pulumi.home.yaml"]);

export class Sandbox {
  readonly folder: string;
  readonly #engine: Engine;
  readonly #environment: NodeJS.ProcessEnv;
  #runs = 0;

  constructor({ engine, project, files }: SandboxOptions) {
    this.folder = mkdtempSync(join(tmpdir(), "vyos-uplink-"));
    this.#engine = engine;
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
      PULUMI_CONFIG_PASSPHRASE: randomBytes(16).toString("hex"),
      PULUMI_SKIP_UPDATE_CHECK: "true",
      // The event log, from which the changes are counted, is one of the engine's debugging flags.
      PULUMI_DEBUG_COMMANDS: "true",
    };
  }

  /** Runs the engine in the stack's folder. `show` gets the output as it comes. */
  run(args: readonly string[], show: (text: string) => void = () => {}, input = ""): Promise<EngineRun> {
    this.#runs += 1;
    const log = this.#path(`.events-${this.#runs}`);
    const logged = ["up", "preview", "refresh", "destroy"].includes(args[0] ?? "");
    const started = performance.now();
    return new Promise((resolve, reject) => {
      const all = [...args, "--non-interactive", ...(logged ? ["--event-log", log] : [])];
      const child = spawn(this.#engine.command, all, { cwd: this.folder, env: this.#environment });
      let output = "";
      const collect = (chunk: Buffer): void => {
        output += chunk.toString("utf8");
        show(chunk.toString("utf8"));
      };
      child.stdout.on("data", collect);
      child.stderr.on("data", collect);
      child.stdin.end(input);
      child.once("error", reject);
      child.once("close", (status) => {
        const seconds = (performance.now() - started) / 1000;
        resolve({ status: status ?? 1, output, seconds, changes: countChanges(log) });
      });
    });
  }

  dispose(): void {
    if (basename(this.folder).startsWith("vyos-uplink-"))
      rmSync(this.folder, { recursive: true, force: true });
  }

  #path(name: string): string {
    return join(this.folder, name);
  }
}

/** The engine's own summary: everything that is not "same". */
function countChanges(log: string): number {
  if (!existsSync(log)) return 0;
  const events = readFileSync(log, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  const summaries = events.map(
    (line) => (JSON.parse(line) as EngineEvent).summaryEvent?.resourceChanges ?? {},
  );
  const last = summaries.filter((changes) => Object.keys(changes).length > 0).at(-1) ?? {};
  return Object.entries(last).reduce((sum, [kind, count]) => (kind === "same" ? sum : sum + count), 0);
}

interface EngineEvent {
  readonly summaryEvent?: { readonly resourceChanges?: Readonly<Record<string, number>> };
}
