/**
 * The whole product on one's own machine: a simulated first router, a throw-away stack, the real engine. It leaves nothing
 * behind, and must never reach any router but the simulated one.
 */

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { findEngine } from "../providers/find/find.ts";
import { type EngineRun, Sandbox } from "../test/sandbox.ts";
import { type Simulator, startSimulator } from "../test/simulator/simulator.ts";

const usage = `npm run demo -- [--json] [--keep]

  Starts a simulated VyOS router on loopback, makes a throw-away stack from Pulumi.home.yaml, and shows the switch
  wxr -> mape -> wxr with the real engine.

  --json   the last line of the output is one JSON object with the figures of each step
  --keep   leave the simulated router up and print how to play with it; Ctrl-C ends it
  --help   this text

  exit status: 0 all steps did what they should, 1 one did not, 2 wrong usage`;

interface Step {
  readonly name: string;
  readonly commits: number;
  readonly connections: number;
  readonly configReads: number;
  readonly seconds: number;
  readonly changes: number;
}

interface Act {
  readonly name: string;
  readonly title: string;
  readonly runs: readonly (readonly string[])[];
  /** Before the engine runs. */
  readonly first?: (simulator: Simulator) => void;
  /** After it, for the viewer. */
  readonly afterwards?: (simulator: Simulator) => string;
}

const up = ["up", "--yes", "--skip-preview"];
const setUplink = (uplink: string): string[] => ["config", "set", "uplink", uplink];

const acts: readonly Act[] = [
  {
    name: "up-wxr",
    title: "The router as it is: uplink wxr. The default route is there and is adopted.",
    runs: [up],
  },
  {
    name: "preview-switch",
    title: "pulumi config set uplink mape && pulumi preview --diff",
    runs: [setUplink("mape"), ["preview", "--diff"]],
  },
  {
    name: "switch-to-mape",
    title: "pulumi up: tunnel, address, routes and NAPT over 15 blocks in one commit",
    runs: [up],
    afterwards: (simulator) => `The router now holds:\n${ours(simulator.running()).join("\n")}`,
  },
  { name: "no-change", title: "A second pulumi up changes nothing", runs: [[...up, "--expect-no-changes"]] },
  {
    name: "drift",
    title: "Somebody changes the tunnel on the router by hand, and pulumi refresh finds it",
    first: (simulator) => {
      simulator.byHand(["delete interfaces tunnel tun0 parameters", "set interfaces tunnel tun0 mtu 1452"]);
    },
    runs: [["refresh", "--yes", "--skip-preview", "--diff"]],
  },
  { name: "repair", title: "pulumi up repairs it", runs: [up] },
  { name: "switch-to-wxr", title: "pulumi config set uplink wxr && pulumi up", runs: [setUplink("wxr"), up] },
  {
    name: "destroy",
    title: "pulumi destroy puts back what was there before",
    runs: [["destroy", "--yes", "--skip-preview"]],
    afterwards: (simulator) => `The router now holds:\n${ours(simulator.running()).join("\n")}`,
  },
];

/** The lines of the uplink, long port lists cut. */
function ours(lines: readonly string[]): string[] {
  return lines
    .filter((line) => /tunnel|static|nat source|eth1 address/.test(line))
    .map((line) => (line.length > 110 ? `  ${line.slice(0, 106)}...` : `  ${line}`));
}

async function perform(
  act: Act,
  simulator: Simulator,
  sandbox: Sandbox,
  say: (text: string) => void,
): Promise<Step> {
  say(`\n=== ${act.name}: ${act.title}\n`);
  act.first?.(simulator);
  const before = { ...simulator.counters };
  let seconds = 0;
  let last: EngineRun | undefined;
  for (const args of act.runs) {
    last = await sandbox.run(args, { show: say });
    if (last.status !== 0)
      throw new Error(`${act.name}: pulumi ${args.join(" ")} ended with status ${last.status}`);
    if (args[0] !== "config") seconds += last.seconds;
  }
  if (act.afterwards) say(`${act.afterwards(simulator)}\n`);
  const { commits, connections, configReads } = simulator.counters;
  return {
    name: act.name,
    commits: commits - before.commits,
    connections: connections - before.connections,
    configReads: configReads - before.configReads,
    seconds: Math.round(seconds * 100) / 100,
    changes: last?.changes ?? 0,
  };
}

