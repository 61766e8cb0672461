/**
 * Builds the Pulumi engine from the Go module proxy, where its vendor's download is out of reach.
 * The folder it makes appears whole or not at all, and two builds never run for one folder. It must never touch Go's
 * settings nor any folder but the one it is given and that one's neighbours of the same name.
 */
import { spawn } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { isAlive } from "./stale-lock.ts";

export interface Build {
  folder: string;
  version: string;
  environment: NodeJS.ProcessEnv;
  report: (line: string) => void;
}

const PROGRESS_MS = 10_000;

const LOCK_POLL_MS = 200;

const MODULE = "github.com/pulumi/pulumi/pkg/v3";

/** The engine reports this text as its version; without it it calls itself nothing. */
const VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

/** Makes the folder; resolves to the reason when it could not. Waits when another process is building it. */
export async function buildEngine(build: Build): Promise<string | undefined> {
  await mkdir(dirname(build.folder), { recursive: true });
  const lock = `${build.folder}.lock`;
  let step = "";
  const progress = every(PROGRESS_MS, (seconds) =>
    build.report(`still building the engine: ${seconds} s ${step}`.trimEnd()),
  );
  try {
    while (!(await take(lock))) {
      await sleep(LOCK_POLL_MS);
      if (await exists(join(build.folder, "pulumi"))) return undefined;
    }
    try {
      if (await exists(join(build.folder, "pulumi"))) return undefined;
      return await buildAlone(build, (line) => {
        step = `(${line})`;
      });
    } finally {
      await rm(lock, { force: true });
    }
  } finally {
    progress.stop();
  }
}

async function buildAlone(build: Build, hear: (line: string) => void): Promise<string | undefined> {
  await sweep(build.folder);
  const partial = `${build.folder}.partial-${process.pid}`;
  const module = join(partial, "module");
  await mkdir(module, { recursive: true });
  try {
    const requirement = `require ${MODULE} v${build.version}`;
    await writeFile(join(module, "go.mod"), `module engine\n\ngo 1.25\n\n${requirement}\n`);
    const failure = await goBuild(module, join(partial, "pulumi"), build, hear);
    if (failure !== undefined) return failure;
    await rm(module, { recursive: true });
    await rm(build.folder, { recursive: true, force: true });
    await rename(partial, build.folder);
    return undefined;
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

/** `go install pkg@version` needs the proxy's list of versions; a module of our own needs only the one version. */
function goBuild(
  module: string,
  output: string,
  build: Build,
  hear: (line: string) => void,
): Promise<string | undefined> {
  // -v names each package as it is compiled: that is the progress.
  const flags = ["-v", "-buildvcs=false", "-ldflags", `-X ${VERSION_VARIABLE}=v${build.version}`];
  return new Promise((done) => {
    const child = spawn("go", ["build", ...flags, "-o", output, `${MODULE}/cmd/pulumi`], {
      cwd: module,
      env: { ...build.environment, GOFLAGS: "-mod=mod" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    let words = "";
    child.stderr.on("data", (bytes: Buffer) => {
      words = (words + bytes.toString()).slice(-2000);
      hear(words.trimEnd().split("\n").at(-1) ?? "");
    });
    child.once("error", (error) => {
      done("code" in error && error.code === "ENOENT" ? "go is not installed" : error.message);
    });
    child.once("close", (code) => {
      // A package's name alone is progress; what went wrong is said in words.
      const said = words.split("\n").filter((line) => line.trim().includes(" "));
      const lines = said.slice(-5).join(" / ");
      done(code === 0 ? undefined : `go build: ${lines || `exit code ${code}`}`);
    });
  });
}

/** Takes the lock, or the lock of a process that is gone. */
async function take(lock: string): Promise<boolean> {
  const taken = await writeFile(lock, String(process.pid), { flag: "wx" }).then(
    () => true,
    () => false,
  );
  if (taken) return true;
  const holder = Number(await readFile(lock, "utf8").catch(() => "0"));
  // An empty file may be one whose owner has made it and not yet written it: only an old one is abandoned.
  if (holder > 0 ? isAlive(holder) : await isYoung(lock)) return false;
  await rm(lock, { force: true });
  return false;
}

async function isYoung(path: string): Promise<boolean> {
  const made = await stat(path).catch(() => undefined);
  return made !== undefined && Date.now() - made.mtimeMs < PROGRESS_MS;
}

/** What builds that were interrupted have left; only the holder of the lock comes here. */
async function sweep(folder: string): Promise<void> {
  const parent = dirname(folder);
  const left = (await readdir(parent)).filter((name) => name.startsWith(`${basename(folder)}.partial-`));
  for (const name of left) await rm(join(parent, name), { recursive: true, force: true });
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function every(milliseconds: number, tell: (seconds: number) => void): { stop: () => void } {
  const started = Date.now();
  const timer = setInterval(() => tell(Math.round((Date.now() - started) / 1000)), milliseconds);
  return { stop: () => clearInterval(timer) };
}
