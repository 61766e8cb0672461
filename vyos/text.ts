/**
 * The two texts in which VyOS shows a configuration: the tree of config.boot and `cli-shell-api showCfg`, and the lines of
 * `show configuration commands`. Pure. What it does not know it refuses by line number: a garbled answer is no configuration.
 */

import { InvalidValue, UplinkError } from "../errors.ts";
import {
  type ConfigPath,
  type ConfigTree,
  type GrowingTree,
  growBranch,
  growNode,
  pathsOf,
  sortedEntries,
  treeOf,
} from "./tree.ts";

/** A text that no VyOS prints. Tells the first word of the line only: what follows may be a password or a key. */
export class NotConfiguration extends UplinkError {
  constructor(lineNumber: number, line: string) {
    const begin = line.trim().split(/\s/)[0] ?? "";
    super(
      "NOT_CONFIGURATION",
      begin === ""
        ? `Cannot read the configuration: line ${lineNumber} is the end, with nodes still open`
        : `Cannot read the configuration: line ${lineNumber} begins with ${JSON.stringify(begin.slice(0, 40))}`,
      "see what the router prints for: cli-shell-api showCfg --show-active-only",
    );
  }
}

/**
 * `name value` is a leaf, `name value {` and `name {` open a node, `}` closes it, `name { }` is one without anything. A value with other
 * characters stands in double quotes: \" is a quote, any other backslash stands for itself, the last one too (1.4.0 and later undo their
 * configtree's escapes in both texts). Comments, of several lines too, and the trailer of config.boot are passed over.
 */
export function parseTreeText(text: string): ConfigTree {
  const root: GrowingTree = new Map();
  const parents: GrowingTree[] = [];
  let top = root;
  let lineNumber = 0;
  let comment = 0; // the line on which one began that is still open
  for (let start = 0; start <= text.length; ) {
    const newline = text.indexOf("\n", start);
    const stop = newline < 0 ? text.length : newline;
    const line = trimmed(text, start, stop);
    start = stop + 1;
    lineNumber += 1;
    if (comment !== 0 || line.startsWith("/*")) {
      comment = line.endsWith("*/") ? 0 : comment || lineNumber;
      continue;
    }
    if (line === "" || line.startsWith("//")) continue;
    if (line === "}") {
      const parent = parents.pop();
      if (parent === undefined) throw new NotConfiguration(lineNumber, line);
      top = parent;
      continue;
    }
    const [brace] = /[ \t]\{[ \t]*\}?$/.exec(line) ?? [];
    const opens = brace?.endsWith("{") ?? false;
    const words = splitTreeLine(brace ? trimmed(line, 0, line.length - brace.length) : line);
    if (words === undefined) throw new NotConfiguration(lineNumber, line);
    if (!opens) growBranch(top, words);
    else {
      parents.push(top);
      for (const word of words) top = growNode(top, word);
    }
  }
  if (parents.length > 0) throw new NotConfiguration(lineNumber, "");
  if (comment !== 0) throw new NotConfiguration(comment, "/*");
  return root;
}

/** The same tree as text. Every level is a node of its own, so that it reads back whatever the schema is. */
export function printTreeText(tree: ConfigTree, indent = ""): string {
  return sortedEntries(tree)
    .map(([word, below]) => {
      const name = indent + quoteTreeWord(word);
      return below.size === 0
        ? `${name}\n`
        : `${name} {\n${printTreeText(below, `${indent}    `)}${indent}}\n`;
    })
    .join("");
}

/** `set` lines, at most one quoted value at the end of each. A node's comment is no configuration here. */
export function parseCommands(text: string): ConfigTree {
  const paths: ConfigPath[] = [];
  text.split("\n").forEach((line, index) => {
    if (line === "" || line.startsWith("comment ")) return;
    const path = splitSetLine(line);
    if (path === undefined) throw new NotConfiguration(index + 1, line);
    paths.push(path);
  });
  return treeOf(paths);
}

