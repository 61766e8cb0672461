/** A /config with room for less and less: config.boot is whole at every size, old or new, and what is said of it is true. */

import { afterEach, describe, expect, it } from "@jest/globals";
import { switchOperations } from "../../research/bench/change.ts";
import { Router } from "../../router/router.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { routerSettings } from "./lab.ts";

let simulator: Simulator;
afterEach(() => simulator.stop());

interface Ended {
  readonly words: string;
  readonly running: "old" | "new";
  readonly saved: "old" | "new";
}

/** The switch to mape on a disk that `plant` makes smaller. */
async function switched(plant: (simulator: Simulator) => void): Promise<Ended> {
  simulator = await startSimulator({ secondsPerSecond: 50 });
  const old = simulator.running();
  plant(simulator);
  const router = new Router(routerSettings(simulator));
  const settled = await Promise.allSettled(switchOperations().map((one) => router.submit(one)));
  await router.close();
  const words = settled.map((one) => (one.status === "rejected" ? String(one.reason) : "done")).join("\n");
  const running = String(simulator.running()) === String(old) ? "old" : "new";
  const saved = String(simulator.saved()) === String(old) ? "old" : "new";
  // Neither half of a file nor a third one.
  if (saved === "new") expect(simulator.saved()).toEqual(simulator.running());
  return { words, running, saved };
}

/** The new configuration has some 50,000 octets, the journal 5,000. */
const sizes = [0, 1, 500, 1500, 5000, 20_000, 60_000, 90_000, 100_000, 105_000, 110_000, 120_000, 200_000];

describe("a switch with little room on /config", () => {
  it("begins nothing without room for the copy, the new one and the journal; with that it is saved", async () => {
    const seen: { octets: number; running: string }[] = [];
    for (const octets of sizes) {
      const { words, running, saved } = await switched(({ files }) => files.leave("/config", octets));
      seen.push({ octets, running });
      expect({ octets, saved, words }).toEqual({ octets, saved: running, words });
      expect(words).toMatch(running === "new" ? /^(?:done\n?)+$/ : /\[NO_ROOM\]/);
      for (const left of ["config.boot.before", "room"])
        expect(simulator.files.read(`/config/vyos-uplink/${left}`)).toBeUndefined();
      await simulator.stop();
    }
    expect(seen[0]?.running).toBe("old");
    expect(seen.at(-1)?.running).toBe("new");
    // More room is never worse.
    expect(seen.map(({ running }) => running).join()).toMatch(/^(?:old,?)+(?:new,?)+$/);
  });

  it.each(["commit-begin", "commit-end", "probe"] as const)(
    "is saved when the disk fills up at %s: the room is kept",
    async (at) => {
      const ended = await switched((one) =>
        one.inject({ at, times: 1, act: () => one.files.leave("/config", 0) }),
      );
      expect(ended).toMatchObject({ running: "new", saved: "new" });
      expect(ended.words).toMatch(/^(?:done\n?)+$/);
    },
  );

  it("keeps the old config.boot when the disk fills up in the save, and says which file stands", async () => {
    const ended = await switched((one) =>
      one.inject({ at: "save", times: 1, act: () => one.files.leave("/config", 0) }),
    );
    expect(ended).toMatchObject({ running: "new", saved: "old" });
    expect(ended.words).toMatch(
      /committed and verified, but not saved: .*the config\.boot of before stands there again.*\[NOT_SAVED\]/s,
    );
  });
});
