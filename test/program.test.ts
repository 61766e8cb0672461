import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "@jest/globals";
import { type Program, runProgram, startProgram } from "./program.ts";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

/** Ignores whatever can be ignored, and leaves a child that holds its outputs. */
const stubborn = `trap '' INT TERM HUP; (trap '' INT TERM HUP; echo child; while :; do sleep 1; done) & echo ready`;
let left: Program;

test("startProgram() hears a program that ignores signals", async () => {
  left = startProgram(["sh", "-c", `${stubborn}; while :; do sleep 1; done`]);
  await left.until(/ready/);
  left.signal("SIGINT");
  await sleep(50);
  expect(isAlive(left.pid)).toBe(true);
});

test("the group of the test before has ended", async () => {
  while (isAlive(-left.pid)) await sleep(5);
  expect((await left.ended).status).toBeNull();
});

test("runProgram() does not wait for what a program has left behind", async () => {
  const { status, out } = await runProgram(["sh", "-c", stubborn]);
  expect(status).toBe(0);
  expect(out).toContain("ready");
});

test("runProgram() hands over the input and keeps both outputs apart", async () => {
  const { out, err } = await runProgram(["sh", "-c", "cat; echo no >&2"], { input: "yes" });
  expect([out, err]).toEqual(["yes", "no\n"]);
});
