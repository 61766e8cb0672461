import { describe, expect, it } from "@jest/globals";
import { printCommand } from "../../vyos/commands.ts";
import { diffAt } from "../../vyos/diff.ts";
import { classifyDrift, printDrift, repairsOf } from "../../vyos/drift.ts";
import { treeOf, withSubtree } from "../../vyos/tree.ts";

const path = ["interfaces", "tunnel", "tun0"];
const tunnel = (...lines: string[]) => treeOf(lines.map((line) => [...path, ...line.split(" ")]));
const wanted = treeOf([
  ["mtu", "1460"],
  ["remote", "2001:db8::1"],
]);

it.each([
  {
    name: "a lost leaf is gone",
    holds: tunnel("mtu 1460"),
    drift: ["gone: set interfaces tunnel tun0 remote 2001:db8::1"],
  },
  {
    name: "another value is changed, the old one and ours",
    holds: tunnel("mtu 1452", "remote 2001:db8::1"),
    drift: [
      "changed: delete interfaces tunnel tun0 mtu 1452",
      "changed: set interfaces tunnel tun0 mtu 1460",
    ],
  },
  {
    name: "a leaf that nobody declared is foreign",
    holds: tunnel("mtu 1460", "remote 2001:db8::1", "description mine"),
    drift: ["foreign: delete interfaces tunnel tun0 description"],
  },
  { name: "what is as declared is no drift", holds: tunnel("mtu 1460", "remote 2001:db8::1"), drift: [] },
])("classifyDrift() says that $name", ({ holds, drift }) => {
  expect(classifyDrift(diffAt(holds, wanted, path)).map(printDrift)).toEqual(drift);
});

describe("repairsOf()", () => {
  const held = treeOf([
    ["interfaces", "wireguard", "wg0", "private-key", "theirs"],
    ["interfaces", "wireguard", "wg0", "port", "51820"],
    ["interfaces", "wireguard", "wg0", "peer", "friend", "preshared-key", "also theirs"],
  ]);
  const node = {
    path: ["interfaces", "wireguard", "wg0"],
    tree: treeOf([
      ["private-key", "ours"],
      ["port", "51820"],
    ]),
  };
  const lines = (opaque: boolean): string[] => repairsOf({ ...node, opaque }, held).map(printCommand);

  it("tells an opaque node's foreign values by their paths", () => {
    expect(lines(true)).toEqual([
      "delete interfaces wireguard wg0 peer",
      "delete interfaces wireguard wg0 private-key '***'",
      "set interfaces wireguard wg0 private-key ours",
    ]);
  });

  it("shows those of any other node", () => {
    expect(lines(false)).toContain("delete interfaces wireguard wg0 private-key theirs");
  });

  it("finds nothing where all is as declared", () => {
    expect(repairsOf({ ...node, opaque: true }, withSubtree(held, node.path, node.tree))).toEqual([]);
  });
});
