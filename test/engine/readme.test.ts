import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start();
});

afterAll(() => stack.stop());

/** The engine's commands as the README shows them, in order; where it writes a router, the simulated one stands. */
function shownCommands(): string[][] {
  const readme = readFileSync(resolve(__dirname, "../../README.md"), "utf8");
  return [...readme.matchAll(/^ {7}npm run pulumi -- (.+)$/gm)].map(([, line = ""]) =>
    line.trim().split(/\s+/),
  );
}

test("the README's own steps switch a router to mape and back", async () => {
  const commands = shownCommands();
  expect(commands.map(([verb]) => verb)).toEqual(expect.arrayContaining(["stack", "up", "preview"]));
  const passed: string[] = [];
  for (const args of commands) {
    // The stack is there, and points at the simulated router: the reader's own address and key cannot be.
    if (args[0] === "stack" || args[2]?.startsWith("router")) continue;
    await stack.succeed(...args, ...(args[0] === "up" ? ["--yes"] : []));
    passed.push(stack.simulator.running().some((line) => line.includes("tunnel tun0")) ? "mape" : "wxr");
  }
  expect(passed).toEqual(["wxr", "wxr", "wxr", "mape", "mape", "wxr"]);
});
