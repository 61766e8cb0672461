/**
 * `npm run demo`: the whole product on one's own machine: a simulated first router, a throw-away stack, the real engine. It
 * leaves nothing behind, and must never reach any router but the simulated one.
 */

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findEngine } from "../providers/find/find.ts";
import { Sandbox } from "../test/sandbox.ts";
import { type Simulator, startSimulator } from "../test/simulator/simulator.ts";
import { actsOf, breaks, type Happened, perform, tableOf } from "./demo-acts.ts";
import { enter, exitStatus, print, UsageError } from "./front-door.ts";

const help = `Usage: npm run demo -- [--break relay|firewall|link] [--transcript] [--keep] [--json]

  Starts a simulated VyOS router on loopback, makes a throw-away stack from Pulumi.home.yaml, and shows the switch
  wxr -> mape -> wxr with the real engine.

  --break WHAT   a switch that goes wrong, and what the router holds afterwards:
                 relay     the border relay does not answer
                 firewall  the router's firewall would let nothing of the LAN out by the tunnel
                 link      the way to the router is cut in the middle of the commit
  --transcript   everything that the engine says
  --keep         leave the simulated router up and print how to play with it; Ctrl-C ends it
  --json         the last line of the output is one JSON object with the figures of each step

Exit status: 0 all steps did what they should, 1 one did not, 2 wrong usage
`;

await enter({
  help,
  options: { break: { type: "string" }, transcript: { type: "boolean" }, keep: { type: "boolean" } },
  main: async (values) => {
    const acts = actsOf(values.break);
    if (acts === undefined) throw new UsageError(`--break takes one of ${Object.keys(breaks).join(", ")}`);
    const tell = (text: string): void => {
      const lines = text.split("\n").map((line) => cut(line.trimEnd()));
      const told = lines.filter((line) => values.transcript || isTelling(line));
      if (told.length > 0) print(told.join("\n"));
    };
    const engine = await findEngine(print);
    const simulator = await startSimulator();
    simulator.observed.lanClients = ["192.168.100.50", "192.168.100.51"];
    const sandbox = new Sandbox({ engine, project: resolve(import.meta.dirname, ".."), files: "linked" });
    const stopped = new Promise<void>((done) => process.once("SIGINT", done).once("SIGTERM", done));
    try {
      const play = async (): Promise<Happened[]> => {
        await prepare(sandbox, simulator);
        const steps: Happened[] = [];
        for (const act of acts) steps.push(await perform(act, simulator, sandbox, tell));
        return steps;
      };
      const steps = await Promise.race([play(), stopped]);
      if (steps === undefined) return exitStatus.interrupted;
      print(`\n${tableOf(steps)}`);
      if (values.keep) await keepUp(simulator, sandbox, stopped);
      if (values.json) print(JSON.stringify({ steps }));
      return steps.every(({ ok }) => ok) ? exitStatus.done : exitStatus.wrong;
    } finally {
      sandbox.dispose();
      await simulator.stop();
    }
  },
});

/** What happened, without what the engine says while it waits. */
function isTelling(line: string): boolean {
  return /^=== |^ {2}[^ ]|^ [+~-]+ .* (?:created|updated|deleted|replaced) \(|^ {4}router: |remedy: /.test(
    line,
  );
}

/** A list of 270 ports says no more at its end than at its beginning. */
function cut(line: string): string {
  return line.length <= 160 ? line : `${line.slice(0, 150)}...`;
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

async function keepUp(simulator: Simulator, sandbox: Sandbox, stopped: Promise<void>): Promise<void> {
  const key = join(sandbox.folder, "client-key");
  const { host, port, user, hostKeyFingerprint } = simulator;
  print(`
The simulated router is still up. What it runs, and what the doctor finds:

ssh -p ${port} -i ${key} -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null ${user}@${host} cli-shell-api showCfg --show-active-only
npm run doctor -- --host ${host} --port ${port} --user ${user} --key ${key} --host-key ${hostKeyFingerprint}

Ctrl-C ends it and removes everything.`);
  await stopped;
}
