/** Tasks of the task scheduler: cron runs their scripts at full minutes, as root, from the saved configuration too. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

const task = "set system task-scheduler task uplink";
const script = "/config/scripts/uplink-check.sh";
const lines = [
  `${task} interval 2m`,
  `${task} executable path ${script}`,
  `${task} executable arguments 'a b'`,
];

describe("a task of the task scheduler", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    simulator.files.write(
      script,
      `#!/bin/sh\necho "$(id -un) $(($(date +%s) % 120)) $1$2" >>/config/scripts/log\n`,
      0o755,
    );
  });
  afterEach(async () => {
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const runs = (): string[] => simulator.files.read("/config/scripts/log")?.split("\n").slice(0, -1) ?? [];

  it("runs every second minute, as root, until it is deleted", async () => {
    simulator.byHand(lines);
    await simulator.advance(600);
    expect(runs()).toEqual(Array(5).fill("root 0 ab"));
    simulator.byHand(["delete system task-scheduler"]);
    await simulator.advance(600);
    expect(runs()).toHaveLength(5);
  });

  it.each([
    { save: true, more: 5 },
    { save: false, more: 0 },
  ])("runs $more times more in ten minutes after a reboot when save was $save", async ({ save, more }) => {
    simulator.byHand(lines, { save });
    await simulator.advance(600);
    simulator.reboot();
    await simulator.advance(600);
    expect(runs()).toHaveLength(5 + more);
  });
});
