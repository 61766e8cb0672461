/**
 * The Node language host: the small server that the engine asks to run `index.ts`. The vendor's download has its own;
 * a Go build has none, so this one stands beside it. It serves one project, only ever on loopback.
 * It must never install, generate or upgrade anything, and never write a word to stdout before its port: the engine
 * reads the first line as the port.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import type * as Grpc from "@grpc/grpc-js";
import languageService from "@pulumi/pulumi/proto/language_grpc_pb.js";
import language from "@pulumi/pulumi/proto/language_pb.js";
import plugin from "@pulumi/pulumi/proto/plugin_pb.js";
import type * as Empty from "google-protobuf/google/protobuf/empty_pb.js";

// The SDK's own grpc and nothing newer: a service of one copy does not fit the server of another.
const sdk = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
const grpc: typeof Grpc = sdk("@grpc/grpc-js");
const empty: typeof Empty = sdk("google-protobuf/google/protobuf/empty_pb.js");

/** `cmd/run` ends so when it has told the user what went wrong itself (its index.js names the number). */
const ALREADY_REPORTED = 32;

/** How often to look whether the engine still lives: a host without one would stay for ever. */
const ORPHAN_CHECK_MS = 2000;

const GRPC_MESSAGE_BYTES = 400 * 1024 * 1024;

type Unary<Request, Response> = (
  call: { request: Request },
  answer: (error: Partial<Grpc.StatusObject> | null, response?: Response) => void,
) => void;

type Running = Set<ChildProcess>;

/** The arguments of the SDK's `cmd/run`, in the words of its usage text. */
export function programArguments(
  request: InstanceType<typeof language.RunRequest>,
  engine: string,
): string[] {
  const info = request.getInfo();
  const named = {
    monitor: request.getMonitorAddress(),
    engine,
    project: request.getProject(),
    stack: request.getStack(),
    organization: request.getOrganization(),
    "root-directory": info?.getRootDirectory() ?? "",
    pwd: info?.getProgramDirectory() || request.getPwd(),
    parallel: String(request.getParallel()),
  };
  const given = Object.entries(named).filter(([, value]) => value !== "");
  return [
    ...given.map(([name, value]) => `--${name}=${value}`),
    ...(request.getDryrun() ? ["--dry-run"] : []),
    info?.getEntryPoint() || request.getProgram() || ".",
    ...request.getArgsList(),
  ];
}

/** The environment of the program: the stack's configuration, decrypted, is handed over here and nowhere else. */
export function programEnvironment(request: InstanceType<typeof language.RunRequest>): NodeJS.ProcessEnv {
  const options = request.getInfo()?.getOptions()?.toJavaScript();
  return {
    ...process.env,
    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
    PULUMI_NODEJS_TYPESCRIPT: String(options?.typescript !== false),
  };
}

/** What the engine is told when the program has ended. */
export function programVerdict(code: number | null, signal: NodeJS.Signals | null) {
  const response = new language.RunResponse();
  if (code === ALREADY_REPORTED) return response.setBail(true);
  if (code === 0) return response;
  return response.setError(`the program ended with ${code === null ? signal : `exit code ${code}`}`);
}

function run(engine: string, running: Running) {
  const handler: Unary<
    InstanceType<typeof language.RunRequest>,
    InstanceType<typeof language.RunResponse>
  > = (call, answer) => {
    const child = spawn(
      process.execPath,
      [sdk.resolve("@pulumi/pulumi/cmd/run"), ...programArguments(call.request, engine)],
      { env: programEnvironment(call.request), stdio: ["ignore", "inherit", "inherit"] },
    );
    running.add(child);
    child.once("error", (error) => answer(null, new language.RunResponse().setError(error.message)));
    child.once("exit", (code, signal) => {
      running.delete(child);
      answer(null, programVerdict(code, signal));
    });
  };
  return handler;
}

