/**
 * The texts in which VyOS shows a configuration: `showCfg` braces, the saved file's braces (every value in
 * double quotes), and `set` lines. It prints, and splits a `set` line; it must never judge what it prints.
 */
import { byDebianVersion, byTextAndNumber } from "./order.ts";
import type { TreeNode } from "./tree.ts";

interface Style {
  readonly order: (left: string, right: string) => number;
  readonly quote: (value: string) => string;
}

const shown: Style = {
  order: byDebianVersion,
  quote: (value) => (value === "" || /[*{};\s]/.test(value) ? `"${value}"` : value),
};
/** Backslashes as they are, here and in commands: 1.4.0 and later undo configtree's escapes (vyos-1x:python/vyos/configtree.py, unescape_backslash). */
const saved: Style = { order: byTextAndNumber, quote: (value) => `"${value}"` };

/** As `cli-shell-api showCfg` prints it. */
export function printShown(root: TreeNode): string {
  return lines(root, shown, "").join("");
}

/** As the saving program writes /config/config.boot, without the version comment. */
export function printSaved(root: TreeNode): string {
  return lines(root, saved, "").join("");
}

/** As `show configuration commands` prints it. */
export function printCommands(root: TreeNode): string[] {
  return commands(root, "set").flat();
}

/** Words of one line; single and double quotes group, nothing is expanded. */
export function splitLine(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_all, one, two) => one ?? two ?? ""));
}

function sorted(node: TreeNode, style: Style): [string, TreeNode][] {
  return [...node.children].sort(([left], [right]) => style.order(left, right));
}

function lines(node: TreeNode, style: Style, indent: string): string[] {
  return sorted(node, style).flatMap(([word, child]) => {
    if (child.kind === "leaf") return leaf(word, child, style, indent);
    if (child.kind === "node") return block(word, child, style, indent);
    return sorted(child, style).flatMap(([name, one]) => block(`${word} ${name}`, one, style, indent));
  });
}

function leaf(word: string, node: TreeNode, style: Style, indent: string): string[] {
  if (node.values.length === 0) return [`${indent}${word}\n`];
  return node.values.map((value) => `${indent}${word} ${style.quote(value)}\n`);
}

function block(title: string, node: TreeNode, style: Style, indent: string): string[] {
  return [`${indent}${title} {\n`, ...lines(node, style, `${indent}    `), `${indent}}\n`];
}

function commands(node: TreeNode, prefix: string): string[] {
  if (node.kind === "leaf" && node.values.length > 0)
    return node.values.map((value) => `${prefix} '${value}'`);
  if (node.children.size === 0) return prefix === "set" ? [] : [prefix];
  return sorted(node, saved).flatMap(([word, child]) => commands(child, `${prefix} ${word}`));
}
