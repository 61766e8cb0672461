import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { emptyTree, pathsOf, sameTree, subtree, treeOf, withSubtree } from "../../vyos/tree.ts";

const word = fc.constantFrom("a", "b", "1", "1a", "2", "10", "two words", "");
const path = fc.array(word, { minLength: 1, maxLength: 4 });
const tree = fc.array(path, { maxLength: 12 }).map(treeOf);

describe("pathsOf()", () => {
  test("names every branch that treeOf() was given, and no other", () => {
    fc.assert(fc.property(tree, (a) => sameTree(treeOf(pathsOf(a)), a)));
  });

  test("gives one order, whatever order the branches came in", () => {
    const shuffled = tree.chain((a) =>
      fc.tuple(fc.constant(a), fc.shuffledSubarray(pathsOf(a), { minLength: pathsOf(a).length })),
    );
    fc.assert(
      fc.property(shuffled, ([a, paths]) => {
        expect(pathsOf(treeOf(paths))).toEqual(pathsOf(a));
      }),
    );
  });

  test("puts numbers first and in numeric order", () => {
    // By code units alone 10 would stand before 2; by number where both are numbers, 10 < 1a < 2 < 10 would be a circle.
    const words = pathsOf(treeOf([["1a"], ["10"], ["::/0"], ["2"], ["eth0"]])).flat();
    expect(words).toEqual(["2", "10", "1a", "::/0", "eth0"]);
  });

  test("is empty for the empty tree", () => {
    expect(pathsOf(emptyTree)).toEqual([]);
  });
});

describe("subtree()", () => {
  const loopback = treeOf([["interfaces", "loopback", "lo"]]);

  test("is empty for a node that holds nothing, and undefined for none", () => {
    expect(subtree(loopback, ["interfaces", "loopback", "lo"])).toEqual(emptyTree);
    expect(subtree(loopback, ["interfaces", "loopback", "lo", "address"])).toBeUndefined();
  });
});

describe("withSubtree()", () => {
  test("puts there what subtree() then finds, and changes no tree in place", () => {
    fc.assert(
      fc.property(tree, path, tree, (a, at, branch) => {
        const before = pathsOf(a);
        expect(sameTree(subtree(withSubtree(a, at, branch), at), branch)).toBe(true);
        expect(pathsOf(a)).toEqual(before);
      }),
    );
  });

  test("takes a branch away with the parents that held nothing else", () => {
    const tun0 = treeOf([
      ["interfaces", "tunnel", "tun0", "mtu", "1460"],
      ["interfaces", "loopback", "lo"],
    ]);
    const left = withSubtree(tun0, ["interfaces", "tunnel", "tun0", "mtu", "1460"], undefined);
    expect(pathsOf(left)).toEqual([["interfaces", "loopback", "lo"]]);
  });

  test("keeps an empty parent when there was nothing to take away", () => {
    const loopback = treeOf([["interfaces", "loopback", "lo"]]);
    const path = ["interfaces", "loopback", "lo", "address"];
    expect(sameTree(withSubtree(loopback, path, undefined), loopback)).toBe(true);
  });
});

describe("sameTree()", () => {
  test("tells an empty node from none, and a node from a longer one", () => {
    expect(sameTree(emptyTree, undefined)).toBe(false);
    expect(sameTree(undefined, undefined)).toBe(true);
    expect(sameTree(treeOf([["a"]]), treeOf([["a", "b"]]))).toBe(false);
    expect(sameTree(treeOf([["a"], ["b"]]), treeOf([["b"], ["a"]]))).toBe(true);
  });
});
