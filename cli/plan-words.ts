/** A change of a configuration in words: one sentence an object, ranges folded. Pure. It speaks of names and addresses alone. */

import type { ConfigPath, ConfigTree } from "../vyos/tree.ts";
import { pathsOf, subtree } from "../vyos/tree.ts";

export interface Word {
  readonly sign: "+" | "-" | "~";
  readonly text: string;
}

export function changeInWords(before: ConfigTree, after: ConfigTree): Word[] {
  const [old, next] = [keysOf(before), keysOf(after)];
  // A parent that stays behind empty is no change of its own.
  const touched = [...old, ...next].filter(
    (key) => old.has(key) !== next.has(key) && !subtree(old.has(key) ? after : before, key.split("\n"))?.size,
  );
  const objects = [...new Set(touched.map((key) => objectOf(key.split("\n")).join("\n")))];
  const changes = objects.map((key): Change => {
    const path = key.split("\n");
    return { path, before: subtree(before, path), after: subtree(after, path) };
  });
  const isNat = ({ path }: Change): boolean => path[0] === "nat" && path[2] === "rule";
  const pools = [...new Set(changes.filter(isNat).map(({ path }) => `${path[1]} ${signOf(path, changes)}`))];
  return [
    ...changes.filter((change) => !isNat(change)).map(wordOf),
    ...pools.map((pool) =>
      natWord(changes.filter((one) => isNat(one) && `${one.path[1]} ${signOf(one.path, changes)}` === pool)),
    ),
  ];
}

interface Change {
  readonly path: ConfigPath;
  readonly before: ConfigTree | undefined;
  readonly after: ConfigTree | undefined;
}

function keysOf(tree: ConfigTree): Set<string> {
  return new Set(pathsOf(tree).map((path) => path.join("\n")));
}

/** What a person calls one thing. */
function objectOf(path: ConfigPath): ConfigPath {
  if (path[0] === "interfaces" && path[1] === "tunnel") return path.slice(0, 3);
  const named = ["rule", "route", "route6", "task", "address"];
  const at = path.findIndex((word, index) => index > 1 && named.includes(word));
  return path.slice(0, at === -1 ? 5 : at + 2);
}

function sign({ before, after }: Change): Word["sign"] {
  if (before === undefined) return "+";
  return after === undefined ? "-" : "~";
}

function signOf(path: ConfigPath, changes: readonly Change[]): Word["sign"] {
  const change = changes.find((one) => one.path === path);
  return change === undefined ? "~" : sign(change);
}

const ends = { "+": "new", "-": "goes", "~": "changes" } as const;

function wordOf(change: Change): Word {
  const { path, before, after } = change;
  const mark = sign(change);
  const last = path.at(-1) ?? "";
  if (path.at(-2) === "route" || path.at(-2) === "route6") {
    const name = last === "0.0.0.0/0" ? "default route" : `route ${last}`;
    if (mark === "~") return { sign: mark, text: `${name} moves from ${wayOf(before)} to ${wayOf(after)}` };
    return { sign: mark, text: `${name} ${ends[mark]}, by ${wayOf(before ?? after)}` };
  }
  if (path[0] === "interfaces" && path.at(-2) === "address") {
    const device = path.slice(2, -2).filter((word) => word !== "vif");
    return { sign: mark, text: `address ${last} on ${device.join(".")} ${ends[mark]}` };
  }
  const name = path[1] === "tunnel" ? `tunnel ${last}` : path.join(" ");
  const leaves = mark === "~" ? `: ${changedLeaves(before, after).join(", ")}` : "";
  return { sign: mark, text: `${name} ${ends[mark]}${leaves}` };
}

function changedLeaves(before: ConfigTree | undefined, after: ConfigTree | undefined): string[] {
  const names = new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])]);
  const text = (tree: ConfigTree | undefined, name: string): string =>
    pathsOf(subtree(tree ?? new Map(), [name]) ?? new Map()).join(" ") || "none";
  return [...names].flatMap((name) => {
    const [from, to] = [text(before, name), text(after, name)];
    return from === to ? [] : [`${name} ${from} to ${to}`];
  });
}

/** Of a static or failover route: its next hops, else its interfaces. */
function wayOf(route: ConfigTree | undefined): string {
  const ways = [...(route ?? new Map<string, ConfigTree>())].flatMap(([kind, values]) =>
    [...values.keys()].map((value) => (kind === "next-hop" || kind === "interface" ? value : kind)),
  );
  return ways.join(" and ") || "nothing";
}

function natWord(rules: readonly Change[]): Word {
  const [first] = rules;
  const mark = first === undefined ? "~" : sign(first);
  const ranges = new Set(
    rules.flatMap(({ before, after }) => [
      ...(subtree(after ?? before ?? new Map(), ["translation", "port"])?.keys() ?? []),
    ]),
  );
  const numbers = fold(rules.map(({ path }) => Number(path.at(-1))));
  const direction = first?.path[1] ?? "";
  if (direction === "destination")
    return { sign: mark, text: `port forwards, rules ${numbers}, ${ends[mark]}` };
  const ports = [...ranges].reduce((sum, range) => sum + portsIn(range), 0);
  const blocks = `${ranges.size} ${ranges.size === 1 ? "block" : "blocks"} of NAT, ${ports} ports`;
  return { sign: mark, text: `${ranges.size === 0 ? "NAT" : blocks} ${ends[mark]}, source rules ${numbers}` };
}

function portsIn(range: string): number {
  const [from = 0, to = from] = range.split("-").map(Number);
  return to - from + 1;
}

/** 100, 101, 102, 110 as "100-102, 110". */
export function fold(numbers: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = runs.at(-1);
    if (last !== undefined && last[1] === number - 1) last[1] = number;
    else runs.push([number, number]);
  }
  return runs.map(([from, to]) => (from === to ? String(from) : `${from}-${to}`)).join(", ");
}
