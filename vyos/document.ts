/**
 * A whole configuration as VyOS prints it, line by line: what a change does not target comes out to the byte, comments and
 * nodes nobody knows included. VyOS loads no other form (vyatta-cfg: cparse), so what is added is written in it. Pure.
 */

import { type Form, formOf } from "./forms.ts";
import { NotConfiguration, parseTreeText, quoteTreeWord, splitTreeLine } from "./text.ts";
import { type ConfigPath, type ConfigTree, sameTree } from "./tree.ts";

type Entry =
  /** `name`, or `name value`; no words: a comment or an empty line. */
  | { readonly kind: "leaf"; readonly words: readonly string[]; readonly line: string }
  /** `name {`, or `name tag {`, and what stands up to its `}`. */
  | {
      readonly kind: "block";
      readonly words: readonly string[];
      readonly open: string;
      readonly close: string;
      readonly below: ConfigDocument;
    };
export type ConfigDocument = readonly Entry[];

export function parseDocument(text: string): ConfigDocument {
  const open: { words: readonly string[]; line: string; outer: Entry[] }[] = [];
  let entries: Entry[] = [];
  let inComment = false;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (const [index, line] of lines.entries()) {
    const word = line.trim();
    if (inComment || word === "" || /^(?:\/\/|\/\*)/.test(word)) {
      inComment = (inComment || word.startsWith("/*")) && !word.endsWith("*/");
      entries.push({ kind: "leaf", words: [], line });
    } else if (word === "}") {
      const block = open.pop();
      if (block === undefined) throw new NotConfiguration(index + 1, line);
      const { words, line: first, outer } = block;
      outer.push({ kind: "block", words, open: first, close: line, below: entries });
      entries = outer;
    } else {
      const [brace] = /[ \t]\{[ \t]*\}?$/.exec(word) ?? [];
      const words = splitTreeLine(brace ? word.slice(0, -brace.length).trim() : word);
      if (words === undefined) throw new NotConfiguration(index + 1, line);
      if (brace === undefined) entries.push({ kind: "leaf", words, line });
      else if (brace.endsWith("}")) {
        // `lo { }`, which only config.boot has: VyOS itself reads it as the two lines.
        const close = `${/^[ \t]*/.exec(line)?.[0]}}`;
        entries.push({
          kind: "block",
          words,
          open: line.slice(0, line.lastIndexOf("{") + 1),
          close,
          below: [],
        });
      } else {
        open.push({ words, line, outer: entries });
        entries = [];
      }
    }
  }
  if (open.length > 0) throw new NotConfiguration(lines.length, "");
  return entries;
}

export function printDocument(document: ConfigDocument): string {
  return document
    .map((one) =>
      one.kind === "block" ? `${one.open}\n${printDocument(one.below)}${one.close}\n` : `${one.line}\n`,
    )
    .join("");
}

/** What stands at a path, as VyOS prints it and without the indent of its place; undefined: nothing. */
export function textAt(document: ConfigDocument, path: ConfigPath): string | undefined {
  const found = entriesAt(document, path);
  if (found.length === 0) return undefined;
  const text = printDocument(found);
  const indent = /^ */.exec(text)?.[0] ?? "";
  return text.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}

/** How many words of the path stand there. */
export function depthAt(document: ConfigDocument, path: ConfigPath): number {
  let deepest = 0;
  for (const entry of document) {
    const words = taken(entry, path);
    const below = words > 0 && entry.kind === "block" ? depthAt(entry.below, path.slice(words)) : 0;
    deepest = Math.max(deepest, words + below);
  }
  return deepest;
}

/** The path without the value of a leaf, which may be anything, also a secret. */
export function nameOf(document: ConfigDocument, path: ConfigPath): ConfigPath {
  for (const entry of document) {
    if (entry.kind === "leaf" && entry.words[0] === path[0]) return path.slice(0, 1);
    const words = taken(entry, path);
    if (words === 0) continue;
    const below = entry.kind === "block" ? nameOf(entry.below, path.slice(words)) : [];
    return [...path.slice(0, words), ...below];
  }
  return path;
}

/** What shall stand at a path: a tree, a text that textAt() gave, or nothing. */
export type Wanted = ConfigTree | string | undefined;

/**
 * The document with something else at a path. What stands there already is not written anew. Of what is taken away the
 * parents go too that are empty then, but for the first `keep` words: VyOS keeps an empty parent, and it may mean something.
 */
export function withWanted(
  document: ConfigDocument,
  path: ConfigPath,
  wanted: Wanted,
  keep = 0,
): ConfigDocument {
  const now = textAt(document, path);
  if (wanted === undefined) return now === undefined ? document : without(document, path, keep);
  const tree = typeof wanted === "string" ? undefined : wanted;
  if (now !== undefined && (tree === undefined ? now === wanted : sameTree(parsedAt(now, path), tree)))
    return document;
  return placed(document, path, { path: [], level: 0 }, wanted);
}

