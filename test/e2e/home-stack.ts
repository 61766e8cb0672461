/** A throw-away home stack on a simulated first router, for the tests that drive the real engine. */

import { writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { findEngine } from "../../providers/find/find.ts";
import { type EngineRun, Sandbox, type SandboxOptions } from "../sandbox.ts";
import { type Simulator, type SimulatorOptions, startSimulator } from "../simulator/simulator.ts";

export const up = ["up", "--yes", "--skip-preview"] as const;
export const password = "correct-horse-battery-staple";

export class HomeStack {
  readonly simulator: Simulator;
  readonly sandbox: Sandbox;

  private constructor(simulator: Simulator, sandbox: Sandbox) {
    this.simulator = simulator;
    this.sandbox = sandbox;
  }

  static async start(
    files: SandboxOptions["files"] = "linked",
    options: SimulatorOptions = {},
  ): Promise<HomeStack> {
    const engine = await findEngine((line) => process.stderr.write(`${line}\n`));
    const simulator = await startSimulator(options);
    const sandbox = new Sandbox({ engine, project: resolve(__dirname, "../.."), files });
    const stack = new HomeStack(simulator, sandbox);
    const keyFile = join(sandbox.folder, "client-key");
    writeFileSync(keyFile, simulator.privateKey, { mode: 0o600 });
    await stack.succeed("stack", "init", "home");
    await stack.set({
      routerHost: simulator.host,
      routerPort: String(simulator.port),
      routerUser: simulator.user,
      routerHostKey: simulator.hostKeyFingerprint,
      routerPrivateKeyFile: keyFile,
    });
    return stack;
  }

  async set(settings: Readonly<Record<string, string>>): Promise<void> {
    const plain = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    await this.succeed("config", "set-all", ...plain);
  }

  /** Runs the engine and fails the test with its words unless it ends with status 0. */
  async succeed(...args: string[]): Promise<EngineRun> {
    const run = await this.sandbox.run(args);
    if (run.status !== 0)
      throw new Error(`pulumi ${args.join(" ")} ended with ${run.status}:\n${run.output}`);
    return run;
  }

  /** What the router did while the engine ran. */
  async during(
    act: () => Promise<unknown>,
  ): Promise<{ commits: number; connections: number; configReads: number }> {
    const before = { ...this.simulator.counters };
    await act();
    const { commits, connections, configReads } = this.simulator.counters;
    return {
      commits: commits - before.commits,
      connections: connections - before.connections,
      configReads: configReads - before.configReads,
    };
  }

  async stop(): Promise<void> {
    await this.simulator.stop();
    this.sandbox.dispose();
  }
}
