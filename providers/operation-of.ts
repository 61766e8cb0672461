/**
 * What the router must do for a resource: to make it, to change it, to take it away. Pure: the engine's verbs and
 * `npm run plan` ask here, so that a plan cannot say anything else than an up does.
 */

import type { Operation, ScriptTarget, Target } from "../router/change/operation.ts";
import type { Inputs } from "../vyos/resources/inputs.ts";
import type { OwnedFile } from "../vyos/resources/owned-file.ts";
import { parseResource, type ResourceType } from "../vyos/resources/registry.ts";
import { subtree, treeOf } from "../vyos/tree.ts";

/** `olds` and `kept` are what the state holds of it; `found` are the lines, word by word, that create met on the router. */
export type Change =
  | { readonly kind: "create"; readonly news: Inputs }
  | { readonly kind: "update"; readonly olds: Inputs; readonly news: Inputs }
  | { readonly kind: "delete"; readonly olds: Inputs };

export function operationOf(type: ResourceType, change: Change): Operation {
  switch (change.kind) {
    case "create":
      return declaring(type, change.news, [], change.news.takeOver === true ? "any" : "free");
    case "update":
      return declaring(type, change.news, pathsLeft(type, change.olds, change.news), "any");
    case "delete":
      return taking(type, change.olds);
    default:
      return change satisfies never;
  }
}

/** The lines that create found, as the state keeps them; none in a state without them. */
export function foundLines(outputs: Inputs): string[][] {
  return listsOf(outputs.found);
}

/** The path and the text of each script of somebody else's that create found in its place. */
export function foundFiles(outputs: Inputs): string[][] {
  return listsOf(outputs.foundFiles);
}

function listsOf(value: unknown): string[][] {
  return Array.isArray(value) ? value.map((line) => (Array.isArray(line) ? line.map(String) : [])) : [];
}

function declaring(
  type: ResourceType,
  news: Inputs,
  gone: readonly Target[],
  expects: Operation["expects"],
): Operation {
  const resource = parseResource(type, news);
  return {
    id: resource.id,
    targets: [...gone, ...resource.nodes],
    scripts: resource.files.map((file) => ({ file, wanted: "there" })),
    expects,
    requires: resource.requires,
    ...(resource.probe === undefined ? {} : { probe: resource.probe }),
    fulfilledBy: (running) => resource.heldOtherwise(running),
  };
}

/** What the old one owned and the new one does not. */
function pathsLeft(type: ResourceType, olds: Inputs, news: Inputs): Target[] {
  const kept = new Set(parseResource(type, news).nodes.map(({ path }) => path.join(" ")));
  return parseResource(type, olds)
    .nodes.filter(({ path }) => !kept.has(path.join(" ")))
    .map(({ path }) => ({ path, tree: undefined }));
}

/** Puts back what create found in its place. */
function taking(type: ResourceType, olds: Inputs): Operation {
  const { id, nodes, files, probeGone } = parseResource(type, olds);
  const found = treeOf(foundLines(olds));
  const targets = nodes.map(({ path }) => ({ path, tree: subtree(found, path) }));
  const scripts = files.map((file) => withdrawn(file, foundFiles(olds)));
  const gone = probeGone === undefined ? {} : { probeGone };
  return { id, targets, scripts, expects: "any", requires: [], ...gone };
}

/** Gone, or what somebody else had there again. */
function withdrawn(file: OwnedFile, found: readonly string[][]): ScriptTarget {
  const text = found.find(([path]) => path === file.path)?.[1];
  if (file.kind === "line" || text === undefined) return { file, wanted: "gone" };
  return { file: { ...file, text, start: undefined }, wanted: "there" };
}
