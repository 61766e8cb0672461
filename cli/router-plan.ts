/**
 * The plan of a stack's change, asked of the live router or of a config.boot. Shared by `npm run plan` and `npm run init`.
 * It must never commit, arm, lock or save.
 */

import { readFileSync } from "node:fs";
import type { Given } from "../config/given.ts";
import { type RouterSettings, routerSettings } from "../config/router-settings.ts";
import { type UplinkConfig, uplinkConfig } from "../config/uplink-config.ts";
import { plannedOperations, type StoredResource, stackOf, storedResources } from "../providers/planned.ts";
import type { Operation } from "../router/change/operation.ts";
import { type Plan, planOfText, planOn } from "../router/plan.ts";
import { Session } from "../router/wire/session.ts";
import { SshTransport } from "../router/wire/ssh.ts";
import { resourcesOf } from "../uplink/resources.ts";
import { waitFor } from "./front-door.ts";
import { changeInWords, type Word } from "./plan-words.ts";
import { placeOf } from "./router-target.ts";
import { readStackName, readStackState } from "./stack.ts";

export interface RouterPlan extends Omit<Plan, "running" | "wanted"> {
  /** As the stack declares it. */
  readonly uplink: UplinkConfig["uplink"];
  /** Or the file that stands for it. */
  readonly host: string;
  readonly changes: readonly Word[];
  /** How long the router waits for the verdict before it goes back by itself. */
  readonly undoAfterSeconds: number;
  /** An up goes on even when the LAN would get nothing. */
  readonly allowBlockedLan: boolean;
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

interface Wanted {
  readonly uplink: UplinkConfig["uplink"];
  readonly operations: readonly Operation[];
}

/** What a configuration and a state come to, before any router is asked. Throws InvalidValue as preview does. */
export function operationsOf(given: Given, { stack, resources }: Stored): Wanted {
  const config = uplinkConfig(given);
  return { uplink: config.uplink, operations: plannedOperations(resourcesOf(config), resources, stack) };
}

export async function askForPlan(given: Given, stored: Stored): Promise<RouterPlan> {
  const settings = routerSettings(given);
  const wanted = operationsOf(given, stored);
  const session = await openSession(settings);
  try {
    const plan = await planOn(session, wanted.operations);
    const unsaved = settings.allowUnsavedWork ? [] : plan.unsaved;
    return tell({ ...plan, unsaved }, wanted, settings.ssh.host, settings);
  } finally {
    await session.close();
  }
}

/** `file`: a config.boot that stands for the router. */
export function planByFile(given: Given, stored: Stored, file: string): RouterPlan {
  const wanted = operationsOf(given, stored);
  const settings = routerSettings({ ...given, routerHost: given.routerHost || "file" });
  return tell(planOfText(readFileSync(file, "utf8"), wanted.operations), wanted, file, settings);
}

function tell(
  { running, wanted, ...plan }: Plan,
  { uplink }: Wanted,
  host: string,
  { undoAfterSeconds, allowBlockedLan }: RouterSettings,
): RouterPlan {
  const changes = changeInWords(running, wanted);
  return { uplink, host, undoAfterSeconds, allowBlockedLan, ...plan, changes };
}

export function openSession(settings: RouterSettings): Promise<Session> {
  const where = placeOf(settings);
  const opened = Session.open(new SshTransport(settings.ssh), where, settings.commandTimeoutSeconds);
  return waitFor(`logging in to ${where}`, opened);
}

/** Whether an up would be stopped, or part of it. */
export function isStopped({ obstacles, unsaved, lan, allowBlockedLan }: RouterPlan): boolean {
  return obstacles.length > 0 || unsaved.length > 0 || (lan.verdict === "no" && !allowBlockedLan);
}