/**
 * One line for each end of a branch; the last word in quotes, for without a schema it may be a value. Only that word may
 * hold a space: VyOS has none in names, and the line could not be read back.
 */
export function printCommands(tree: ConfigTree): string[] {
  return pathsOf(tree).map((path) => {
    const names = path.slice(0, -1);
    const value = path.at(-1) ?? "";
    const unfit = names.find((name) => !/^[^ '\n]+$/.test(name)) ?? (/['\n]/.test(value) ? value : undefined);
    if (unfit !== undefined)
      throw new InvalidValue(
        "set line",
        unfit,
        "does not fit there",
        "leave out quotes, newlines and spaces",
      );
    return ["set", ...names, `'${value}'`].join(" ");
  });
}

/** The line without the spaces and tabs around it, and without the CR of CR LF. */
function trimmed(text: string, start: number, stop: number): string {
  let [from, to] = [start, stop];
  while (from < to && isBlank(text.charCodeAt(from))) from += 1;
  while (from < to && (isBlank(text.charCodeAt(to - 1)) || text.charCodeAt(to - 1) === 0x0d)) to -= 1;
  return text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** A name, and behind it at most one value, bare to the end of the line or in double quotes; else undefined. */
export function splitTreeLine(line: string): string[] | undefined {
  if (!/["{}]/.test(line)) return splitBareLine(line);
  const alone = /^"([\s\S]*)"$/.exec(line)?.[1];
  if (alone !== undefined && !/(?:^|[^\\])"/.test(alone)) return [unescapeValue(alone)];
  const match = /^(?:"((?:[^"\\]|\\.)*)"|([^ \t"{}]+))(?:[ \t]+(?:"([\s\S]*)"|([^ \t"][^ \t]*)))?$/.exec(
    line,
  );
  if (!match) return undefined;
  const [, quotedName, name, quotedValue, value] = match;
  if (quotedValue !== undefined && /(?:^|[^\\])"/.test(quotedValue)) return undefined;
  const first = quotedName === undefined ? name : unescapeValue(quotedName);
  const second = quotedValue === undefined ? value : unescapeValue(quotedValue);
  return [first, second].filter((word) => word !== undefined);
}

/** Nearly every line holds neither quote nor brace, and a match with groups is the dear way to find one blank. */
function splitBareLine(line: string): string[] | undefined {
  const blank = line.search(/[ \t]/);
  if (blank < 0) return [line];
  let value = blank + 1;
  while (isBlank(line.charCodeAt(value))) value += 1;
  const second = line.slice(value);
  return /[ \t]/.test(second) ? undefined : [line.slice(0, blank), second];
}

function unescapeValue(quoted: string): string {
  return quoted.replaceAll('\\"', '"');
}

/** The words of a `set` line; undefined for any other line. Split at the first quote: no pattern may backtrack here. */
function splitSetLine(line: string): string[] | undefined {
  if (!line.startsWith("set ")) return undefined;
  const quote = line.indexOf("'");
  if (quote < 0) {
    const names = line.slice("set ".length).split(" ");
    return names.includes("") ? undefined : names;
  }
  if (
    line[quote - 1] !== " " ||
    quote === line.length - 1 ||
    line.indexOf("'", quote + 1) !== line.length - 1
  )
    return undefined;
  const names = quote === "set ".length ? [] : line.slice("set ".length, quote - 1).split(" ");
  return names.includes("") ? undefined : [...names, line.slice(quote + 1, -1)];
}

export function quoteTreeWord(word: string): string {
  if (word.includes("\n"))
    throw new InvalidValue("configuration word", word, "holds a newline", "leave the newline out");
  return /^[A-Za-z0-9._:,+=@%/\\-]+$/.test(word) && !word.startsWith("/")
    ? word
    : `"${word.replaceAll('"', '\\"')}"`;
}
