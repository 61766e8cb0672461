/** Laws of the pure half of the router room: which commands an operation means, and how they are put back. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  commandsFor,
  differencesBeside,
  isDone,
  isUntouched,
  missingFor,
  type Operation,
  probeOf,
  undoCommands,
} from "../../router/change/operation.ts";
import { applyCommands } from "../../vyos/diff.ts";
import { type ConfigPath, type ConfigTree, sameTree, subtree, treeOf } from "../../vyos/tree.ts";
import { parseIpv4 } from "../../vyos/values.ts";
import { dummy, operation } from "./lab.ts";

const word = fc.constantFrom("a", "b", "c", "10", "20");
const tree = fc.array(fc.array(word, { minLength: 1, maxLength: 4 }), { maxLength: 8 }).map(treeOf);
/** Paths of two words, none twice: as two resources never own the same path. */
const operations = fc
  .uniqueArray(fc.tuple(word, word, fc.option(tree, { nil: undefined })), {
    maxLength: 4,
    selector: ([first, second]) => `${first} ${second}`,
  })
  .map((targets) =>
    targets.map(
      ([first, second, wanted]): Operation => ({
        id: `${first} ${second}`,
        targets: [{ path: [first, second], tree: wanted }],
        expects: "any",
        requires: [],
      }),
    ),
  );
const begins = (path: ConfigPath, start: ConfigPath): boolean =>
  start.every((part, index) => part === path[index]);
const allCommands = (all: readonly Operation[], running: ConfigTree) =>
  all.flatMap((one) => commandsFor(one, running));

describe("the laws of operations", () => {
  it("commandsFor() leads to a configuration for which isDone() holds", () => {
    fc.assert(
      fc.property(operations, tree, (all, before) => {
        const after = applyCommands(before, allCommands(all, before));
        expect(all.every((one) => isDone(one, after))).toBe(true);
        expect(allCommands(all, after)).toEqual([]);
      }),
    );
  });

  it("commandsFor() never names a path outside the targets", () => {
    fc.assert(
      fc.property(operations, tree, (all, running) => {
        for (const one of all) {
          for (const { path } of commandsFor(one, running)) {
            expect(one.targets.some((target) => begins(path, target.path))).toBe(true);
          }
        }
      }),
    );
  });

  it("undoCommands() leads back to the old subtrees, whatever part of the commit was applied", () => {
    fc.assert(
      fc.property(operations, tree, fc.array(fc.boolean(), { minLength: 4 }), (all, before, applied) => {
        const part = all.filter((_, index) => applied[index]);
        const now = applyCommands(before, allCommands(part, before));
        const back = applyCommands(now, undoCommands(all, before, now));
        for (const one of all) expect(isUntouched(one, before, back)).toBe(true);
        expect(undoCommands(all, before, back)).toEqual([]);
      }),
    );
  });

  it("undoCommands() leads back from any other configuration too", () => {
    fc.assert(
      fc.property(operations, tree, tree, (all, before, now) => {
        const back = applyCommands(now, undoCommands(all, before, now));
        for (const { path } of all.flatMap(({ targets }) => targets)) {
          expect(sameTree(subtree(back, path), subtree(before, path))).toBe(true);
        }
      }),
    );
  });

  it("differencesBeside() is empty when nothing but the targets was changed", () => {
    // "z" keeps every parent alive, so that a delete leaves no trace beside its target.
    const stays = ["a", "b", "c", "10", "20"].map((first) => [first, "z"]);
    fc.assert(
      fc.property(operations, tree, (all, plain) => {
        const before = applyCommands(
          plain,
          stays.map((path) => ({ verb: "set", path })),
        );
        const after = applyCommands(before, allCommands(all, before));
        expect(differencesBeside(all, before, after)).toEqual([]);
      }),
    );
  });
});

describe("missingFor()", () => {
  const running = treeOf(["interfaces dummy dum1 address 192.0.2.2/32".split(" ")]);
  const gone = operation("interfaces dummy dum1", undefined);
  it.each<[string, string, readonly Operation[], boolean]>([
    ["finds a path that stands", "interfaces dummy dum1", [], false],
    ["finds an address whatever its length", "interfaces dummy dum1 address 192.0.2.2", [], false],
    ["takes no address for another", "interfaces dummy dum1 address 192.0.2.20", [], true],
    ["misses a path that nobody brings", "interfaces dummy dum9", [], true],
    ["finds a path that comes along", "interfaces dummy dum9", [dummy("dum9", "192.0.2.9/32")], false],
    ["misses a path that another takes away", "interfaces dummy dum1", [gone], true],
    [
      "misses a line that the one who comes along leaves out",
      "interfaces dummy dum9 mtu",
      [dummy("dum9", "192.0.2.9/32")],
      true,
    ],
    [
      "finds an address that comes along whatever its length",
      "interfaces dummy dum9 address 192.0.2.9",
      [dummy("dum9", "192.0.2.9/32")],
      false,
    ],
  ])("missingFor() %s", (_name, required, others, missing) => {
    const needing = dummy("dum0", "192.0.2.1/32", { requires: [required] });
    expect(missingFor(needing, running, others, new Set())).toEqual(missing ? [required] : []);
  });
});

describe("probeOf()", () => {
  const gateway = (text: string) => ({ kind: "gateway", gateway: parseIpv4("gateway", text) }) as const;
  const gone = dummy("dum0", "192.0.2.1/32", { probeGone: gateway("192.0.2.7") });
  const moved = dummy("dum1", "192.0.2.2/32", { probe: gateway("192.0.2.8") });
  const route = treeOf([["protocols", "static", "route", "0.0.0.0/0", "next-hop", "192.0.2.7"]]);
  const none = treeOf([]);

  it.each([
    ["asks by what is left when a route was taken away", [gone], route, "192.0.2.7"],
    ["asks nothing when no default route is left", [gone], none, undefined],
    ["asks by the route that was moved first of all", [moved, gone], route, "192.0.2.8"],
    ["asks by a route that was moved, default route or not", [moved], none, "192.0.2.8"],
  ] as const)("%s", (_name, operations, running, asked) => {
    expect(probeOf(operations, running)).toEqual(asked && gateway(asked));
  });
});
