/**
 * The Automation API over the engine that was found, wherever it lies. It must never select a stack for the user, nor change
 * any folder but its own in the user's cache.
 */

import { createHash } from "node:crypto";
import { mkdir, readlink, rename, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import type { LocalWorkspace, Stack } from "@pulumi/pulumi/automation/index.js";
import { type Engine, engineEnvironment } from "./find.ts";

export interface AutomationOptions {
  readonly engine: Engine;
  /** Where Pulumi.yaml lies. */
  readonly project: string;
  /** As in PULUMI_BACKEND_URL. */
  readonly backend: string;
}

/** The SDK's API takes half a second to load, so it is loaded by those who use it. */
export async function openWorkspace({
  engine,
  project,
  backend,
}: AutomationOptions): Promise<LocalWorkspace> {
  const { LocalWorkspace, PulumiCommand } = await import("@pulumi/pulumi/automation/index.js");
  const pulumiCommand = await PulumiCommand.get({ root: await rootOf(engine.command) });
  const environment = { ...engineEnvironment(engine), PULUMI_BACKEND_URL: backend };
  const given = Object.entries(environment).filter(([, value]) => value !== undefined);
  return LocalWorkspace.create({
    workDir: project,
    pulumiCommand,
    envVars: Object.fromEntries(given) as Record<string, string>,
  });
}

/** `Stack.select` would also make it the user's selected stack; every command that follows names the stack anyway. */
export async function openStack(workspace: LocalWorkspace, name: string): Promise<Stack> {
  const { Stack } = await import("@pulumi/pulumi/automation/index.js");
  workspace.selectStack = () => Promise.resolve();
  return Stack.select(name, workspace);
}

/** The API takes a folder that holds `bin/pulumi`, and nothing else: here is one, with a link to the engine. */
async function rootOf(command: string): Promise<string> {
  const key = createHash("sha256").update(command).digest("hex").slice(0, 12);
  const cache = process.env.XDG_CACHE_HOME || join(process.env.HOME || homedir(), ".cache");
  const root = join(cache, "vyos-uplink", `automation-${key}`);
  const link = join(root, "bin", "pulumi");
  if ((await readlink(link).catch(() => undefined)) === command) return root;
  await mkdir(join(root, "bin"), { recursive: true });
  const partial = `${link}.${process.pid}`;
  await symlink(command, partial);
  await rename(partial, link);
  return root;
}
