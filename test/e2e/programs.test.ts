/** What programs of people's own do: resources renamed, joined by outputs, claimed twice; and a router that is another one. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, jest, test } from "@jest/globals";
import { startSimulator } from "../simulator/simulator.ts";
import { HomeStack, up } from "./home-stack.ts";

jest.setTimeout(600_000);
let stack: HomeStack;
let original: string;

interface Changed {
  readonly called?: string;
  readonly tunnel?: string;
  readonly remote?: string;
  readonly more?: string;
}

/** A tunnel, and a route whose interface and requirement are the tunnel's outputs. */
function write({
  called = "colleague",
  tunnel = "tun3",
  remote = "2001:db8:2::2",
  more = "",
}: Changed = {}): void {
  writeFileSync(
    join(stack.sandbox.folder, "index.ts"),
    `import * as pulumi from "@pulumi/pulumi";
import { ConfigNode, StaticRoute, Tunnel } from "./providers/library.ts";
const tunnel = new Tunnel("${called}", { name: "${tunnel}", sourceAddress: "2001:db8:1::2", remote: "${remote}" });
new StaticRoute("${called}-lan", {
  prefix: "203.0.113.0/24",
  interface: tunnel.name,
  requires: [pulumi.interpolate\`interfaces tunnel \${tunnel.name}\`],
});
${more}
void ConfigNode;
`,
  );
}

const held = (): string => stack.simulator.running().join("\n");
const quiet = (): Promise<unknown> => stack.succeed(...up, "--expect-no-changes");

async function expectOriginal(): Promise<void> {
  expect(stack.simulator.shown()).toBe(original);
  expect(stack.simulator.saved()).toEqual(stack.simulator.running());
  expect(stack.simulator.files.read("/config/vyos-uplink/journal.json")).toBeUndefined();
}

beforeAll(async () => {
  stack = await HomeStack.start("copied");
  original = stack.simulator.shown();
});

afterAll(async () => {
  expect(stack.simulator.escapes).toEqual([]);
  await stack.stop();
});

beforeEach(async () => {
  write();
  await stack.succeed(...up);
});

test("both resources renamed in the program: both stay; taken out of it, the router is as before the first up", async () => {
  const before = stack.simulator.shown();
  write({ called: "friend" });
  await stack.succeed(...up);
  expect(stack.simulator.shown()).toBe(before);
  await quiet();
  writeFileSync(join(stack.sandbox.folder, "index.ts"), "export {};\n");
  await stack.succeed(...up);
  await expectOriginal();
});

test("an interface that is another resource's output: preview says so when that one is replaced, and up moves the route", async () => {
  write({ tunnel: "tun4", remote: "2001:db8:2::3" });
  const { output } = await stack.succeed("preview", "--diff");
  expect(output).toMatch(/vyos:StaticRoute: \(update\)/);
  expect(output).not.toMatch(/INVALID_VALUE|\bat .*\.ts:\d/);
  await stack.succeed(...up);
  expect(held()).toContain("set protocols static route 203.0.113.0/24 interface tun4");
  expect(held()).not.toContain("tun3");
  await quiet();
  await stack.succeed("destroy", "--yes", "--skip-preview");
  await expectOriginal();
});

test("two resources on one path, one of them by an output: both are named, and nothing is committed", async () => {
  const { commits } = stack.simulator.counters;
  const server = 'path: "service ntp server 192.0.2.1"';
  const later = server.replace(/"(.*)"/, 'tunnel.name.apply(() => "$1")');
  write({ more: `new ConfigNode("first", { ${server} });\nnew ConfigNode("second", { ${later} });` });
  const { status, output } = await stack.sandbox.run(["up", "--yes"]);
  expect(status).not.toBe(0);
  expect(output).toMatch(
    /second.*service ntp server 192\.0\.2\.1.*first|first.*service ntp server 192\.0\.2\.1.*second/s,
  );
  expect(stack.simulator.counters.commits).toBe(commits);
  write();
  await stack.succeed("destroy", "--yes", "--skip-preview");
  await expectOriginal();
});

test("routerHost names another router: up says so and declares everything there", async () => {
  const old = { ...stack.simulator };
  const other = await startSimulator();
  try {
    await stack.set({ routerPort: String(other.port), routerHostKey: other.hostKeyFingerprint });
    writeFileSync(join(stack.sandbox.folder, "client-key"), other.privateKey, { mode: 0o600 });
    const { output } = await stack.succeed(...up);
    expect(output).toContain("another router than at the last up");
    expect(other.running().join("\n")).toContain("set protocols static route 203.0.113.0/24 interface tun3");
    await quiet();
    await stack.succeed("destroy", "--yes", "--skip-preview");
    expect(other.running().join("\n")).not.toContain("tun3");
    expect(old.running().join("\n")).toContain("tun3");
  } finally {
    await other.stop();
  }
});
