/**
 * Any other configuration path, given as a tree: the way out for what is not modelled. Pure. Free text is held to the same
 * characters as everywhere, for VyOS runs some of it in a root shell.
 */

import { InvalidValue } from "../../errors.ts";
import { pathsOf, treeOf } from "../tree.ts";
import { parseFreeText } from "../values.ts";
import { type Inputs, requiredText, textList } from "./inputs.ts";
import type { ResourceModel } from "./resource.ts";

export interface ConfigNodeArgs {
  /** The words of the path: service ntp server 192.0.2.1. */
  readonly path: string;
  /** Text, a list of texts, null for a valueless node, or a map one level down. */
  readonly tree?: ConfigValue;
  /** Configuration paths, and files by their absolute path, that must be there before this may. */
  readonly requires?: readonly string[] | Promise<readonly string[]>;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export type ConfigValue =
  | string
  | number
  | null
  | readonly ConfigValue[]
  | { readonly [word: string]: ConfigValue };

export interface ConfigNodeValue {
  readonly path: readonly string[];
  /** The branches below the path, one list of words each; none for a valueless leaf. */
  readonly branches: readonly (readonly string[])[];
  /** Configuration paths and files that must be there before this may. */
  readonly requires: readonly string[];
}

export const configNodeModel: ResourceModel<ConfigNodeValue> = {
  identity: ["path"],
  id: (node) => node.path.join(" "),
  parse: parseConfigNode,
  nodes: (node) => [{ path: node.path, tree: treeOf(node.branches) }],
};

function parseConfigNode(inputs: Inputs): ConfigNodeValue {
  const words = requiredText(inputs, "path")
    .split(/ +/)
    .map((word) => parseWord("path", word));
  if (words.length < 2) {
    const reason = "names a whole top-level node, with everything of others in it";
    throw new InvalidValue(
      "path",
      words.join(" "),
      reason,
      "name the node itself: service ntp server 192.0.2.1",
    );
  }
  const branches = pathsOf(treeOf(branchesOf("tree", inputs.tree)));
  return { path: words, branches, requires: textList(inputs, "requires") };
}

function parseWord(field: string, word: string): string {
  return parseFreeText(field, word);
}

/** Text is a value, a list is several values, null is a valueless node, a map goes one level down. */
function branchesOf(field: string, value: unknown): string[][] {
  if (value === undefined || value === null) return [];
  if (typeof value === "string" || typeof value === "number") return [[parseWord(field, String(value))]];
  if (Array.isArray(value)) return value.flatMap((item: unknown) => branchesOf(field, item));
  if (typeof value === "object") {
    return Object.entries(value).flatMap(([word, below]) => {
      const name = parseWord(field, word);
      const deeper = branchesOf(`${field}.${word}`, below);
      return deeper.length === 0 ? [[name]] : deeper.map((path) => [name, ...path]);
    });
  }
  throw new InvalidValue(
    field,
    String(value),
    "is not text, a list or a map",
    "write text, a list, a map or null",
  );
}
