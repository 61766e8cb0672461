import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import { type Command, printCommand } from "../../vyos/commands.ts";
import { applyCommands, diffAt, diffTrees } from "../../vyos/diff.ts";
import {
  type ConfigTree,
  emptyTree,
  pathsOf,
  sameTree,
  subtree,
  treeOf,
  withSubtree,
} from "../../vyos/tree.ts";

const word = fc.constantFrom("a", "b", "rule", "1", "20", "100", "two words", "0.0.0.0/0", "");
const few = fc.constantFrom("a", "b", "1"); // few words make trees that have much in common
const pathOf = (of: fc.Arbitrary<string>): fc.Arbitrary<string[]> =>
  fc.array(of, { minLength: 1, maxLength: 5 });
const tree = fc.oneof(
  fc.array(pathOf(word), { maxLength: 12 }).map(treeOf),
  fc.array(pathOf(few), { maxLength: 12 }).map(treeOf),
);
const at = fc.array(fc.oneof(word, few), { minLength: 1, maxLength: 3 });
const runs = { numRuns: 2000 };
const printed = (commands: readonly Command[]): string[] => commands.map(printCommand);

/** A router that leaves a parent standing when its last child is deleted. */
function applyKeepingParents(tree: ConfigTree, commands: readonly Command[]): ConfigTree {
  return commands.reduce((now, command) => {
    const parent = command.path.slice(0, -1);
    const next = applyCommands(now, [command]);
    const emptied = command.verb === "delete" && subtree(now, parent) && !subtree(next, parent);
    return emptied ? withSubtree(next, parent, emptyTree) : next;
  }, tree);
}

describe("diffTrees()", () => {
  test("leads from any tree to any other when its commands are applied", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => sameTree(applyCommands(a, diffTrees(a, b)), b)),
      runs,
    );
  });

  test("leads there on a router that keeps emptied parents, too", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => sameTree(applyKeepingParents(a, diffTrees(a, b)), b)),
      runs,
    );
  });

  test("is empty between equal trees", () => {
    fc.assert(fc.property(tree, (a) => diffTrees(a, treeOf(pathsOf(a).reverse())).length === 0));
  });

  test("holds no command that could be left out", () => {
    const without = (commands: Command[], out: number): Command[] => commands.filter((_, i) => i !== out);
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const commands = diffTrees(a, b);
        return commands.every((_, out) => !sameTree(applyCommands(a, without(commands, out)), b));
      }),
      runs,
    );
  });

  test("deletes before it sets", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        const verbs = diffTrees(a, b).map(({ verb }) => verb);
        expect(verbs).toEqual([...verbs].sort()); // "delete" < "set"
      }),
    );
  });

  it.each([
    {
      name: "changes a value by deleting the old and setting the new one, so that both show",
      from: [["mtu", "1460"]],
      to: [["mtu", "1500"]],
      commands: ["delete mtu 1460", "set mtu 1500"],
    },
    {
      name: "changes an empty value by deleting the leaf", // no argument can be empty
      from: [["plaintext-password", ""]],
      to: [["plaintext-password", "x"]],
      commands: ["delete plaintext-password", "set plaintext-password x"],
    },
    {
      name: "keeps the other values of a leaf",
      from: [
        ["address", "192.0.2.1/32"],
        ["address", "192.0.2.2/32"],
      ],
      to: [["address", "192.0.2.2/32"]],
      commands: ["delete address 192.0.2.1/32"],
    },
    {
      name: "sets a node again that loses all it holds but stays", // its last child may take it along
      from: [["loopback", "lo", "address", "192.0.2.1/32"]],
      to: [["loopback", "lo"]],
      commands: ["delete loopback lo address", "set loopback lo"],
    },
    {
      name: "deletes a branch at its top",
      from: [
        ["tunnel", "tun0", "mtu", "1460"],
        ["tunnel", "tun0", "remote", "::1"],
        ["loopback", "lo"],
      ],
      to: [["loopback", "lo"]],
      commands: ["delete tunnel"],
    },
    {
      name: "fills a node that was empty without setting the node itself",
      from: [["loopback", "lo"]],
      to: [["loopback", "lo", "address", "192.0.2.1/32"]],
      commands: ["set loopback lo address 192.0.2.1/32"],
    },
  ])("$name", ({ from, to, commands }) => {
    expect(printed(diffTrees(treeOf(from), treeOf(to)))).toEqual(commands);
  });

  test("takes a branch of 200,000 values", () => {
    const values = Array.from({ length: 200_000 }, (_, i) => ["rule", `${i}`]); // more than a call has arguments
    const commands = diffTrees(emptyTree, treeOf(values));
    expect(commands).toHaveLength(200_000);
    expect(sameTree(applyCommands(emptyTree, commands), treeOf(values))).toBe(true);
  });
});

describe("diffAt()", () => {
  const wanted = fc.option(tree, { nil: undefined });

  test("never names a path outside the one it was given", () => {
    fc.assert(
      fc.property(tree, wanted, at, (a, b, path) =>
        diffAt(a, b, path).every((command) => path.every((part, index) => command.path[index] === part)),
      ),
    );
  });

  test("leaves the neighbours of the path as they are", () => {
    fc.assert(
      fc.property(tree, wanted, at, (a, b, path) =>
        sameTree(applyCommands(a, diffAt(a, b, path)), withSubtree(a, path, b)),
      ),
      runs,
    );
  });

  test("names every top node, never the empty path, when the whole tree shall go", () => {
    const commands = diffAt(treeOf([["interfaces", "loopback", "lo"], ["system"]]), undefined, []);
    expect(printed(commands)).toEqual(["delete interfaces", "delete system"]);
  });
});

describe("applyCommands()", () => {
  const loopback = treeOf([["loopback", "lo"]]);

  it.each([
    {
      name: "deletes nothing when the node is not there",
      verb: "delete",
      path: ["loopback", "lo", "address"],
    },
    { name: "sets nothing when the node is there", verb: "set", path: ["loopback"] },
  ] as const)("$name", (command) => {
    expect(sameTree(applyCommands(loopback, [command]), loopback)).toBe(true);
  });

  test("changes no tree in place", () => {
    applyCommands(loopback, [{ verb: "delete", path: ["loopback"] }]);
    expect(pathsOf(loopback)).toEqual([["loopback", "lo"]]);
  });
});
