/** A healthy router has no cause, in both uplinks, with a stack and without. */

import { describe, expect, test } from "@jest/globals";
import { declaredByRouter } from "../../doctor/declared.ts";
import { allChecks, diagnose } from "../../doctor/diagnose.ts";
import { likelyCause } from "../../doctor/likely-cause.ts";
import { parseFacts } from "../../doctor/parse-facts.ts";
import { parseCommands } from "../../vyos/text.ts";
import { print } from "./paper-print.ts";
import { declared, now, paperRouter } from "./paper-router.ts";

const ofMapeAlone = [
  ...["config-tunnel", "config-ce-address", "config-relay-route", "config-nat", "ipv6-default-lost"],
  ...[
    "ce-address",
    "relay-route",
    "relay-unrouted",
    "relay-wrong",
    "ngn-beyond-gateway",
    "relay-silent",
    "path-mtu",
  ],
  ...["tunnel-missing", "tunnel-parameters", "tunnel-down", "tunnel-address", "tunnel-drops"],
  ...["nat-missing", "ports-exhausted", "ipv4-mape"],
];

describe.each(["mape", "wxr"] as const)("diagnose() on a healthy router in %s", (uplink) => {
  const paper = paperRouter(uplink);
  const facts = parseFacts(print(paper), now);

  test("finds nothing", () => {
    expect(facts.unreadable).toEqual([]);
    expect(diagnose(facts, declared(uplink)).causes).toEqual([]);
    expect(likelyCause(facts, declared(uplink))).toBeUndefined();
  });

  test("finds nothing without a stack either, and judges no drift", () => {
    const byRouter = declaredByRouter(parseCommands(paper.running.join("\n")));
    const { causes, checks } = diagnose(facts, byRouter);
    expect(causes).toEqual([]);
    expect(byRouter.uplink).toBe(uplink);
    expect(checks.find(({ code }) => code === "config-tunnel")?.verdict).toBe("skipped");
  });

  test("skips only what the uplink does not have", () => {
    const skipped = diagnose(facts, declared(uplink)).checks.filter(({ verdict }) => verdict === "skipped");
    expect(skipped.map(({ code }) => code)).toEqual(
      uplink === "mape" ? ["ipv6-default-lost", "ipv4-wxr"] : ofMapeAlone,
    );
  });
});

test("every check rests on checks that exist, and on itself in no circle", () => {
  const codes = allChecks.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  const above = new Map(allChecks.map(({ code, dependsOn }) => [code, dependsOn]));
  const reaches = (from: string, seen: readonly string[]): string[] =>
    (above.get(from) ?? []).flatMap((next) =>
      seen.includes(next) ? [next] : [next, ...reaches(next, [...seen, next])],
    );
  for (const { code, dependsOn } of allChecks) {
    expect(codes).toEqual(expect.arrayContaining([...dependsOn]));
    expect(reaches(code, [code])).not.toContain(code);
  }
});
