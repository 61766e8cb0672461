/** The first hour as the README tells it, command by command, in its order. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { HomeStack } from "./home-stack.ts";
import { runTool } from "./tool.ts";

jest.setTimeout(600_000);
let stack: HomeStack;

beforeAll(async () => {
  stack = await HomeStack.start("copied");
});

afterAll(() => stack.stop());

interface Shown {
  readonly script: string;
  readonly args: readonly string[];
}

/** The indented commands of its numbered steps. */
function shownCommands(): Shown[] {
  const readme = readFileSync(resolve(__dirname, "../../README.md"), "utf8");
  return [...readme.matchAll(/^ {7}npm run (\S+)(?: -- (.+))?$/gm)].map(([, script = "", line = ""]) => ({
    script,
    args: line.trim().split(/\s+/).filter(Boolean),
  }));
}

/** Where the README writes the reader's router, the simulated one stands. */
function readersOwn({ script, args }: Shown): readonly string[] {
  if (script !== "init") return args;
  const { host, port } = stack.simulator;
  return ["--host", host, "--port", String(port), "--key", join(stack.sandbox.folder, "client-key"), "--yes"];
}

async function follow(shown: Shown): Promise<void> {
  const args = readersOwn(shown);
  if (shown.script === "pulumi") {
    await stack.succeed(...args, ...(args[0] === "up" ? ["--yes"] : []));
    return;
  }
  expect(await runTool(stack.sandbox, shown.script, args)).toMatchObject({ status: 0 });
}

test("the README's own steps read a router, plan, switch it to mape and back", async () => {
  const passed: string[] = [];
  for (const shown of shownCommands()) {
    // The stack is there, and points at the simulated router: the reader's own address and key cannot be.
    if (shown.args[0] === "stack" || shown.args[2]?.startsWith("router")) continue;
    await follow(shown);
    // What is the reader's own goes into a stack of its own, whose file git ignores.
    if (shown.script === "init")
      expect(existsSync(join(stack.sandbox.folder, "Pulumi.router.yaml"))).toBe(true);
    const uplink = stack.simulator.running().some((line) => line.includes("tunnel tun0")) ? "mape" : "wxr";
    passed.push(`${shown.script} ${shown.args[0] ?? ""} ${uplink}`);
  }
  expect(passed).toEqual([
    "init --host wxr",
    "mape explain wxr",
    "plan  wxr",
    "pulumi up wxr",
    "plan --uplink wxr",
    "pulumi config wxr",
    "pulumi preview wxr",
    "pulumi up mape",
    "pulumi config mape",
    "pulumi up wxr",
  ]);
});
