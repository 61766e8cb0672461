/**
 * The plan of a stack's change, asked of the live router, and how it is shown. Shared by `npm run plan` and `npm run init`.
 * It must never commit, arm, lock or save.
 */

import { parseRouterSettings, type ReadConfig, type RouterSettings } from "../config/router-settings.ts";
import { callEngine } from "../providers/find/call.ts";
import { findEngine } from "../providers/find/find.ts";
import type { Operation } from "../router/change/operation.ts";
import { type Plan, planOn } from "../router/plan.ts";
import { ConfigSession } from "../router/wire/session.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { parseUplink } from "../uplink/objects.ts";
import { plannedOperations, type StoredResource, storedResources } from "../uplink/planned.ts";
import { StackUnreadable } from "./stack-config.ts";

export interface RouterPlan extends Plan {
  /** As the stack declares it. */
  readonly uplink: "mape" | "wxr";
  readonly host: string;
}

export async function readStackState(
  stack: string | undefined,
  say: (line: string) => void,
): Promise<StoredResource[]> {
  const engine = await findEngine(say);
  const where = stack === undefined ? [] : ["--stack", stack];
  const { status, stdout, words } = callEngine(engine, ["stack", "export", ...where]);
  if (status !== 0) throw new StackUnreadable(stack, words);
  try {
    return storedResources(JSON.parse(stdout));
  } catch (cause) {
    throw new StackUnreadable(stack, `its state is no JSON (${(cause as Error).name})`);
  }
}

/** What a configuration and a state come to, before any router is asked. Throws InvalidValue as preview does. */
export function operationsOf(
  read: ReadConfig,
  stored: readonly StoredResource[],
): { readonly uplink: "mape" | "wxr"; readonly operations: readonly Operation[] } {
  const objects = parseUplink(read);
  const options = { takeOver: read("takeOver") === "true" };
  return { uplink: objects.uplink, operations: plannedOperations(objects, options, stored) };
}

export async function askForPlan(read: ReadConfig, stored: readonly StoredResource[]): Promise<RouterPlan> {
  const settings = parseRouterSettings(read);
  const { uplink, operations } = operationsOf(read, stored);
  const { host } = settings.ssh;
  const session = await openSession(settings);
  try {
    const plan = await planOn(session, operations);
    return { uplink, host, ...plan, unsaved: settings.allowUnsavedWork ? [] : plan.unsaved };
  } finally {
    await session.close();
  }
}

/** Refuses a version of VyOS that this program does not speak. */
export function openSession(settings: RouterSettings): Promise<ConfigSession> {
  const { host, port } = settings.ssh;
  return ConfigSession.open(new SshTransport(settings.ssh), `${host} port ${port}`, {
    ...settings,
    sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
  });
}

/** Whether an up would be stopped, or part of it. */
export function isStopped({ obstacles, unsaved }: Plan): boolean {
  return obstacles.length > 0 || unsaved.length > 0;
}

/** For people. */
export function planText({ uplink, host, commands, obstacles, unsaved }: RouterPlan): string {
  const list = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  const head =
    commands.length === 0
      ? [`${host} holds uplink ${uplink} already: nothing to change`]
      : [`uplink ${uplink}: what an up would change on ${host}, deletes first; nothing was committed`];
  return [
    ...head,
    ...list(commands),
    ...(obstacles.length === 0 ? [] : ["What would stop it, or part of it:", ...list(obstacles)]),
    ...(unsaved.length === 0
      ? []
      : ["Unsaved work on the router, which stops an up until it is saved or undone:", ...list(unsaved)]),
  ].join("\n");
}