/** A plugin whose source is a Node package. This project has none, so only the plain case is served. */
function runPlugin(running: Running) {
  return (
    call: Grpc.ServerWritableStream<
      InstanceType<typeof language.RunPluginRequest>,
      InstanceType<typeof language.RunPluginResponse>
    >,
  ) => {
    const request = call.request;
    const program = request.getInfo()?.getProgramDirectory() || request.getProgram();
    const environment = Object.fromEntries(request.getEnvList().map((line) => line.split(/=(.*)/s, 2)));
    const child = spawn(
      process.execPath,
      [sdk.resolve("@pulumi/pulumi/cmd/run-plugin"), program, ...request.getArgsList()],
      { cwd: request.getPwd() || undefined, env: { ...process.env, ...environment } },
    );
    running.add(child);
    child.stdout.on("data", (bytes) => call.write(new language.RunPluginResponse().setStdout(bytes)));
    child.stderr.on("data", (bytes) => call.write(new language.RunPluginResponse().setStderr(bytes)));
    child.once("error", (error) => call.destroy(error));
    child.once("close", (code) => {
      running.delete(child);
      call.write(new language.RunPluginResponse().setExitcode(code ?? 1));
      call.end();
    });
  };
}

const about: Unary<unknown, InstanceType<typeof language.AboutResponse>> = (_call, answer) => {
  answer(null, new language.AboutResponse().setExecutable(process.execPath).setVersion(process.version));
};

/** The direct dependencies, as package.json states them: `pulumi about` prints this list. */
const getProgramDependencies: Unary<
  InstanceType<typeof language.GetProgramDependenciesRequest>,
  InstanceType<typeof language.GetProgramDependenciesResponse>
> = (call, answer) => {
  const folder = call.request.getInfo()?.getProgramDirectory() || call.request.getPwd();
  const response = new language.GetProgramDependenciesResponse();
  const manifest: unknown = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  for (const [name, version] of Object.entries(dependenciesOf(manifest))) {
    response.addDependencies(new language.DependencyInfo().setName(name).setVersion(String(version)));
  }
  answer(null, response);
};

function dependenciesOf(manifest: unknown): object {
  if (typeof manifest !== "object" || manifest === null || !("dependencies" in manifest)) return {};
  return manifest.dependencies ?? {};
}

/** Dependencies are npm's business, before the engine starts. */
function installDependencies(call: Grpc.ServerWritableStream<unknown, unknown>) {
  call.write(new language.InstallDependenciesResponse().setStdout(Buffer.from("use: npm ci\n")));
  call.end();
}

function services(engine: string, version: string, running: Running): Grpc.UntypedServiceImplementation {
  const always =
    <Response>(make: () => Response): Unary<unknown, Response> =>
    (_call, answer) =>
      answer(null, make());
  return {
    handshake: always(() => new language.LanguageHandshakeResponse()),
    getRequiredPackages: always(() => new language.GetRequiredPackagesResponse()),
    getRequiredPlugins: always(() => new language.GetRequiredPluginsResponse()),
    getPluginInfo: always(() => new plugin.PluginInfo().setVersion(version)),
    runtimeOptionsPrompts: always(() => new language.RuntimeOptionsResponse()),
    about,
    getProgramDependencies,
    installDependencies,
    runPlugin: runPlugin(running),
    run: run(engine, running),
    cancel: (_call: unknown, answer: Grpc.sendUnaryData<unknown>) => {
      stop(running);
      answer(null, new empty.Empty());
    },
  };
}

function stop(running: Running): void {
  for (const child of running) child.kill("SIGTERM");
}

/** The engine's address is the last argument that is no option (`--root` and old `-typescript=` may come before). */
export function engineAddress(args: readonly string[]): string {
  return args.findLast((word) => !word.startsWith("-")) ?? "";
}

function serve(): void {
  const version: string = sdk("@pulumi/pulumi/package.json").version;
  const running: Running = new Set();
  const server = new grpc.Server({
    "grpc.max_receive_message_length": GRPC_MESSAGE_BYTES,
    "grpc.max_send_message_length": GRPC_MESSAGE_BYTES,
  });
  const engine = engineAddress(process.argv.slice(2));
  server.addService(languageService.LanguageRuntimeService, services(engine, version, running));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) throw error;
    process.stdout.write(`${port}\n`);
  });
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid === parent) return;
    stop(running);
    process.exit(1);
  }, ORPHAN_CHECK_MS);
}

// Node before 24.2 has no import.meta.main.
if (realpathSync(process.argv[1] ?? ".") === import.meta.filename) serve();
