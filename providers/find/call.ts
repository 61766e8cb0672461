/**
 * The engine called by a tool, its answer read and not shown: `stack export`, `config set-all`. It must never print what it
 * reads, for that may hold secrets, and never wait for a terminal.
 */
import { spawnSync } from "node:child_process";
import { stateBackend } from "./backend.ts";
import { type Engine, engineEnvironment } from "./find.ts";
import { projectRoot } from "./project.ts";

export interface EngineAnswer {
  readonly status: number;
  readonly stdout: string;
  /** The last line of its errors: the engine says there what is wrong. */
  readonly words: string;
}

/** In the project, with the state where `npm run pulumi` keeps it. */
export function callEngine(engine: Engine, args: readonly string[]): EngineAnswer {
  const { status, stdout, stderr, error } = spawnSync(engine.command, [...args, "--non-interactive"], {
    cwd: projectRoot,
    encoding: "utf8",
    // The state of a stack is some 100 KB; a megabyte is the default bound of Node.
    maxBuffer: 64 * 1024 * 1024,
    env: { ...engineEnvironment(engine), PULUMI_BACKEND_URL: stateBackend() },
  });
  const words = error?.message ?? stderr.trim().split("\n").at(-1)?.trim() ?? "";
  return { status: status ?? 1, stdout: stdout ?? "", words: words || "without a word" };
}
