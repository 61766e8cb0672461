/** A tool of cli/ as a process, in a copy of the project that a test may write to. */

import { join } from "node:path";
import { type Ended, runProgram } from "../program.ts";
import type { Sandbox } from "../sandbox.ts";

/** From a folder that is not the project's. */
export function runTool(
  sandbox: Sandbox,
  tool: string,
  args: readonly string[],
  changed: NodeJS.ProcessEnv = {},
): Promise<Ended> {
  const env = { ...sandbox.environment, ...changed };
  return runProgram([join(sandbox.folder, "cli", `${tool}.ts`), ...args], { cwd: "/", env });
}
