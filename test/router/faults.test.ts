/** Every fault at every step of one armed change: whatever happens, the router ends old or new, and the next run mends it. */

import { describe, expect, it } from "@jest/globals";
import { OperationFailed } from "../../router/change/operation.ts";
import { Router } from "../../router/router.ts";
import { type Fault, type Simulator, startSimulator } from "../simulator/simulator.ts";
import { dummy, routerSettings } from "./lab.ts";

const steps = [
  "connect",
  "read",
  "write",
  "set",
  "arm",
  "commit-begin",
  "commit-middle",
  "commit-end",
  "disarm",
  "save",
] as const;
const kinds = ["drop", "hang", "garble", "refuse", "lock", "reboot"] as const;
const table = steps.flatMap((at) => kinds.map((kind) => ({ at, kind })));

/** Two subtrees, so that a commit has a middle. */
const operations = [dummy("dum0", "192.0.2.1/32"), dummy("dum1", "192.0.2.2/32")];
const short = {
  commandTimeoutSeconds: 1,
  commitTimeoutSeconds: 1,
  lockWaitSeconds: 2,
  undoAfterSeconds: 30,
};

const runOnce = async (simulator: Simulator): Promise<string[]> => {
  const settings = routerSettings(simulator, short);
  const router = new Router({ ...settings, ssh: { ...settings.ssh, connectTimeoutSeconds: 1 } });
  const outcomes = await Promise.all(
    operations.map((one) =>
      router.submit(one).then(
        () => "done",
        (error: unknown) =>
          error instanceof OperationFailed && error.applied ? "applied" : `failed: ${String(error)}`,
      ),
    ),
  );
  await router.close();
  return outcomes;
};

describe.each(table)("a $kind at $at", ({ at, kind }: Pick<Fault, "at" | "kind">) => {
  it("leaves the old or the new configuration, never a timer, and the next run mends it", async () => {
    const simulator = await startSimulator({ commitSeconds: 0.1, laws: "kinder-than-vyos" });
    const old = simulator.running();
    simulator.inject({ at, kind, times: 1 });
    const outcomes = await runOnce(simulator);
    await simulator.advance(short.undoAfterSeconds + 60);
    const running = simulator.running();
    const added = running.filter((line) => !old.includes(line)).map((line) => line.replace(/ address.*/, ""));
    const saved = simulator.saved();
    expect(old.every((line) => running.includes(line))).toBe(true);
    // A set that the router refuses fails its own operation alone.
    const alone = at === "set" && outcomes.some((one) => one.includes("COMMAND_REFUSED"));
    const both = "set interfaces dummy dum0,set interfaces dummy dum1";
    expect(alone ? ["set interfaces dummy dum1"] : ["", both]).toContain(added.join(","));
    expect([old, running]).toContainEqual(saved);
    // A change that was called done is there, and saved; one that was applied is there.
    if (outcomes.includes("done")) expect(saved).toEqual(running);
    if (outcomes.includes("done") && !alone) expect(added).toHaveLength(2);
    if (outcomes.includes("applied")) expect(added).toHaveLength(2);
    expect(await runOnce(simulator)).toEqual(["done", "done"]);
    expect(simulator.saved()).toEqual(simulator.running());
    expect(simulator.running().filter((line) => !old.includes(line))).toHaveLength(2);
    expect(simulator.escapes).toEqual([]);
    await simulator.stop();
  });
});
