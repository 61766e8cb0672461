import { expect, it } from "@jest/globals";
import { type Edges, Watch } from "../../watch/loop.ts";
import type { Look } from "../../watch/snapshot.ts";
import { lookAt } from "./looks.ts";

/** A watch whose readings take 2 s each, told to stop after `readings` of them. */
function watching(readings: number, rounds: "one" | "endless" = "endless") {
  let [time, done] = [0, 0];
  const shown: (Look | undefined)[] = [];
  const pauses: number[] = [];
  const edges: Edges = {
    look: async () => {
      time += 2000;
      done += 1;
      return done > readings ? undefined : lookAt("mape");
    },
    show: ({ look }) => shown.push(look),
    now: () => time,
    pause: async (milliseconds) => {
      pauses.push(milliseconds);
      time += milliseconds;
    },
    stopping: () => done > readings,
  };
  const watch = new Watch({ everySeconds: 5, rounds }, edges);
  return { watch, shown, pauses };
}

it("Watch reads once every 5 s, whatever a reading takes, and ends when it is told to", async () => {
  const { watch, shown, pauses } = watching(3);
  expect(watch.snapshot().look).toBeUndefined();
  const last = await watch.run();
  expect(shown).toHaveLength(3);
  expect(pauses).toEqual([3000, 3000, 3000]);
  expect(last).toBe(watch.snapshot().look);
});

it("Watch with one round does not wait", async () => {
  const { watch, shown, pauses } = watching(3, "one");
  await watch.run();
  expect([shown.length, pauses]).toEqual([1, []]);
});
