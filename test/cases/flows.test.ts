/** What a Pulumi user does, by the test against the real engine that holds it: none of those can go unseen. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "@jest/globals";

interface Flow {
  readonly n: number;
  readonly what: string;
  /** File in test/e2e, and the title there. Absent: no test runs this flow whole. */
  readonly by?: readonly [string, string];
}

const flows: readonly Flow[] = [
  {
    n: 1,
    what: "up --replace of the tunnel",
    by: ["life", "up --replace of tunnel, default route and NAPT: the uplink carries on"],
  },
  {
    n: 2,
    what: "up --replace of the default route, destroy",
    by: ["life", "up --replace of the default route, destroy: what was there before is back"],
  },
  {
    n: 3,
    what: "state taint of NAPT, up",
    by: ["life", "state taint of each, then up: the uplink carries on"],
  },
  {
    n: 4,
    what: "both resources of a program renamed, up, taken out, up",
    by: [
      "programs",
      "both resources renamed in the program: both stay; taken out of it, the router is as before the first up",
    ],
  },
  {
    n: 5,
    what: "a component's resource moves under another parent, and is deleted",
    by: ["moves", "the uplink moved under another parent in the program: the uplink carries on"],
  },
  {
    n: 6,
    what: "state rename, up",
    by: [
      "life",
      "state rename and another name in the program: the uplink carries on, and what was before it is still known",
    ],
  },
  {
    n: 7,
    what: "destroy --target of the tunnel",
    by: ["life", "destroy --target of the tunnel is refused: the default route stands on it"],
  },
  {
    n: 8,
    what: "up --target of the tunnel on the way to wxr",
    by: ["life", "up --target of the tunnel on the way to wxr is refused"],
  },
  {
    n: 9,
    what: "the engine is killed in a commit",
    by: ["life", "an engine that was killed in the commit, up, wxr, destroy: not one line is left over (%s)"],
  },
  {
    n: 10,
    what: "the state forgets the tunnel",
    by: ["life", "state delete of the tunnel, up, wxr, destroy: not one line is left over"],
  },
  {
    n: 11,
    what: "few operations at a time, with failover, lease guard and exact NAPT",
    by: ["life", "--parallel %s with failover, lease guard and napt exact is one switch"],
  },
  {
    n: 12,
    what: "a next-hop that is another resource's output",
    by: [
      "programs",
      "an interface that is another resource's output: preview says so when that one is replaced, and up moves the route",
    ],
  },
  {
    n: 13,
    what: "two resources on one path, one of them by an output",
    by: [
      "programs",
      "two resources on one path, one of them by an output: both are named, and nothing is committed",
    ],
  },
  {
    n: 14,
    what: "a node with a secret",
    by: ["secrets", "a switch, one that is put back, and the end: not one of them is anywhere"],
  },
  {
    n: 15,
    what: "a misspelled key",
    by: ["state", "a misspelled key, with the command that spells it right"],
  },
  { n: 16, what: "an old Node, no scripts, a HOME that is read-only, a uid without a name" },
  {
    n: 17,
    what: "routerHost names another router",
    by: ["programs", "routerHost names another router: up says so and declares everything there"],
  },
  { n: 18, what: "preview --diff of a switch to wxr" },
  {
    n: 19,
    what: "the package in an empty project",
    by: ["package", "ten lines bring a router up, switch it, and leave it as it was"],
  },
  {
    n: 20,
    what: "a stack and state of 0.1.0",
    by: ["upgrade", "a state of 0.1.0 is taken over without a commit, then switched and destroyed"],
  },
];

test("the flows are the 20 that are known, each once", () => {
  expect(flows.map(({ n }) => n)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
});

test("these flows are held by no test", () => {
  const open = flows.filter(({ by }) => by === undefined).map(({ n }) => n);
  expect(open).toEqual([16, 18]);
});

test.each(flows.flatMap(({ n, what, by }) => (by ? [{ n, what, by }] : [])))(
  "flow $n, $what, is run by a test of that title",
  ({ by: [file, title] }) => {
    const text = readFileSync(join(import.meta.dirname, "..", "e2e", `${file}.test.ts`), "utf8");
    // A skipped test does not hold it.
    const named = text.split("\n").filter((line) => /^ *(?:(?:test|it)\()?"/.test(line));
    expect(named.filter((line) => line.includes(`"${title}",`))).toHaveLength(1);
  },
);
