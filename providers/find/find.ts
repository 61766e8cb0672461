/**
 * Finds the Pulumi engine: on PATH, in the user's cache, from its vendor, or built from source, in this order.
 * It must never change the machine beyond the user's cache and the vendor's own folder, never take a folder that is
 * half written, and never be silent for long. Made for systems with /bin/sh.
 */
import { execFile, spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, realpath } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import { UplinkError } from "../../errors.ts";
import { buildEngine } from "./build.ts";
import { executable, helperEnvironment, languageHost, writeHelpers } from "./helpers.ts";
import { pinnedIn, pinnedVersion, projectRoot } from "./project.ts";

export interface Engine {
  command: string;
  env: Record<string, string>;
  source: "path" | "vendor" | "cached" | "built";
  version: string;
}

/** Where to look: the project, the environment, and how long a silent download may be (milliseconds). */
export interface Surroundings {
  root: string;
  environment: NodeJS.ProcessEnv;
  silenceMs: number;
}

export type Report = (line: string) => void;

/** A download that says nothing for so long is given up; the vendor out of reach is known within 2 s. */
const SILENCE_MS = 20_000;

const PROGRESS_MS = 10_000;

/** Starting the engine to ask its version takes 0.2 s; a machine just woken may take longer. */
const VERSION_WAIT_MS = 15_000;

/** Finds the engine or throws ENGINE_NOT_FOUND; `report` gets one line for each slow step. */
export async function findEngine(report: Report, around: Partial<Surroundings> = {}): Promise<Engine> {
  const where = { root: projectRoot, environment: process.env, silenceMs: SILENCE_MS, ...around };
  const version = pinnedVersion(pinnedIn(where.root));
  const found =
    (await onPath(where, version, report)) ??
    (await inCache(where, version, "cached")) ??
    (await fromVendor(where, version, report));
  if (found) return found;
  const folder = cacheFolder(where, version);
  report(`building the Pulumi engine ${version} from source: once, some 5 minutes`);
  const failure = await buildEngine({ folder, version, environment: where.environment, report });
  const built = failure === undefined ? await inCache(where, version, "built") : undefined;
  if (built) return built;
  throw notFound(version, failure ?? `${folder} holds no engine after the build`);
}

