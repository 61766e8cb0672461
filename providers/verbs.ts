/**
 * What the engine's six verbs mean for every resource type: the shim delegates here, so that a stack always runs today's
 * code. Must never put a secret into outputs, and throws plain Errors only: the engine reads no others.
 */

import type { CheckResult, ConfigureRequest, DiffResult, ReadResult } from "@pulumi/pulumi/dynamic/index.js";
import type { Given } from "../config/given.ts";
import { fleetKeys, routerKeys } from "../config/router-keys.ts";
import { routerSettings } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import { type Done, type Operation, OperationFailed } from "../router/change/operation.ts";
import type { Router } from "../router/router.ts";
import { declaredPath } from "../vyos/declared-path.ts";
import { classifyDrift, printDrift, repairsOf } from "../vyos/drift.ts";
import { isHeld, type OwnedFile } from "../vyos/resources/owned-file.ts";
import { models, parseResource, type ResourceType } from "../vyos/resources/registry.ts";
import { isUnknown, type Resource } from "../vyos/resources/resource.ts";
import type { Inputs } from "../vyos/resources/row.ts";
import { subtree } from "../vyos/tree.ts";
import { commandsOf, printFile } from "./commands-of.ts";
import { hideSecrets, withoutSecrets } from "./hidden.ts";
import { type Kept, keptOf, sameInputs, withoutKept } from "./kept.ts";
import { isRemembering, operationOf } from "./operation-of.ts";

let given: Given = {};
let router: Router | undefined;

/**
 * Called once for each type in a process, with the stack's decrypted configuration. It must take hold before it returns: the
 * engine's other calls do not wait for it.
 */
export async function setup({ config }: ConfigureRequest): Promise<void> {
  given = Object.fromEntries(
    Object.keys({ ...routerKeys, ...fleetKeys }).map((key) => [key, config.get(key)]),
  );
  endWithEngine();
}

const orphanCheckMilliseconds = 1000;
let watched = false;

/**
 * An engine that was killed cannot end this process, which would hold the lock on the router for ever. A change that is
 * under way is brought to its end first: verified, or put back.
 */
function endWithEngine(): void {
  if (watched) return;
  watched = true;
  // Nobody reads any more: unheard, the error of a write would be told by another write, for ever.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  const engine = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === engine || router?.busy) return;
    void (router?.close() ?? Promise.resolve()).finally(() => process.exit(1));
  }, orphanCheckMilliseconds);
  timer.unref();
}

/** With values that are not known yet, each other field is looked at alone, and what will be sent is not known either. */
export async function check(type: ResourceType, olds: Inputs, news: Inputs): Promise<CheckResult<Inputs>> {
  hideSecrets(type, olds ?? {}, news);
  if (isUnknown(withoutKept(news))) {
    const wrong = models[type].wrong(news);
    return { inputs: withoutKept(news), failures: wrong.map(failureOf) };
  }
  try {
    parseResource(type, news);
    models[type].checkReplacing(olds ?? {}, news);
    return { inputs: { ...news, commands: commandsOf(type, olds ?? {}, news) } };
  } catch (error) {
    if (!(error instanceof InvalidValue)) throw asPlainError(error);
    return { inputs: news, failures: [failureOf(error)] };
  }
}

function failureOf(error: InvalidValue): { property: string; reason: string } {
  return { property: error.field, reason: withoutSecrets(error.message) };
}

export async function diff(type: ResourceType, olds: Inputs, news: Inputs): Promise<DiffResult> {
  const before = keptOf(olds);
  const unfinished =
    before.drift.length > 0 || !before.saved || isRemembering(olds) || isElsewhere(before.hostKey);
  if (sameInputs(olds, news)) return { changes: unfinished };
  const verdict = models[type].compare(olds, news);
  switch (verdict.kind) {
    case "same":
      return { changes: unfinished };
    case "update":
      return { changes: true };
    case "replace":
      return { changes: true, replaces: [...verdict.because] };
    default:
      return verdict satisfies never;
  }
}

let toldElsewhere = false;

/** The state tells of a router with another host key: what stands there is not here. */
function isElsewhere(hostKey: string | undefined): boolean {
  const now = pinnedHostKey();
  if (hostKey === undefined || now === undefined || hostKey === now) return false;
  if (!toldElsewhere)
    report(`another router than at the last up (${hostKey}, now ${now}): everything is declared here anew`);
  toldElsewhere = true;
  return true;
}