/** The tree at the end of a path, of the text that stands there: one or two of the path's words are in the text. */
export function parsedAt(text: string, path: ConfigPath): ConfigTree | undefined {
  const all = parseTreeText(text);
  const [last = "", before = ""] = [path.at(-1), path.at(-2)];
  return all.get(before)?.get(last) ?? all.get(last);
}

function without(document: ConfigDocument, path: ConfigPath, keep: number): ConfigDocument {
  return document.flatMap((entry): ConfigDocument => {
    const words = taken(entry, path);
    if (words >= path.length) return [];
    if (words === 0 || entry.kind !== "block") return [entry];
    const below = without(entry.below, path.slice(words), keep - words);
    if (below.length === entry.below.length && below.every((one, index) => one === entry.below[index]))
      return [entry];
    return below.length === 0 && keep < words ? [] : [{ ...entry, below }];
  });
}

/** Where in the document one stands. */
interface Place {
  readonly path: ConfigPath;
  /** Of blocks that are open; VyOS indents each by four spaces. */
  readonly level: number;
}

function placed(
  document: ConfigDocument,
  path: ConfigPath,
  above: Place,
  wanted: ConfigTree | string,
): ConfigDocument {
  const at = document.findIndex((entry) => {
    const words = taken(entry, path);
    return words > 0 && (entry.kind === "block" || words >= path.length);
  });
  const entry = document[at];
  const words = entry === undefined ? 0 : taken(entry, path);
  if (entry?.kind === "block" && words < path.length) {
    const inner = placed(entry.below, path.slice(words), inside(above, path.slice(0, words)), wanted);
    return document.with(at, { ...entry, below: inner });
  }
  const fresh =
    typeof wanted === "string"
      ? ofText(wanted, path, above)
      : ofTree(
          path.reduceRight<ConfigTree>((below, word) => new Map([[word, below]]), wanted),
          above,
        );
  const others = document.filter((one) => taken(one, path) < path.length);
  const last = others.findLastIndex(({ words: [first] }) => first === path[0]);
  const index = at >= 0 ? at : last >= 0 ? last + 1 : others.length;
  return others.toSpliced(index, 0, ...fresh);
}

/** How many words of the path the entry is; 0: it is not on it. A path that ends at a name means all of that name. */
function taken(entry: Entry, path: ConfigPath): number {
  const [name, tag] = entry.words;
  if (name === undefined || name !== path[0]) return 0;
  return tag === undefined || path.length === 1 ? 1 : tag === path[1] ? 2 : 0;
}

function entriesAt(document: ConfigDocument, path: ConfigPath): ConfigDocument {
  return document.flatMap((entry): ConfigDocument => {
    const words = taken(entry, path);
    if (words >= path.length) return [entry];
    return words > 0 && entry.kind === "block" ? entriesAt(entry.below, path.slice(words)) : [];
  });
}

/** A text of textAt(): its first line names the path's last word or two; what is above them must be made. */
function ofText(text: string, path: ConfigPath, above: Place): ConfigDocument {
  const first = parseDocument(text).find(({ words }) => words.length > 0);
  if (path.length <= (first?.words.length ?? 1))
    return parseDocument(text.replaceAll(/^(?=.)/gm, indentOf(above)));
  const words = path.slice(0, formOf([...above.path, path[0] ?? ""]) === "tag" ? 2 : 1);
  return [block(words, ofText(text, path.slice(words.length), inside(above, words)), above)];
}

function inside(place: Place, words: ConfigPath): Place {
  return { path: place.path.concat(words), level: place.level + 1 };
}

function ofTree(tree: ConfigTree, above: Place): ConfigDocument {
  return [...tree].flatMap(([word, below]) => ofNode(word, below, above));
}

function ofNode(word: string, below: ConfigTree, above: Place): ConfigDocument {
  const leaf = (...words: string[]): Entry => ({
    kind: "leaf",
    words,
    line: indentOf(above) + quoted(words),
  });
  switch (formOf([...above.path, word]) ?? guess(below)) {
    case "tag":
      return [...below].map(([tag, inner]) =>
        block([word, tag], ofTree(inner, inside(above, [word, tag])), above),
      );
    case "node":
      return [block([word], ofTree(below, inside(above, [word])), above)];
    default:
      return below.size === 0 ? [leaf(word)] : [...below.keys()].map((value) => leaf(word, value));
  }
}

/**
 * Names are made of letters, digits, _ and - (vyatta-cfg: cparse_lex.l), and a number is a tag. A guess that is wrong is
 * refused by VyOS when it loads the text, and the change is then filled line by line.
 */
function guess(below: ConfigTree): Form {
  if ([...below.values()].every((inner) => inner.size === 0)) return "leaf";
  return [...below.keys()].every((word) => /^[\w-]*[A-Za-z_-][\w-]*$/.test(word)) ? "node" : "tag";
}

function block(words: readonly string[], below: ConfigDocument, place: Place): Entry {
  const indent = indentOf(place);
  return { kind: "block", words, open: `${indent}${quoted(words)} {`, close: `${indent}}`, below };
}

const quoted = (words: readonly string[]): string => words.map(quoteTreeWord).join(" ");

function indentOf({ level }: Place): string {
  return "    ".repeat(level);
}