/** The environment the engine must run in: the project's own node before any other, the language host beside it. */
export function engineEnvironment(engine: Engine): NodeJS.ProcessEnv {
  const path = [engine.env.PATH, process.env.PATH].filter((part) => part).join(delimiter);
  const cache = { NODE_COMPILE_CACHE: compileCache(process.env) };
  return { ...cache, ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true", ...engine.env, PATH: path };
}

async function onPath(where: Surroundings, version: string, report: Report): Promise<Engine | undefined> {
  const own = await real(join(where.root, "node_modules", ".bin"));
  for (const folder of (where.environment.PATH ?? "").split(delimiter)) {
    const command = join(folder, "pulumi");
    if (!isAbsolute(folder) || !(await executable(command)) || (await isNpmWrapper(command, own))) continue;
    const seen = await versionOf(command, where.environment);
    if (seen === undefined || !speaks(seen, version)) {
      report(`${command} is passed over: ${seen ? `its version is ${seen}` : "it does not answer"}`);
    } else if (!(await hasHost(command, where.environment))) {
      report(`${command} is passed over: it has no ${languageHost}`);
    } else {
      return engine("path", command, seen, where.root);
    }
  }
  return undefined;
}

/** The SDK may use what its own minor version brought: an engine of an older one does not know it. */
function speaks(version: string, pinned: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const [pinnedMajor = 0, pinnedMinor = 0] = pinned.split(".").map(Number);
  return major === pinnedMajor && minor >= pinnedMinor;
}

/** npm's `pulumi` is a script that downloads; found by folder for this project, by its target for any other. */
async function isNpmWrapper(command: string, own: string): Promise<boolean> {
  if ((await real(dirname(command))) === own) return true;
  return (await real(command)).includes(join("node_modules", "pulumi", "run.js"));
}

async function hasHost(command: string, environment: NodeJS.ProcessEnv): Promise<boolean> {
  const folders = [dirname(await real(command)), ...(environment.PATH ?? "").split(delimiter)];
  for (const folder of folders) if (await executable(join(folder, languageHost))) return true;
  return false;
}

async function inCache(
  where: Surroundings,
  version: string,
  source: "cached" | "built",
): Promise<Engine | undefined> {
  const folder = cacheFolder(where, version);
  const command = join(folder, "pulumi");
  if (!(await executable(command))) return undefined;
  await writeHelpers(folder);
  return engine(source, command, version, where.root);
}

async function fromVendor(where: Surroundings, version: string, report: Report): Promise<Engine | undefined> {
  const home = where.environment.PULUMI_HOME || join(homeOf(where.environment), ".pulumi");
  const command = join(home, "versions", version, "bin", "pulumi");
  const wrapper = join(where.root, "node_modules", "pulumi", "run.js");
  if (!(await executable(command))) {
    if (!(await readable(wrapper))) return undefined;
    report(`downloading the Pulumi engine ${version} from its vendor`);
    const failure = await download(wrapper, version, where, report);
    if (failure) report(`the vendor's download failed: ${failure}`);
  }
  const seen = (await executable(command)) ? await versionOf(command, where.environment) : undefined;
  return seen === undefined ? undefined : engine("vendor", command, seen, where.root);
}

/** Starts npm's wrapper in a group of its own, so that all of it can be ended. Resolves to why it failed. */
function download(
  wrapper: string,
  version: string,
  where: Surroundings,
  report: Report,
): Promise<string | undefined> {
  const child = spawn(process.execPath, [wrapper, "version"], {
    env: { ...where.environment, PULUMI_VERSION: version },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let words = "";
  const end = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, "SIGKILL");
  };
  const silence = setTimeout(() => {
    words = `nothing came for ${where.silenceMs / 1000} s`;
    end();
  }, where.silenceMs);
  const progress = setInterval(() => report("still downloading the Pulumi engine"), PROGRESS_MS);
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      words = bytes.toString().trim() || words;
      silence.refresh();
    });
  }
  return new Promise<string | undefined>((done) => {
    child.once("error", (error) => done(error.message));
    child.once("close", (code) => done(code === 0 ? undefined : words.split("\n").at(-1)));
  }).finally(() => {
    clearTimeout(silence);
    clearInterval(progress);
  });
}

function engine(source: Engine["source"], command: string, version: string, root: string): Engine {
  const path = [join(root, "node_modules", ".bin"), dirname(command)].join(delimiter);
  return { command, env: { ...helperEnvironment(root), PATH: path }, source, version };
}

function cacheFolder(where: Surroundings, version: string): string {
  return join(cacheRoot(where.environment), "vyos-uplink", `engine-${version}`);
}

/** Each run starts four Node processes that load 800 modules and TypeScript: Node keeps what it compiled, by content. */
function compileCache(environment: NodeJS.ProcessEnv): string {
  return join(cacheRoot(environment), "vyos-uplink", "compiled");
}

function cacheRoot(environment: NodeJS.ProcessEnv): string {
  return environment.XDG_CACHE_HOME || join(homeOf(environment), ".cache");
}

function homeOf(environment: NodeJS.ProcessEnv): string {
  return environment.HOME || homedir();
}

function versionOf(command: string, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  const env = { ...environment, PULUMI_SKIP_UPDATE_CHECK: "true" };
  return new Promise((done) => {
    execFile(command, ["version"], { env, timeout: VERSION_WAIT_MS }, (error, output) => {
      done(error ? undefined : /^v?([0-9]+\.[0-9]+\.[0-9]+\S*)/.exec(output)?.[1]);
    });
  });
}

function readable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function real(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function notFound(version: string, why: string): UplinkError {
  return new UplinkError(
    "ENGINE_NOT_FOUND",
    `Cannot find a Pulumi engine: none on PATH, none from its vendor, and no build: ${why}`,
    `install Pulumi ${version} (https://www.pulumi.com/docs/install) or Go (https://go.dev/dl), then run again`,
  );
}
