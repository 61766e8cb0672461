/** The rules and the dashboard in examples/ ask for metrics that the watch hands out, and for all of them. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "@jest/globals";
import { metricsText } from "../../watch/metrics.ts";
import { lookAt, silentRelay, snapshotOf } from "../watch/looks.ts";

const read = (name: string): string => readFileSync(join(__dirname, "../../examples", name), "utf8");
const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort();
const named = (text: string): string[] => sorted(text.match(/\bvyos_uplink_\w+/g) ?? []);
const existing = named(metricsText(snapshotOf(lookAt("mape", silentRelay))));

it("grafana-dashboard.json shows each metric of the watch, and no other", () => {
  const { panels } = JSON.parse(read("grafana-dashboard.json")) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  expect(panels.every(({ title, targets }) => title !== "" && targets.length > 0)).toBe(true);
  expect(named(panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)).join(" "))).toEqual(existing);
});

it("alerts.yaml asks only for metrics of the watch, in whole rules of different names", () => {
  const [, ...rules] = read("alerts.yaml").split("- alert: ");
  for (const rule of rules) {
    const fields = [...rule.matchAll(/^ {8}(\w+):/gm)].map(([, name]) => name);
    expect(fields.filter((name) => name !== "for")).toEqual(["expr", "labels", "annotations"]);
    const [, expression = ""] = /^ {8}expr: (.+)$/m.exec(rule) ?? [];
    expect(named(expression)).not.toEqual([]);
    expect(named(expression).filter((name) => !existing.includes(name))).toEqual([]);
    expect(rule).toMatch(/severity: (critical|warning) /);
  }
  const names = rules.map((rule) => rule.split("\n")[0] ?? "");
  expect(sorted(names)).toHaveLength(rules.length);
});

it.each([
  { name: "a dead line", breakIt: silentRelay, metric: "vyos_uplink_healthy 0" },
  { name: "a wrong check", breakIt: silentRelay, metric: 'vyos_uplink_check_ok{check="relay-silent"} 0' },
])("what alerts.yaml waits for is said of $name", ({ breakIt, metric }) => {
  expect(metricsText(snapshotOf(lookAt("mape", breakIt)))).toContain(`${metric}\n`);
});
