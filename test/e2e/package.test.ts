/** What `npm pack` makes, as a Pulumi user takes it: installed into an empty TypeScript project, whose ten lines switch a router. */

import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import { engineEnvironment, findEngine } from "../../providers/find/find.ts";
import { type Ended, runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

jest.setTimeout(300_000);
const checkout = resolve(__dirname, "../..");
const { devDependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
const folder = mkdtempSync(join(tmpdir(), "vyos-uplink-package-"));
let simulator: Simulator;
let environment: NodeJS.ProcessEnv;

const files = {
  "Pulumi.yaml": "name: bare\nruntime: nodejs\n",
  "package.json": JSON.stringify({ name: "bare", private: true, main: "index.ts" }),
  "tsconfig.json": JSON.stringify({
    compilerOptions: { strict: true, target: "es2022", module: "nodenext", outDir: "bin", types: ["node"] },
    files: ["index.ts"],
  }),
  "index.ts": `import { Config } from "@pulumi/pulumi";
import { NatRules, StaticRoute, Tunnel, Uplink } from "vyos-uplink";

const uplink = new Config().require("uplink");
const [ipv6Interface, ipv6NextHop, delegatedPrefix] = ["eth1", "fe80::a611:bbff:fe7d:ee11", "2404:7a82:4d02:4100::/56"];
export const saved = new Uplink("home", { uplink, ipv6Interface, ipv6NextHop, delegatedPrefix, takeOver: true }).saved;
const [sourceAddress, remote] = ["2001:db8:1::2", "2001:db8:2::2"];
const tunnel = new Tunnel("colleague", { name: "tun3", encapsulation: "ipip6", sourceAddress, remote });
new StaticRoute("lan", { prefix: "203.0.113.0/24", interface: tunnel.name, requires: ["interfaces tunnel tun3"] });
new NatRules("nat", { rules: [{ number: 3000, outboundInterface: tunnel.name, translationAddress: "198.51.100.1" }] });
`,
};

async function run(...command: readonly string[]): Promise<Ended> {
  const ended = await runProgram(command, { cwd: folder, env: environment });
  if (ended.status !== 0)
    throw new Error(`${command.join(" ")} ended with ${ended.status}:\n${ended.out}${ended.err}`);
  return ended;
}

const tool = (...words: readonly string[]): Promise<Ended> =>
  run(process.execPath, join(folder, "node_modules/.bin/vyos-uplink"), ...words);
const pulumi = (...words: readonly string[]): Promise<Ended> => tool("pulumi", ...words, "--stack", "dev");

beforeAll(async () => {
  // A copy: the engine takes its helpers from beside itself, and another checkout may write its own there.
  const engine = await findEngine(() => {});
  const cache = join(folder, "cache/vyos-uplink", `engine-${engine.version}`);
  mkdirSync(cache, { recursive: true });
  copyFileSync(engine.command, join(cache, "pulumi"));
  const { NODE_COMPILE_CACHE } = engineEnvironment(engine);
  environment = {
    ...process.env,
    NODE_COMPILE_CACHE,
    XDG_CACHE_HOME: join(folder, "cache"),
    PULUMI_CONFIG_PASSPHRASE: "of a test",
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const packed = await runProgram(["npm", "pack", "--pack-destination", folder], {
    cwd: checkout,
    env: environment,
  });
  expect(packed).toMatchObject({ status: 0 });
  const tarball = packed.out.trim().split("\n").at(-1) ?? "";
  const beside = ["@pulumi/pulumi", "typescript", "@types/node"].map(
    (name) => `${name}@${devDependencies[name]}`,
  );
  await run(
    "npm",
    "install",
    "--prefer-offline",
    "--ignore-scripts",
    "--no-audit",
    `./${tarball}`,
    ...beside,
  );
  simulator = await startSimulator();
});

afterAll(async () => {
  await simulator?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test("the types hold in a strict program", async () => {
  await run(process.execPath, "node_modules/typescript/bin/tsc", "--noEmit");
});

test("the tools run from it, and from its own pages", async () => {
  expect((await tool("mape", "derive", "2404:7a82:4d02:4100::/56")).out).toContain("133.209.13.2");
  expect((await tool("help", "COMMIT_REJECTED")).out).toContain("remedy");
  // Each tool shows how it is run here.
  for (const name of ["init", "plan", "status", "doctor", "mape", "help"]) {
    const { out } = await tool(name, "--help");
    expect(out).toContain(`npx vyos-uplink ${name} `);
    expect(out).not.toContain("npm run");
  }
  const { status, err } = await runProgram([process.execPath, "node_modules/.bin/vyos-uplink"], {
    cwd: folder,
  });
  expect([status, err]).toEqual([2, expect.stringContaining("Commands: init")]);
});

test("ten lines bring a router up, switch it, and leave it as it was", async () => {
  const before = simulator.shown();
  const key = join(folder, "key");
  writeFileSync(key, simulator.privateKey, { mode: 0o600 });
  await tool("pulumi", "stack", "init", "dev");
  const router = {
    Host: simulator.host,
    Port: simulator.port,
    User: simulator.user,
    HostKey: simulator.hostKeyFingerprint,
  };
  const values = Object.entries({ ...router, PrivateKeyFile: key }).map(
    ([name, value]) => `router${name}=${value}`,
  );
  const plain = ["uplink=mape", ...values].flatMap((value) => ["--plaintext", value]);
  await pulumi("config", "set-all", ...plain);
  await pulumi("up", "--yes", "--skip-preview");
  expect(simulator.running()).toContain("set protocols static route 0.0.0.0/0 interface tun0");
  expect(simulator.running()).toContain("set protocols static route 203.0.113.0/24 interface tun3");
  expect(simulator.saved()).toEqual(simulator.running());
  await pulumi("config", "set", "uplink", "wxr");
  const { commits } = simulator.counters;
  await pulumi("up", "--yes", "--skip-preview");
  expect(simulator.counters.commits).toBe(commits + 1);
  expect(simulator.running()).toContain("set protocols static route 0.0.0.0/0 next-hop 192.168.100.1");
  await pulumi("destroy", "--yes", "--skip-preview");
  expect(simulator.shown()).toBe(before);
});