/** Undefined: the program says what is wrong with it. */
function pinnedHostKey(): string | undefined {
  try {
    return routerSettings(given).ssh.hostKey;
  } catch (error) {
    if (error instanceof InvalidValue) return undefined;
    throw error;
  }
}

export async function create(type: ResourceType, news: Inputs): Promise<{ id: string; outs: Inputs }> {
  hideSecrets(type, news);
  const resource = parseResource(type, news);
  const outs = await submit(resource, operationOf(type, { kind: "create", news }), news, undefined);
  return { id: resource.id, outs };
}

export async function update(type: ResourceType, olds: Inputs, news: Inputs): Promise<{ outs: Inputs }> {
  hideSecrets(type, olds, news);
  const operation = operationOf(type, { kind: "update", olds, news });
  return { outs: await submit(parseResource(type, news), operation, news, keptOf(olds)) };
}

/** Takes away what was created, and puts back what create found in its place. */
export async function remove(type: ResourceType, olds: Inputs): Promise<void> {
  hideSecrets(type, olds);
  await plainly(async () => (await theRouter()).submit(operationOf(type, { kind: "delete", olds })));
}

/** Gone: no id, so the next up creates it. Changed: the lines that would repair it, so the next up does. */
export async function read(type: ResourceType, id: string, props: Inputs): Promise<ReadResult> {
  hideSecrets(type, props);
  const resource = parseResource(type, props);
  const { running, files } = await plainly(async () => {
    const one = await theRouter();
    return {
      running: await one.readRunning(),
      files: await one.readFiles(resource.files.map(({ path }) => path)),
    };
  });
  const held = resource.heldOtherwise(running);
  const nodes = resource.nodes.map((node) => ({ ...node, path: declaredPath(node.path, running) }));
  const textOf = ({ path }: OwnedFile): string | undefined => files.get(path);
  const present =
    held ||
    nodes.some(({ path }) => subtree(running, path) !== undefined) ||
    resource.files.some((file) =>
      file.kind === "script" ? textOf(file) !== undefined : !isHeld(file, "gone", textOf(file)),
    );
  if (!present) return { id: "", props: {} };
  const repairs = held ? [] : nodes.flatMap((node) => repairsOf(node, running));
  const changed = resource.files.filter((file) => !isHeld(file, "there", textOf(file)));
  const drift = [
    ...classifyDrift(repairs).map(printDrift).map(withoutSecrets),
    ...changed.map((file) => `changed: ${printFile(file)}`),
  ];
  const inputs = withoutKept(props);
  // Among the inputs too: the next check tells from them what the repair will send.
  const shown = drift.length > 0 ? { ...inputs, drift } : inputs;
  return { id, props: { ...inputs, ...keptOf(props), drift }, inputs: shown };
}

async function submit(
  resource: Resource,
  operation: Operation,
  news: Inputs,
  kept: Kept | undefined,
): Promise<Inputs> {
  const outs = (done: Partial<Done>, saved: boolean): Inputs => {
    const { committedAt = kept?.committedAt ?? "", verifiedFrom = kept?.verifiedFrom } = done;
    const from = verifiedFrom === undefined ? {} : { verifiedFrom };
    const hostKey = pinnedHostKey();
    return { ...withoutKept(news), committedAt, ...from, saved, drift: [], ...(hostKey && { hostKey }) };
  };
  try {
    return outs(await (await theRouter()).submit(operation), true);
  } catch (error) {
    if (!(error instanceof OperationFailed) || !error.applied) throw asPlainError(error);
    const properties = outs({ committedAt: new Date().toISOString() }, false);
    const plain = asPlainError(error);
    throw Object.assign(plain, { id: resource.id, properties, reasons: [plain.message] });
  }
}

/** Loaded when a router is needed: half of the time to load this process is the SSH library's. */
async function theRouter(): Promise<Router> {
  const [{ Router }, { explain }] = await Promise.all([
    import("../router/router.ts"),
    import("../doctor/examine.ts"),
  ]);
  router ??= new Router(routerSettings(given), { report, explain });
  return router;
}

/** The engine shows what this process prints, as it comes. */
function report(line: string): void {
  process.stdout.write(`router: ${withoutSecrets(line)}\n`);
}

async function plainly<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw asPlainError(error);
  }
}

/** A subclass of Error reaches the engine as "undefined". */
function asPlainError(error: unknown): Error {
  return new Error(withoutSecrets(error instanceof Error ? error.message : String(error)));
}
