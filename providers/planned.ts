/**
 * What an up would ask of the router, from what is declared and what the stack's state holds. Pure. A resource that is in the
 * state and no longer declared is taken away, as the engine does it: after everything else.
 */

import type { NamedResource } from "../uplink/named-resource.ts";
import { models, type ResourceType, typeOfLabel } from "../vyos/resources/registry.ts";
import { type Inputs, isObject } from "../vyos/resources/row.ts";
import { operationOf } from "./operation-of.ts";

type Operation = ReturnType<typeof operationOf>;

/** A resource in the state. */
export interface StoredResource {
  readonly name: string;
  readonly type: ResourceType;
  readonly outputs: Inputs;
  /** `replaced`: its successor stands already, and the engine still has to take it away. */
  readonly standing: "current" | "replaced";
}

/** Project and stack, as the router's journal names who claims a path; undefined: an export of a stack without resources. */
export function stackOf(exported: unknown): string | undefined {
  const [, stack, project] = /^urn:pulumi:(.+?)::(.+?)::/.exec(String(entriesOf(exported)[0]?.urn)) ?? [];
  return stack === undefined ? undefined : `${project}/${stack}`;
}

/** From what `pulumi stack export` prints. Whatever is not of this program is passed over. */
export function storedResources(exported: unknown): StoredResource[] {
  return entriesOf(exported).flatMap((entry): StoredResource[] => {
    const label = /^pulumi-nodejs:dynamic\/vyos:(\w+)$/.exec(String(entry.type))?.[1];
    const type = label === undefined ? undefined : typeOfLabel(label);
    if (type === undefined || !isObject(entry.outputs)) return [];
    const name = String(entry.urn).split("::").at(-1) ?? "";
    return [{ name, type, outputs: entry.outputs, standing: entry.delete === true ? "replaced" : "current" }];
  });
}

function entriesOf(exported: unknown): Inputs[] {
  const deployment = isObject(exported) && isObject(exported.deployment) ? exported.deployment : {};
  return Array.isArray(deployment.resources) ? deployment.resources.filter(isObject) : [];
}

export function plannedOperations(
  declared: readonly NamedResource[],
  stored: readonly StoredResource[],
  stack: string,
): Operation[] {
  const made: Operation[] = [];
  const gone = stored.filter(
    ({ name, standing }) => standing === "replaced" || !declared.some((resource) => resource.name === name),
  );
  for (const resource of declared) {
    const { name, type } = resource;
    const news: Inputs = { ...resource.args, stack };
    const before = stored.find((one) => one.name === name && one.type === type && one.standing === "current");
    if (before === undefined) made.push(operationOf(type, { kind: "create", news }));
    else if (models[type].compare(before.outputs, news).kind === "replace") {
      made.push(operationOf(type, { kind: "create", news }));
      gone.push(before);
    } else made.push(operationOf(type, { kind: "update", olds: before.outputs, news }));
  }
  const taken = gone.map(({ type, outputs }) => operationOf(type, { kind: "delete", olds: outputs }));
  return [...made, ...taken.reverse()];
}
