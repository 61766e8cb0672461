/** What other people keep secret on the router, and what the program marks so: no output, state, history, plan file or event log holds it. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { firstRouterConfiguration } from "../simulator/simulator.ts";
import { HomeStack, up } from "./home-stack.ts";
import { runTool } from "./tool.ts";
import { filesOf } from "./written.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
const said: string[] = [];

const secrets = [
  ...["aHash6Of4Somebody", "thePppoeWord", "aWireguardKey", "anotherWord", "aTypedKey", "aFriendsKey"],
  "ourOwnKey",
];
const [hash, pppoe, key, typed, changed, friend, own] = secrets;
const wireguard = "interfaces wireguard wg0 private-key";

/** Whatever becomes of it, its words are kept for the search. */
async function run(...args: string[]) {
  const ended = await stack.sandbox.run(args);
  said.push(ended.output);
  return ended;
}

/** The tools that read a router. */
async function looked(): Promise<void> {
  for (const [tool = "", ...args] of [
    ["plan", "--lines"],
    ["plan", "--json"],
    ["doctor", "--all"],
    ["status"],
  ]) {
    const { out, err } = await runTool(stack.sandbox, tool, args);
    said.push(out, err);
    expect(err).not.toContain("FAULT");
  }
}

async function refused(code: string, ...args: string[]): Promise<string> {
  const { status, output } = await run(...args);
  expect({ code, failed: status !== 0, said: output.includes(`[${code}]`) }).toEqual({
    code,
    failed: true,
    said: true,
  });
  return output;
}

beforeAll(async () => {
  stack = await HomeStack.start("copied", {
    configuration: [
      ...firstRouterConfiguration,
      `set system login user friend authentication encrypted-password '${hash}'`,
      `set interfaces pppoe pppoe0 authentication password '${pppoe}'`,
      `set ${wireguard} '${key}'`,
    ],
  });
});

afterAll(() => stack.stop());

test("unsaved work of others is refused by its path alone, and saved unseen when one wants it", async () => {
  stack.simulator.byHand([`set interfaces pppoe pppoe0 authentication password '${typed}'`]);
  expect(await refused("UNSAVED_WORK", ...up)).toContain("interfaces pppoe pppoe0 authentication password");
  await stack.set({ allowUnsavedWork: "true" });
  expect((await run(...up)).status).toBe(0);
});

test("what stands at a claimed path is refused, taken over, drifts and is put back, and nobody reads what it was", async () => {
  const index = join(stack.sandbox.folder, "index.ts");
  const program = readFileSync(index, "utf8");
  const node = (takeOver: boolean): void =>
    writeFileSync(
      index,
      `import { ConfigNode } from "./providers/library.ts";\n${program}
new ConfigNode("wg", { path: "interfaces wireguard wg0", tree: { "private-key": pulumi.secret("${own}") }, takeOver: ${takeOver} });\n`,
    );
  node(false);
  expect((await run("preview", "--diff")).status).toBe(0);
  expect(await refused("OCCUPIED", ...up)).toContain("interfaces wireguard wg0");
  await looked();
  node(true);
  await looked();
  expect((await run(...up)).status).toBe(0);
  stack.simulator.byHand([`delete ${wireguard}`, `set ${wireguard} '${changed}'`], { save: true });
  await looked();
  expect((await run("refresh", "--yes", "--diff")).status).toBe(0);
  expect((await run("preview", "--diff", "--refresh", "--save-plan", ".events-plan")).status).toBe(0);
  expect((await run(...up)).status).toBe(0);
  stack.simulator.byHand([`set interfaces wireguard wg0 peer friend preshared-key '${friend}'`], {
    save: true,
  });
  expect((await run("refresh", "--yes", "--diff")).status).toBe(0);
  writeFileSync(index, program);
  expect((await run(...up)).status).toBe(0);
  expect(stack.simulator.running().join("\n")).toContain(`set ${wireguard} '${key}'`);
});

test("a switch, one that is put back, and the end: not one of them is anywhere", async () => {
  await stack.set({ uplink: "mape", takeOver: "true", probeAttempts: "2", probeIntervalSeconds: "0" });
  stack.simulator.network.internetBehindRelay = false;
  await refused("PROBE_FAILED", ...up);
  stack.simulator.network.internetBehindRelay = true;
  expect((await run(...up)).status).toBe(0);
  await run("stack", "export");
  await run("stack", "history", "--show-secrets");
  expect((await run("destroy", "--yes")).status).toBe(0);
  const written = filesOf(stack.sandbox.folder).join("\n");
  // It is a search that can find: what is no secret is there.
  for (const text of ["interfaces wireguard wg0", "2404:7a82:4d02:4100:85:d10d:200:4100"])
    expect([written.includes(text), said.join("\n").includes(text)]).toEqual([true, true]);
  const all = [...said, written].join("\n");
  const found = secrets
    .filter((one) => all.includes(one))
    .map((one) => all.substr(all.indexOf(one) - 150, 200));
  expect(found).toEqual([]);
  expect(stack.simulator.running().join("\n")).toContain(String(hash));
});
