/** Where the state of the stacks is kept: one answer for the engine's own runs and for every tool that calls it. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "./project.ts";

/** In the project, in a folder that git ignores, unless PULUMI_BACKEND_URL says otherwise. */
export function stateBackend(): string {
  if (process.env.PULUMI_BACKEND_URL) return process.env.PULUMI_BACKEND_URL;
  const folder = join(projectRoot, ".pulumi");
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return `file://${folder}`;
}
