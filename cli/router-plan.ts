/**
 * The plan of a stack's change, asked of the live router, and how it is shown. Shared by `npm run plan` and `npm run init`.
 * It must never commit, arm, lock or save.
 */

import type { Given } from "../config/given.ts";
import { type RouterSettings, routerSettings } from "../config/router-settings.ts";
import { type UplinkConfig, uplinkConfig } from "../config/uplink-config.ts";
import { plannedOperations, type StoredResource, stackOf, storedResources } from "../providers/planned.ts";
import type { Operation } from "../router/change/operation.ts";
import { type Plan, planOn } from "../router/plan.ts";
import { Session } from "../router/wire/session.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { resourcesOf } from "../uplink/resources.ts";
import { waitFor } from "./front-door.ts";
import { placeOf } from "./router-target.ts";
import { readStackName, readStackState } from "./stack.ts";

export interface RouterPlan extends Plan {
  /** As the stack declares it. */
  readonly uplink: UplinkConfig["uplink"];
  readonly host: string;
}

/** What an up starts from: whose it is, as `project/stack`, and what its state holds. */
export interface Stored {
  readonly stack: string;
  readonly resources: readonly StoredResource[];
}

export async function readStored(stack: string | undefined): Promise<Stored> {
  const exported = await readStackState(stack);
  return { stack: stackOf(exported) ?? (await readStackName(stack)), resources: storedResources(exported) };
}

/** What a configuration and a state come to, before any router is asked. Throws InvalidValue as preview does. */
export function operationsOf(
  given: Given,
  { stack, resources }: Stored,
): { readonly uplink: UplinkConfig["uplink"]; readonly operations: readonly Operation[] } {
  const config = uplinkConfig(given);
  return { uplink: config.uplink, operations: plannedOperations(resourcesOf(config), resources, stack) };
}

export async function askForPlan(given: Given, stored: Stored): Promise<RouterPlan> {
  const settings = routerSettings(given);
  const { uplink, operations } = operationsOf(given, stored);
  const { host } = settings.ssh;
  const session = await openSession(settings);
  try {
    const plan = await planOn(session, operations);
    return { uplink, host, ...plan, unsaved: settings.allowUnsavedWork ? [] : plan.unsaved };
  } finally {
    await session.close();
  }
}

export function openSession(settings: RouterSettings): Promise<Session> {
  const where = placeOf(settings);
  const opened = Session.open(new SshTransport(settings.ssh), where, settings.commandTimeoutSeconds);
  return waitFor(`logging in to ${where}`, opened);
}

/** Whether an up would be stopped, or part of it. */
export function isStopped({ obstacles, unsaved }: Plan): boolean {
  return obstacles.length > 0 || unsaved.length > 0;
}

/** For people. */
export function planText({ uplink, host, commands, obstacles, unsaved }: RouterPlan): string {
  const list = (lines: readonly string[]): string[] => lines.map((line) => `  ${line}`);
  const none =
    obstacles.length > 0 ? "can have nothing of it as it is" : "holds it already, nothing to change";
  const head =
    commands.length === 0
      ? [`uplink ${uplink}: ${host} ${none}`]
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
