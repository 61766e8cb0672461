/**
 * The commands that a change of a resource means, from what the state holds, without a router: check puts them among the
 * inputs, so that preview shows them. Pure; `npm run plan` asks the router itself.
 */

import { printCommand } from "../vyos/commands.ts";
import { diffAt } from "../vyos/diff.ts";
import type { OwnedFile } from "../vyos/resources/owned-file.ts";
import { parseResource, type ResourceType } from "../vyos/resources/registry.ts";
import type { Resource } from "../vyos/resources/resource.ts";
import type { Inputs } from "../vyos/resources/row.ts";
import { type ConfigTree, emptyTree, subtree, withSubtree } from "../vyos/tree.ts";
import { keptOf, sameInputs } from "./kept.ts";

/** `olds` are the inputs in the state: none at create, with the repairs of a refresh that found drift. */
export function commandsOf(type: ResourceType, olds: Inputs, news: Inputs): readonly unknown[] {
  const repairs = keptOf(olds).drift.map((line) => line.replace(/^\w+: /, ""));
  if (repairs.length > 0) return repairs;
  // The usual case of a run that changes little: no need to understand either.
  if (Array.isArray(olds.commands) && sameInputs(olds, news)) return olds.commands;
  const before = stored(type, olds);
  const after = parseResource(type, news);
  const paths = [...(before?.nodes ?? []), ...after.nodes].map(({ path }) => path);
  const from = treeWith(before);
  const to = treeWith(after);
  const unique = [...new Map(paths.map((path) => [path.join(" "), path])).values()];
  const commands = unique.flatMap((path) => diffAt(from, subtree(to, path), path)).map(printCommand);
  commands.push(...fileLines(before, after));
  // Nothing to send: the commands of the last change stay, or every up would show their disappearance.
  if (commands.length === 0 && Array.isArray(olds.commands)) return olds.commands;
  return commands;
}

/** What a change does to files, for people. */
export function printFile(file: OwnedFile): string {
  return file.kind === "script"
    ? `write ${file.path}, ${Buffer.byteLength(file.text)} octets`
    : `add to ${file.path}: ${file.line}`;
}

function fileLines(before: Resource | undefined, after: Resource): string[] {
  const was = new Set((before?.files ?? []).map((file) => JSON.stringify(file)));
  return after.files.filter((file) => !was.has(JSON.stringify(file))).map(printFile);
}

/** Undefined at create, and when the state was written by something that today's code cannot read. */
function stored(type: ResourceType, olds: Inputs): Resource | undefined {
  try {
    return Object.keys(olds).length === 0 ? undefined : parseResource(type, olds);
  } catch {
    return undefined;
  }
}

function treeWith(resource: Resource | undefined): ConfigTree {
  return (resource?.nodes ?? []).reduce(
    (tree, { path, tree: node }) => withSubtree(tree, path, node),
    emptyTree,
  );
}
