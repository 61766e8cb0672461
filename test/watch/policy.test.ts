/** Laws of the policy over any weather: how often it switches, and what must have been seen before it does. */

import { describe, expect, it, test } from "@jest/globals";
import fc from "fast-check";
import type { Uplink } from "../../doctor/declared.ts";
import {
  type Action,
  afterAttempt,
  type Observation,
  type PolicySettings,
  type PolicyState,
  startState,
  step,
} from "../../watch/policy.ts";

const minute = 60_000;
const usual: PolicySettings = {
  everySeconds: 60,
  failMinutes: 3,
  healthMinutes: 10,
  dailyLimit: 6,
  switching: "on",
};

const cause = { code: "relay-silent", text: "the border relay does not answer" };
const seen = (
  kind: "healthy" | "broken" | "unclear" | "unreachable",
  uplink: Uplink,
  other: "answers" | "silent" | "unknown" = "answers",
): Observation => {
  if (kind === "unreachable") return { kind, why: "no route to host" };
  if (kind === "broken") return { kind, uplink, other, cause, troubles: [cause] };
  return { kind, uplink, other, troubles: [] };
};

interface Step {
  readonly kind: "healthy" | "broken" | "unclear" | "unreachable";
  readonly other: "answers" | "silent" | "unknown";
  readonly pauseSeconds: number;
  readonly outcome: "done" | "failed";
}

interface Moment {
  readonly at: number;
  readonly uplink: Uplink;
  readonly seen: Observation;
  readonly actions: readonly Action[];
  readonly outcome: "done" | "failed";
}

/** A world that does what it is told, or fails to. */
function live(steps: readonly Step[], settings: PolicySettings): Moment[] {
  let state: PolicyState = startState([], false);
  let [now, uplink] = [1_800_000_000_000, "mape" as Uplink];
  return steps.map(({ kind, other, pauseSeconds, outcome }) => {
    now += pauseSeconds * 1000;
    const observation = seen(kind, uplink, other);
    const { state: next, actions } = step(state, observation, now, settings);
    state = next;
    const moment: Moment = { at: now, uplink, seen: observation, actions, outcome };
    const change = actions.find((action) => action.kind === "switch");
    if (change?.kind === "switch") {
      state = afterAttempt(state, change.to, outcome, now);
      if (outcome === "done") uplink = change.to;
    }
    return moment;
  });
}

const switches = (moments: readonly Moment[]): Moment[] =>
  moments.filter(({ actions }) => actions.some(({ kind }) => kind === "switch"));

/** Long spells of one weather, so that streaks come about; a pause is mostly the usual one. */
const weather = fc
  .array(
    fc.record({
      kind: fc.constantFrom("healthy", "broken", "broken", "unclear", "unreachable"),
      other: fc.constantFrom("answers", "answers", "answers", "silent", "unknown"),
      spell: fc.integer({ min: 1, max: 40 }),
      pauseSeconds: fc.constantFrom(60, 60, 65, 180, 700, -3600),
      outcome: fc.constantFrom("done", "failed"),
    }),
    { minLength: 1, maxLength: 30 },
  )
  .map((spells) => spells.flatMap(({ spell, ...one }) => Array.from({ length: spell }, () => one as Step)));

const anySettings = fc.record({
  everySeconds: fc.constantFrom(5, 60),
  failMinutes: fc.integer({ min: 1, max: 10 }),
  healthMinutes: fc.integer({ min: 1, max: 30 }),
  dailyLimit: fc.integer({ min: 1, max: 8 }),
  switching: fc.constant("on" as const),
});

const law = (name: string, holds: (moments: Moment[], settings: PolicySettings) => void): void =>
  test(name, () => {
    fc.assert(
      fc.property(weather, anySettings, (steps, settings) => holds(live(steps, settings), settings)),
      { numRuns: 400 },
    );
  });

