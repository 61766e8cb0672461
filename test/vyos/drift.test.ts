import { expect, it } from "@jest/globals";
import { diffAt } from "../../vyos/diff.ts";
import { classifyDrift, printDrift } from "../../vyos/drift.ts";
import { treeOf } from "../../vyos/tree.ts";

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
