/**
 * What the router must do for a resource: to make it, to change it, to take it away. Pure: the engine's verbs and
 * `npm run plan` ask here, so that a plan cannot say anything else than an up does.
 */

import type { Operation, Remembered } from "../router/change/operation.ts";
import { fileKey } from "../vyos/resources/owned-file.ts";
import { parseResource, type ResourceType } from "../vyos/resources/registry.ts";
import type { Resource } from "../vyos/resources/resource.ts";
import type { Inputs } from "../vyos/resources/row.ts";
import { treeOf } from "../vyos/tree.ts";

/** `olds` are what the state holds of it. */
export type Change =
  | { readonly kind: "create"; readonly news: Inputs }
  | { readonly kind: "update"; readonly olds: Inputs; readonly news: Inputs }
  | { readonly kind: "delete"; readonly olds: Inputs };

export function operationOf(type: ResourceType, change: Change): Operation {
  switch (change.kind) {
    case "create":
      return declaring(parseResource(type, change.news), change.news, undefined, undefined);
    case "update": {
      const [before, after] = [parseResource(type, change.olds), parseResource(type, change.news)];
      return declaring(after, change.news, before, rememberedIn(change.olds));
    }
    case "delete":
      return {
        ...operationFor(parseResource(type, change.olds), change.olds),
        verb: "withdraw",
        remembered: rememberedIn(change.olds),
        takeOver: false,
      };
    default:
      return change satisfies never;
  }
}

function declaring(
  resource: Resource,
  news: Inputs,
  before: Resource | undefined,
  remembered: Remembered | undefined,
): Operation {
  const kept = new Set(resource.nodes.map(({ path }) => path.join(" ")));
  const was = before?.nodes ?? [];
  return {
    ...operationFor(resource, news),
    left: was.filter(({ path }) => !kept.has(path.join(" "))),
    owned: new Set([...was.map(({ path }) => path.join(" ")), ...(before?.files ?? []).map(fileKey)]),
    remembered,
  };
}

function operationFor(resource: Resource, inputs: Inputs): Operation {
  const { id, nodes, files, requires, probe, probeGone, takeOver, releases } = resource;
  return {
    id,
    verb: "declare",
    stack: typeof inputs.stack === "string" ? inputs.stack : "",
    nodes,
    files,
    left: [],
    owned: new Set(),
    remembered: undefined,
    takeOver,
    releases,
    requires,
    probe,
    probeGone,
    fulfilledBy: (running) => resource.heldOtherwise(running),
  };
}

/** Whether a state of 0.1.0 wrote it, which kept there what stood on the router before. */
export function isRemembering(olds: Inputs): boolean {
  return Array.isArray(olds.found);
}

function rememberedIn(olds: Inputs): Remembered | undefined {
  if (!isRemembering(olds)) return undefined;
  const files = linesIn(olds.foundFiles).map(([path = "", text = ""]) => [path, text] as const);
  return { tree: treeOf(linesIn(olds.found)), files: new Map(files) };
}

function linesIn(value: unknown): string[][] {
  return Array.isArray(value) ? value.map((line) => (Array.isArray(line) ? line.map(String) : [])) : [];
}
