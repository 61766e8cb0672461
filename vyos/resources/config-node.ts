/**
 * Any other configuration path, given as a tree: the way out for what is not modelled. Pure. Free text is held to the same
 * characters as everywhere, for VyOS runs some of it in a root shell.
 */

import { InvalidValue } from "../../errors.ts";
import { pathsOf, treeOf } from "../tree.ts";
import { parseFreeText } from "../values.ts";
import { type Kind, text, wrong } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { optional, required } from "./row.ts";

export type ConfigValue =
  | string
  | number
  | null
  | readonly ConfigValue[]
  | { readonly [word: string]: ConfigValue };

/** The branches below the path, one list of words each; none for a valueless leaf. */
const configTree: Kind<ConfigValue, readonly string[][]> = {
  form: "text, a list of texts, null for a valueless node, or a map one level down",
  parse: (field, given) => pathsOf(treeOf(branchesOf(field, given))),
  words: (branches) => [...branches],
};

export const configNode = resource({
  label: "ConfigNode",
  meaning: "any other part of the configuration",
  owns: "its path",
  keys: {
    path: required(text("words", parsePath), { meaning: "service ntp server 192.0.2.1" }),
  },
  fields: { tree: optional(configTree, { at: "", meaning: "what stands below" }) },
  paths: ({ path }) => [path],
  nodes: ({ path, tree }) => [{ path, tree: treeOf(tree ?? []), opaque: true }],
});

export type ConfigNodeArgs = ArgsOf<typeof configNode>;

function parsePath(field: string, given: string): readonly string[] {
  const words = given.split(/ +/).map((word) => parseFreeText(field, word));
  if (words.length > 1) return words;
  const reason = "names a whole top-level node, with everything of others in it";
  throw new InvalidValue(field, given, reason, "name the node itself: service ntp server 192.0.2.1");
}

function branchesOf(field: string, given: unknown): string[][] {
  if (given === undefined || given === null) return [];
  if (typeof given === "string" || typeof given === "number") return [[parseFreeText(field, String(given))]];
  if (Array.isArray(given)) return given.flatMap((item: unknown) => branchesOf(field, item));
  if (typeof given !== "object") {
    throw wrong(field, given, "is not text, a list or a map", "write text, a list, a map or null");
  }
  return Object.entries(given).flatMap(([word, below]) => {
    const name = parseFreeText(field, word);
    const deeper = branchesOf(`${field}.${word}`, below);
    return deeper.length === 0 ? [[name]] : deeper.map((path) => [name, ...path]);
  });
}
