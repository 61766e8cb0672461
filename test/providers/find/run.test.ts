import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { type Program, startProgram } from "../../program.ts";

// Each starts a Node that starts a shell: on a busy machine that alone takes seconds.
jest.setTimeout(30_000);

const project = resolve(__dirname, "../../..");

let folder: string;

beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "engine-run-")));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test("arguments, project root and exit code pass through, from any directory", async () => {
  pulumi(`pwd; echo "$@"; exit 7`);
  expect(await run(["up", "--stack", "a b"], { PULUMI_CONFIG_PASSPHRASE: "" }).ended).toEqual({
    status: 7,
    out: `${project}\nup --stack a b\n`,
    err: "",
  });
});

test("without a passphrase and a terminal the engine is not started", async () => {
  pulumi("echo started");
  const { status, out, err } = await run(["up"], {}).ended;
  expect({ status, out }).toEqual({ status: 2, out: "" });
  expect(err).toContain("set PULUMI_CONFIG_PASSPHRASE");
});

test.each([[["stack", "ls"]], [["up", "--help"]]])("%p needs no passphrase", async (args) => {
  pulumi("echo started");
  expect((await run(args, {}).ended).out).toBe("started\n");
});

test("an interrupt without a terminal reaches the engine once", async () => {
  pulumi(`trap 'echo int >> ${folder}/signals; exit 3' INT\necho ready\nwhile :; do sleep 0.05; done`);
  const { until, signal, ended } = run(["watch"], { PULUMI_CONFIG_PASSPHRASE: "" });
  await until(/ready/);
  signal("SIGINT");
  expect((await ended).status).toBe(3);
  expect(readFileSync(join(folder, "signals"), "utf8")).toBe("int\n");
});

test("an engine that was killed is told as a shell tells it", async () => {
  pulumi("kill -KILL $$");
  expect((await run(["whoami"], {}).ended).status).toBe(137);
});

/** A fake engine, complete enough to be found on PATH. */
function pulumi(script: string): void {
  mkdirSync(join(folder, "bin"));
  const answersVersion = `[ "$1" = version ] && { echo v3.259.0; exit 0; }`;
  writeFileSync(join(folder, "bin/pulumi"), `#!/bin/sh\n${answersVersion}\n${script}\n`, { mode: 0o755 });
  writeFileSync(join(folder, "bin/pulumi-language-nodejs"), "#!/bin/sh\n", { mode: 0o755 });
}

function run(args: readonly string[], environment: NodeJS.ProcessEnv): Program {
  return startProgram([join(project, "providers/find/run.ts"), ...args], {
    cwd: folder,
    env: {
      PATH: `${join(folder, "bin")}:/usr/bin:/bin`,
      PULUMI_BACKEND_URL: `file://${folder}`,
      ...environment,
    },
  });
}