describe("step() and afterAttempt(), in any weather:", () => {
  law("never try more than the limit in 24 hours", (moments, { dailyLimit }) => {
    const times = switches(moments).map(({ at }) => at);
    for (const at of times) {
      const within = times.filter((other) => other <= at && other > at - 24 * 60 * minute);
      expect(within.length).toBeLessThanOrEqual(dailyLimit);
    }
  });

  law("never leave mape unless every reading of the last failMinutes was broken", (moments, settings) => {
    for (const one of switches(moments).filter(({ uplink }) => uplink === "mape")) {
      const last = lastReadings(moments, one, settings.failMinutes);
      expect(last.length).toBeGreaterThan(1);
      expect(last.every((other) => other.seen.kind === "broken" && other.uplink === "mape")).toBe(true);
    }
  });

  law(
    "never go back unless the relay answered at every reading of the last healthMinutes",
    (moments, settings) => {
      for (const one of switches(moments).filter(({ uplink }) => uplink === "wxr")) {
        const last = lastReadings(moments, one, settings.healthMinutes);
        expect(last.length).toBeGreaterThan(1);
        expect(last.every(({ seen: it }) => it.kind !== "unreachable" && it.other === "answers")).toBe(true);
      }
    },
  );

  law("never switch again within the quiet time of a switch", (moments, { failMinutes, healthMinutes }) => {
    const all = switches(moments);
    for (const [index, one] of all.entries()) {
      const { at, uplink } = one;
      const before = all[index - 1];
      const quiet = (uplink === "mape" ? failMinutes : healthMinutes) * minute;
      if (before === undefined || wentBack(moments.slice(moments.indexOf(before), moments.indexOf(one) + 1)))
        continue;
      expect(at - before.at).toBeGreaterThanOrEqual(quiet);
    }
  });

  law("never leave mape for a WXR that does not answer", (moments) => {
    for (const { uplink, seen: it } of switches(moments).filter((one) => one.uplink === "mape"))
      expect({ uplink, other: it.kind === "broken" ? it.other : "" }).not.toMatchObject({ other: "silent" });
  });

  law("never let two readings far apart make a streak", (moments, { everySeconds }) => {
    for (const one of switches(moments)) {
      const index = moments.indexOf(one);
      const pause = one.at - (moments[index - 1]?.at ?? 0);
      expect(pause).toBeLessThanOrEqual(3 * everySeconds * 1000 + 30_000);
    }
  });
});

/** A clock that was set back does not tell how long anything took. */
function wentBack(moments: readonly Moment[]): boolean {
  return moments.some(({ at }, index) => at < (moments[index - 1]?.at ?? at));
}

/** Backwards from a switch until they reach back far enough. */
function lastReadings(moments: readonly Moment[], one: Moment, minutes: number): Moment[] {
  const before = moments.slice(0, moments.indexOf(one) + 1).toReversed();
  const enough = before.findIndex(({ at }) => one.at - at >= minutes * minute);
  return before.slice(0, enough === -1 ? before.length : enough + 1);
}

/** What is done at each reading, one a minute. */
function told(steps: readonly Observation[], settings = usual, state = startState([], false)): string[] {
  let current = state;
  return steps.map((observation, index) => {
    const { state: next, actions } = step(current, observation, index * minute, settings);
    current = next;
    const words = actions.map((action) =>
      action.kind === "switch" ? `switch to ${action.to}` : `${action.event} ${action.code}`,
    );
    return words.join(", ");
  });
}

const times = (count: number, one: Observation): Observation[] => Array.from({ length: count }, () => one);

describe("step()", () => {
  it("leaves mape when IPv4 has failed for failMinutes, and tells the cause at the same time", () => {
    expect(told(times(4, seen("broken", "mape")))).toEqual([
      "",
      "",
      "",
      "raised relay-silent, switch to wxr",
    ]);
  });

  it("only tells, where switching is off", () => {
    const off = { ...usual, switching: "off" as const };
    expect(told(times(6, seen("broken", "mape")), off)).toEqual(["", "", "", "raised relay-silent", "", ""]);
  });

  it("begins anew after one good reading", () => {
    const bad = seen("broken", "mape");
    expect(told([bad, bad, bad, seen("healthy", "mape"), bad, bad, bad]).join("")).toBe("");
  });

  it("goes back when the relay has answered for healthMinutes, if it was the watch that left", () => {
    const readings = times(11, seen("healthy", "wxr"));
    expect(told(readings, usual, startState([], true)).at(-1)).toBe("switch to mape");
    expect(told(readings, usual, startState([], false)).join("")).toBe("");
  });

  it("tells once that it holds a switch, and why", () => {
    const readings = times(6, seen("broken", "mape", "silent"));
    expect(told(readings)).toEqual(["", "", "", "raised relay-silent, held switch", "", ""]);
  });

  it("keeps one attempt to come away again before it goes back", () => {
    const full = { ...usual, dailyLimit: 2 };
    const readings = times(11, seen("healthy", "wxr"));
    expect(told(readings, full, startState([-minute], true)).at(-1)).toBe("held switch");
  });

  it("tells what is over, and not while the router is out of reach", () => {
    const readings = [
      ...times(4, seen("broken", "mape")),
      seen("unreachable", "mape"),
      seen("healthy", "mape"),
    ];
    const off = { ...usual, switching: "off" as const };
    expect(told(readings, off).slice(3)).toEqual(["raised relay-silent", "", "resolved relay-silent"]);
  });

  it("tells of a router that stays out of reach, and never switches for it", () => {
    expect(told(times(6, seen("unreachable", "mape")))).toEqual(["", "", "", "raised router", "", ""]);
  });
});
