/** A tool of cli/ as a process, in a copy of the project that a test may write to. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Sandbox } from "../../cli/sandbox.ts";

export interface ToolRun {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** From a folder that is not the project's. Not spawnSync: the simulated router answers in the test's own process. */
export function runTool(
  sandbox: Sandbox,
  tool: string,
  args: readonly string[],
  changed: NodeJS.ProcessEnv = {},
): Promise<ToolRun> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [join(sandbox.folder, "cli", `${tool}.ts`), ...args], {
      cwd: "/",
      env: { ...sandbox.environment, ...changed },
    });
    let [out, err] = ["", ""];
    child.stdout.on("data", (bytes: Buffer) => {
      out += bytes.toString();
    });
    child.stderr.on("data", (bytes: Buffer) => {
      err += bytes.toString();
    });
    child.stdin.end();
    child.once("close", (status) => resolve({ status, out, err }));
  });
}
