import { describe, expect, it } from "@jest/globals";
import { metricsText } from "../../watch/metrics.ts";
import { lookAt, silentRelay, snapshotOf } from "./looks.ts";

/** The exposition format, line by line: every sample follows the HELP and TYPE of its metric, once each. */
function parse(text: string): Map<string, number> {
  const samples = new Map<string, number>();
  const types = new Map<string, string>();
  expect(text.endsWith("\n")).toBe(true);
  for (const line of text.trimEnd().split("\n")) {
    const [, name, type] = /^# TYPE (\S+) (gauge)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) {
      expect(types.has(name)).toBe(false);
      types.set(name, type);
      continue;
    }
    if (/^# HELP [a-z_0-9]+ \S/.test(line)) continue;
    const [, metric, labels = "", value] =
      /^([a-z_][a-z_0-9]*)(\{[a-z_]+="[^"\\\n]*"\})? (-?[0-9.e+]+)$/.exec(line) ?? [];
    if (metric === undefined) throw new Error(`not the format: ${line}`);
    expect(types.has(metric)).toBe(true);
    expect(samples.has(metric + labels)).toBe(false);
    samples.set(metric + labels, Number(value));
  }
  return samples;
}

describe("metricsText()", () => {
  it("tells a healthy line, its ports and the way out", () => {
    const samples = parse(metricsText(snapshotOf(lookAt("mape"))));
    expect(Object.fromEntries(samples)).toMatchObject({
      'vyos_uplink_mode{uplink="mape"}': 1,
      'vyos_uplink_mode{uplink="wxr"}': 0,
      vyos_uplink_healthy: 1,
      vyos_uplink_router_reachable: 1,
      'vyos_uplink_check_ok{check="relay-silent"}': 1,
      // 5136 is held by TCP and by UDP: it is one port.
      vyos_uplink_ports_in_use: 4,
      vyos_uplink_ports_owned: 240,
      vyos_uplink_other_uplink_answers: 1,
      vyos_uplink_last_reading_timestamp_seconds: 1_795_478_269,
      vyos_uplink_reading_seconds: 1.25,
    });
  });

  it("tells the check that is wrong, and says nothing of one that was not asked", () => {
    const samples = parse(metricsText(snapshotOf(lookAt("mape", silentRelay))));
    expect(samples.get("vyos_uplink_healthy")).toBe(0);
    expect(samples.get('vyos_uplink_check_ok{check="relay-silent"}')).toBe(0);
    expect(samples.has('vyos_uplink_check_ok{check="ipv4-wxr"}')).toBe(false);
  });

  it("invents no reading before the first", () => {
    expect(metricsText(snapshotOf(undefined))).toBe("");
  });
});
