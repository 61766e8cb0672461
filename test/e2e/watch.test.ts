/** The watch with the real engine: it leaves a line that is silent for long, goes back, and ends in order. */

import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
const children: ChildProcess[] = [];

beforeAll(async () => {
  stack = await HomeStack.start("copied");
  await stack.succeed(...up);
  await stack.set({ uplink: "mape", probeAttempts: "2", probeIntervalSeconds: "1" });
  await stack.succeed(...up);
});

afterAll(async () => {
  for (const child of children) if (child.exitCode === null) child.kill("SIGKILL");
  await stack.stop();
});

interface Line {
  readonly kind: "reading" | "event" | "log";
  readonly event?: string;
  readonly code?: string;
  readonly text?: string;
  readonly state?: string;
  readonly line?: string;
}

/** A watch of the stack, with what it has printed so far. */
class Running {
  readonly lines: Line[] = [];
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;
  #rest = "";
  #waiting: (() => void)[] = [];

  /** A group of its own gets what a terminal would send. */
  constructor(args: readonly string[], group: "shared" | "own" = "shared") {
    const program = join(stack.sandbox.folder, "cli/watch.ts");
    this.#child = spawn(process.execPath, [program, "--json", "--stack", "home", ...args], {
      env: stack.sandbox.environment,
      stdio: ["ignore", "pipe", "inherit"],
      detached: group === "own",
    });
    children.push(this.#child);
    this.#child.stdout?.on("data", (bytes: Buffer) => this.#hear(bytes.toString()));
    this.ended = new Promise((resolve) => {
      this.#child.once("close", (code) => resolve(code));
    });
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  signalGroup(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, name);
  }

  /** Resolves when such a line has come, or rejects with all that came. */
  async until(wanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = this.lines.find(wanted);
      if (found !== undefined) return found;
      const ended = this.ended.then(() => "ended");
      const heard = new Promise<string>((resolve) => this.#waiting.push(() => resolve("heard")));
      if ((await Promise.race([heard, ended])) === "ended" && !this.lines.some(wanted))
        throw new Error(`the watch ended without it: ${JSON.stringify(this.lines, undefined, 1)}`);
    }
  }

  #hear(text: string): void {
    const parts = (this.#rest + text).split("\n");
    this.#rest = parts.pop() ?? "";
    this.lines.push(...parts.map((part) => JSON.parse(part) as Line));
    for (const wake of this.#waiting.splice(0)) wake();
  }
}

const event =
  (name: string, code?: string) =>
  (line: Line): boolean =>
    line.event === name && (code === undefined || line.code === code);

/** Of minutes: 2.4 s of failing, 1.8 s of health. */
const soon = ["--every", "0.5", "--fail-minutes", "0.04", "--health-minutes", "0.03", "--switch"];
const running = (): string => stack.simulator.running().join("\n");
const declares = (uplink: string): boolean =>
  readFileSync(join(stack.sandbox.folder, "Pulumi.home.yaml"), "utf8").includes(`:uplink: ${uplink}`);

test("a relay that stays silent leads to wxr, its answer back to mape, and then the day's limit holds", async () => {
  const watch = new Running([...soon, "--daily-limit", "3"]);
  await watch.until(({ kind, state }) => kind === "reading" && state === "healthy");
  stack.simulator.network.relayAnswers = false;
  await watch.until(event("switched", "wxr"));
  expect(running()).toContain("next-hop 192.168.100.1");
  expect(running()).not.toContain("interfaces tunnel tun0");
  expect(declares("wxr")).toBe(true);
  stack.simulator.network.relayAnswers = true;
  await watch.until(event("switched", "mape"));
  expect(running()).toContain("set protocols static route 0.0.0.0/0 interface tun0");
  expect(declares("mape")).toBe(true);
  stack.simulator.network.relayAnswers = false;
  await watch.until(
    (line) => event("switched", "wxr")(line) && line !== watch.lines.find(event("switched", "wxr")),
  );
  stack.simulator.network.relayAnswers = true;
  const held = await watch.until(event("held", "switch"));
  expect(held.text).toContain("the limit of 3 switches in 24 hours is reached");
  watch.signal("SIGTERM");
  expect(await watch.ended).toBe(0);
  expect(stack.simulator.escapes).toEqual([]);
});

/** An armed timer would have put another configuration back by then; and what is declared is what runs and is saved. */
async function expectSettled(uplink: "mape" | "wxr"): Promise<void> {
  const before = running();
  await stack.simulator.advance(3600);
  expect(running()).toBe(before);
  expect(stack.simulator.saved().join("\n")).toBe(before);
  expect(before.includes("route 0.0.0.0/0 interface tun0")).toBe(uplink === "mape");
  expect(declares(uplink)).toBe(true);
}

async function nextCommit(): Promise<void> {
  const { commits } = stack.simulator.counters;
  while (stack.simulator.counters.commits === commits) await new Promise((done) => setTimeout(done, 5));
}

test("SIGTERM in the middle of the way back, by a watch started anew: the change ends first, no timer is left", async () => {
  const watch = new Running([...soon, "--daily-limit", "20"]);
  await watch.until(event("switching", "mape"));
  await nextCommit();
  watch.signal("SIGTERM");
  expect(await watch.ended).toBe(0);
  expect(watch.lines.some(event("switched", "mape"))).toBe(true);
  await expectSettled("mape");
});

test("a switch to a WXR that carries nothing is undone, and the stack declares mape as before", async () => {
  stack.simulator.network.internetBehindWxr = false;
  stack.simulator.network.relayAnswers = false;
  const watch = new Running([...soon, "--daily-limit", "20"]);
  const failed = await watch.until(event("switch-failed", "wxr"));
  expect(failed.text).toContain("The new uplink does not answer");
  expect(failed.text).toContain("[PROBE_FAILED]");
  watch.signal("SIGTERM");
  expect(await watch.ended).toBe(0);
  stack.simulator.network.internetBehindWxr = true;
  await expectSettled("mape");
});

test("Ctrl-C in the middle of a switch reaches the engine too, and leaves no timer and no disagreement", async () => {
  const watch = new Running([...soon, "--daily-limit", "20"], "own");
  await watch.until(event("switching", "wxr"));
  await nextCommit();
  watch.signalGroup("SIGINT");
  expect(await watch.ended).toBe(0);
  await expectSettled(running().includes("interface tun0") ? "mape" : "wxr");
});
