/** Every example with something of its own is previewed by the real engine, as a newcomer copies it over the project's own files. No router is asked. */

import { cpSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { type Engine, findEngine } from "../../providers/find/find.ts";
import { Sandbox } from "../sandbox.ts";

jest.setTimeout(600_000);
const project = resolve(__dirname, "../..");
let engine: Engine;
const sandboxes: Sandbox[] = [];

beforeAll(async () => {
  engine = await findEngine((line) => process.stderr.write(`${line}\n`));
});

afterAll(() => {
  for (const sandbox of sandboxes) sandbox.dispose();
});

/** Pins and logs in nowhere: a preview needs settings that could be right, and no more. */
async function preview(folder: string, stack: string): Promise<string> {
  const sandbox = new Sandbox({ engine, project, files: "linked" });
  sandboxes.push(sandbox);
  const example = join(project, "examples", folder);
  for (const file of readdirSync(example)) {
    rmSync(join(sandbox.folder, file), { force: true });
    cpSync(join(example, file), join(sandbox.folder, file));
  }
  writeFileSync(join(sandbox.folder, "key"), "no key", { mode: 0o600 });
  const run = async (...args: string[]): Promise<string> => {
    const { status, output } = await sandbox.run([...args, "--stack", stack]);
    if (status !== 0) throw new Error(`pulumi ${args.join(" ")} ended with ${status}:\n${output}`);
    return output;
  };
  await sandbox.run(["stack", "init", stack]);
  await run("config", "set", "routerPrivateKeyFile", join(sandbox.folder, "key"));
  return run("preview", "--diff");
}

test.each([
  { folder: "ocn", stack: "home", creates: 8, says: ["nat source rule 1062", "2001:380:a120::9"] },
  { folder: "vlan-port", stack: "home", creates: 10, says: ["eth1.10"] },
  { folder: "pppoe", stack: "home", creates: 11, says: ["pppoe0"] },
  { folder: "home-gateway", stack: "home", creates: 8, says: ["2404:7a82:4d02:4100:85:d10d:200:4100"] },
  { folder: "zones", stack: "home", creates: 9, says: ["firewall zone WAN interface tun0"] },
  { folder: "two-routers", stack: "office", creates: 3, says: ["next-hop 192.168.11.1"] },
  { folder: "tunnel-and-route", stack: "home", creates: 2, says: ["route 203.0.113.0/24 interface tun3"] },
  {
    folder: "ds-lite",
    stack: "home",
    creates: 6,
    says: ["tun0 address 192.0.0.2/29", "0.0.0.0/0 interface tun0", "remote 2404:8e00::feed:100"],
  },
  {
    folder: "fixed-ip",
    stack: "home",
    creates: 9,
    says: ["source-address 240b:11:52c1:9300:cb:71:4d00:0", "destination rule 1000"],
  },
])(
  "examples/$folder, stack $stack, is previewed: $creates to create",
  async ({ folder, stack, creates, says }) => {
    const output = await preview(folder, stack);
    // The stack itself is one of those that the engine counts.
    expect(output).toMatch(new RegExp(`\\+ ${creates + 1} to create`));
    for (const text of says) expect(output).toContain(text);
  },
);

test("no example folder is left out of these previews", () => {
  const folders = readdirSync(join(project, "examples"), { withFileTypes: true });
  expect(folders.filter((entry) => entry.isDirectory()).map(({ name }) => name)).toEqual([
    "ds-lite",
    "fixed-ip",
    "home-gateway",
    "ocn",
    "pppoe",
    "tunnel-and-route",
    "two-routers",
    "vlan-port",
    "zones",
  ]);
});
