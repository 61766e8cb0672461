/** Faults at each step of a client's run: when they happen, and what they leave behind. */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Fault, type Simulator, type Step, startSimulator } from "../simulator/simulator.ts";
import { noise } from "../simulator/system/faults.ts";
import { arm, armUndo } from "./undo.ts";
import { Wire } from "./wire.ts";

const full = "No space left on device";
const save = "sudo sg vyattacfg 'umask 0002 ; /usr/libexec/vyos/vyos-save-config.py'";
const setDummy = "/opt/vyatta/sbin/my_set interfaces dummy dum1 address 192.0.2.1/32";
const commit = "/opt/vyatta/sbin/my_commit";

describe("Simulator.inject()", () => {
  let simulator: Simulator;
  let wire: Wire;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    wire = await Wire.open(simulator);
  });
  afterEach(async () => {
    wire.close();
    await simulator.stop();
    expect(simulator.escapes).toEqual([]);
  });
  const dummies = (): string[] => simulator.running().filter((line) => line.includes("dummy"));

  const lines: readonly { at: Step; line: string; first?: string }[] = [
    { at: "read", line: "cli-shell-api showCfg --show-active-only" },
    { at: "read", line: "cat /config/config.boot" },
    { at: "write", line: "echo x >/tmp/x" },
    { at: "set", line: setDummy },
    { at: "arm", line: arm(120) },
    { at: "commit-begin", line: commit, first: setDummy },
    { at: "commit-middle", line: commit, first: setDummy },
    { at: "commit-end", line: commit, first: setDummy },
    { at: "disarm", line: "sudo systemctl stop vyos-uplink-undo.timer", first: arm(120) },
    { at: "save", line: save },
  ];

  it.each(lines)("counts the step $at of: $line", async ({ at, line, first }) => {
    if (first !== undefined) await wire.run(first);
    const before = simulator.reached[at];
    await wire.run(line);
    expect(simulator.reached[at]).toBe(before + 1);
  });

  it.each(lines)("cuts the link at $at of: $line", async ({ at, line, first }) => {
    if (first !== undefined) await wire.run(first);
    simulator.inject({ at, kind: "drop", times: 1 });
    await expect(wire.run(line)).rejects.toThrow("connection closed");
  });

  it.each(lines)(
    "reboots at $at of: $line, and comes back with what was saved",
    async ({ at, line, first }) => {
      if (first !== undefined) await wire.run(first);
      simulator.inject({ at, kind: "reboot", times: 1 });
      await expect(wire.run(line)).rejects.toThrow("connection closed");
      expect(simulator.running()).toEqual(simulator.saved());
      expect(dummies()).toEqual([]);
      wire = await Wire.open(simulator);
      expect((await wire.run("ls /run")).text).toBe("dhcp6c\nsystemd\n");
      expect((await wire.run("cli-shell-api sessionChanged")).status).toBe(1);
    },
  );

  it.each(lines)("runs what a test wants done at $at of: $line", async ({ at, line, first }) => {
    if (first !== undefined) await wire.run(first);
    let seen = 0;
    simulator.inject({ at, act: () => seen++, times: 1 });
    const { status } = await wire.run(line);
    expect({ seen, status }).toEqual({ seen: 1, status: 0 });
  });

  it.each<[Fault["at"], string, string]>([
    ["write", "echo x >/tmp/x", `/tmp/x: ${full}`],
    ["save", save, full],
    ["arm", arm(120), `Failed to start transient timer unit: ${full}`],
  ])("fills the disk at %s", async (at, line, text) => {
    simulator.inject({ at, kind: "refuse", times: 1 });
    const refused = await wire.run(line);
    expect(refused.status).toBe(1);
    expect(refused.text).toContain(text);
    expect((await wire.run(line)).status).toBe(0); // once only
  });

  it("lets the steps before `after` pass", async () => {
    simulator.inject({ at: "set", kind: "refuse", after: 2, times: 1 });
    const sets = [1, 2, 3, 4].map((n) =>
      wire.set("interfaces", "dummy", `dum${n}`, "address", `192.0.2.${n}/32`),
    );
    expect((await Promise.all(sets)).map((answer) => answer.status)).toEqual([0, 0, 1, 0]);
  });

  it("hangs without closing the link, and garbles the text but not the status", async () => {
    simulator.inject({ at: "read", kind: "garble", times: 1 });
    expect(await wire.run("cli-shell-api showCfg")).toEqual({ text: noise, status: 0 });
    simulator.inject({ at: "read", kind: "hang", times: 1 });
    const read = wire.run("cli-shell-api showCfg").then(
      () => "answered",
      () => "closed",
    );
    const quiet = new Promise((resolve) => setTimeout(resolve, 200, "quiet"));
    expect(await Promise.race([read, quiet])).toBe("quiet");
  });

  it("counts no step that the router's own scripts take", async () => {
    await armUndo(wire, 120);
    await wire.run(setDummy);
    await wire.run(commit);
    const before = { ...simulator.reached };
    simulator.inject({ at: "commit-begin", kind: "drop", times: 1 });
    await simulator.advance(120);
    expect(dummies()).toEqual([]);
    expect(simulator.reached).toEqual(before);
    expect((await wire.run("true")).status).toBe(0);
  });
});

describe("a commit whose link is lost in the middle", () => {
  const three = ["interfaces dummy dum1", "interfaces dummy dum2", "interfaces dummy dum3"];
  const holder = "lslocks --noheadings --output PID,COMMAND,PATH";
  let simulator: Simulator;
  afterEach(() => simulator.stop());

  /** Commits, and moves the clock once the commit has begun. */
  const commitFor = async (wire: Wire, seconds: number): Promise<string> => {
    const before = simulator.reached["commit-begin"];
    const end = wire.commit().then(
      ({ status }) => `status ${status}`,
      (error: Error) => error.message,
    );
    while (simulator.reached["commit-begin"] === before)
      await new Promise((resolve) => setTimeout(resolve, 5));
    await simulator.advance(seconds);
    return end;
  };

  it("goes on for some 20 s, and dies where it is then (transcripts/killed-commit.txt)", async () => {
    simulator = await startSimulator({ secondsPerSecond: 0, commitSeconds: 90 });
    const [wire, other] = [await Wire.open(simulator), await Wire.open(simulator)];
    for (const path of three) await wire.set(...path.split(" "));
    const before = simulator.shown();
    simulator.inject({ at: "commit-middle", kind: "drop", times: 1 });
    expect(await commitFor(wire, 70)).toBe("connection closed");
    expect((await other.run(holder)).text).toMatch(/^\d+ my_commit \/opt\/vyatta\/config\/\.lock\n$/);
    await simulator.advance(20);
    expect((await other.run(holder)).text).toBe("");
    expect(simulator.shown()).toBe(before);
    expect((await other.run("ip -j link")).text).toContain('"dum2"');
    expect((await other.run("ip -j link")).text).not.toContain('"dum3"');
    other.close();
  });
});
