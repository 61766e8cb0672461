/** What a tool says to whatever is typed at it: one line and its remedy, a status of the table, never a stack trace. */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { runProgram } from "../program.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";

jest.setTimeout(600_000);

const root = join(__dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "wrong-use-"));
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator();
  mkdirSync(join(folder, "state"));
  writeFileSync(join(folder, "key"), simulator.privateKey, { mode: 0o600 });
  writeFileSync(join(folder, "garbage"), "-----BEGIN OPENSSH PRIVATE KEY-----\nno key\n");
  writeFileSync(join(folder, "empty"), "");
  writeFileSync(join(folder, "noise"), Buffer.from([0, 255, 10, 0xd4, 0xc3, 0xb2, 0xa1, 3]));
});

afterAll(async () => {
  await simulator.stop();
  rmSync(folder, { recursive: true });
});

const tools = [
  "doctor",
  "plan",
  "status",
  "capture",
  "compare-tunnel",
  "trust",
  "mape",
  "watch",
  "init",
] as const;

const files = ["key", "garbage", "empty", "noise", "state", "missing/file"].map((name) => join(folder, name));
const words = [
  "",
  " ",
  "-",
  "--",
  "tun0",
  "mape",
  "both",
  "0",
  "-1",
  "65536",
  "1e3",
  "東京",
  "a\nb",
  "$(id)",
  "'",
  "x".repeat(5000),
];
const value = fc.oneof(fc.constantFrom(...words, ...files), fc.string({ unit: "binary", maxLength: 8 }));
const flag = fc.constantFrom(
  "--json",
  "--yes",
  "--all",
  "--commands",
  "--lines",
  "-h",
  "-x",
  "--no-json",
  "--json=1",
);
const named = fc.constantFrom(
  ...[
    "--stack",
    "--uplink",
    "--user",
    "--key",
    "--host-key",
    "--port",
    "--every",
    "--metrics-port",
    "--page",
  ],
  ...["--out", "--read", "--good", "--bad", "--seconds", "--by-hand", "--service", "--rule", "--hb46pp"],
  ...["--option94", "--form", "--delegated-prefix", "--ipv6-interface", "--wxr-next-hop", "--config-boot"],
);
const option = fc.tuple(named, value).map(([name, given]) => [name, given]);
const words94 = fc.constantFrom("derive", "explain", "port", "identify", "batch", "2404:7a82:4d02:4100::/56");
const part = fc.oneof(
  option,
  fc.oneof(flag, value, words94).map((word) => [word]),
);
/** Without NUL: no program can be given one. */
const argv = fc
  .array(part, { maxLength: 4 })
  .map((parts) => parts.flat().map((word) => word.replaceAll("\0", "")));

/** A router that is there, one that refuses, and none. */
const target = fc.constantFrom("there", "refusing", "none");
const input = fc.constantFrom("", "{", '{"id":1}\n[]\nnull\n{"kind":"derive"}\n', "y\n", "\u0000\u0007\n");

function targetOptions(kind: "there" | "refusing" | "none"): string[] {
  if (kind === "none") return [];
  const port = kind === "there" ? simulator.port : 1;
  return ["--host", simulator.host, "--port", String(port), "--host-key", simulator.hostKeyFingerprint];
}

/** `    at name (file:1:2)`, as Node prints a stack. */
const stackTrace = /^\s+at .*:\d+:\d+\)?$/m;

test("no wrong use of a tool ends in a stack trace, or with a status that is in no table", async () => {
  const property = fc.asyncProperty(
    fc.constantFrom(...tools),
    argv,
    target,
    input,
    async (tool, args, kind, text) => {
      const known = tool === "mape" || tool === "trust" || tool === "plan" ? [] : targetOptions(kind);
      const once = tool === "watch" ? ["--once"] : [];
      const command = [join(root, "cli", `${tool}.ts`), ...known, ...once, ...args];
      const { status, out, err } = await runProgram(command, {
        cwd: folder,
        input: text,
        env: {
          ...process.env,
          PULUMI_BACKEND_URL: `file://${join(folder, "state")}`,
          PULUMI_CONFIG_PASSPHRASE: "",
          SSH_AUTH_SOCK: "",
        },
      });
      const said = `${out}${err}`;
      expect({ said, trace: stackTrace.test(said) }).toEqual({ said, trace: false });
      expect([0, 1, 2, 3]).toContain(status);
      expect(said.trim() !== "" || (tool === "mape" && status === 0)).toBe(true);
      if (args.includes("--json") && status === 2)
        expect(said).toMatch(/^\{"error":\{"code":"[\w-]+","message":/m);
    },
  );
  await fc.assert(property, { numRuns: 100, endOnFailure: true });
});