/** Points the throw-away stack at the simulated router. */
async function prepare(sandbox: Sandbox, simulator: Simulator): Promise<void> {
  const keyFile = join(sandbox.folder, "client-key");
  writeFileSync(keyFile, simulator.privateKey, { mode: 0o600 });
  const settings = {
    routerHost: simulator.host,
    routerPort: String(simulator.port),
    routerUser: simulator.user,
    routerHostKey: simulator.hostKeyFingerprint,
    routerPrivateKeyFile: keyFile,
  };
  const plain = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
  for (const args of [
    ["stack", "init", "home"],
    ["config", "set-all", ...plain],
  ]) {
    const { status, output } = await sandbox.run(args);
    if (status !== 0) throw new Error(`pulumi ${args.slice(0, 2).join(" ")}: ${output}`);
  }
}

function summary(steps: readonly Step[]): string {
  const row = (cells: readonly (string | number)[]): string =>
    cells.map((cell, index) => (index === 0 ? String(cell).padEnd(16) : String(cell).padStart(14))).join("");
  const head = row(["step", "changes", "commits", "connections", "config reads", "seconds"]);
  const rows = steps.map((step) =>
    row([step.name, step.changes, step.commits, step.connections, step.configReads, step.seconds.toFixed(1)]),
  );
  return ["", head, ...rows, ""].join("\n");
}

async function keepUp(simulator: Simulator, sandbox: Sandbox): Promise<void> {
  process.stdout.write(`
The simulated router is still up.
  ssh -p ${simulator.port} -i ${join(sandbox.folder, "client-key")} ${simulator.user}@${simulator.host} "sg vyattacfg -c 'exec vbash -s'"
  its host key: ${simulator.hostKeyFingerprint}
  to use it from a stack: pulumi config set routerHost ${simulator.host}; routerPort ${simulator.port}; routerHostKey as above;
  routerPrivateKeyFile ${join(sandbox.folder, "client-key")}
Ctrl-C ends it and removes everything.
`);
  process.removeAllListeners("SIGINT").removeAllListeners("SIGTERM");
  await new Promise<void>((done) => process.once("SIGINT", done).once("SIGTERM", done));
}

/** A list of 270 ports says no more at its end than at its beginning. */
function cutLongLines(text: string): string {
  return text.replace(/[^\n]{180,}/g, (line) => (line.startsWith("{") ? line : `${line.slice(0, 160)}...`));
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { json: { type: "boolean" }, keep: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  const say = (text: string): void => void process.stdout.write(cutLongLines(text));
  const engine = await findEngine((line) => say(`${line}\n`));
  const simulator = await startSimulator();
  const sandbox = new Sandbox({ engine, project: resolve(import.meta.dirname, ".."), files: "linked" });
  const stopped = (): never => {
    sandbox.dispose();
    process.exit(130);
  };
  process.on("SIGINT", stopped).on("SIGTERM", stopped);
  try {
    await prepare(sandbox, simulator);
    const steps: Step[] = [];
    for (const act of acts) steps.push(await perform(act, simulator, sandbox, say));
    say(summary(steps));
    if (values.keep) await keepUp(simulator, sandbox);
    if (values.json) say(`${JSON.stringify({ steps })}\n`);
  } finally {
    await simulator.stop();
    await sleep(50);
    sandbox.dispose();
  }
}

try {
  await main();
} catch (error) {
  const usageError =
    error instanceof Error && "code" in error && String(error.code).startsWith("ERR_PARSE_ARGS");
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = usageError ? 2 : 1;
}
