/** A throw-away stack for the benches: the home program, some more of it, or the do-nothing one, and a simulated router. */

import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../providers/find/find.ts";
import { projectRoot } from "../../providers/find/project.ts";
import { type EngineRun, Sandbox } from "../../test/sandbox.ts";
import { type Simulator, startSimulator } from "../../test/simulator/simulator.ts";
import { startWire, type Wire } from "./wire.ts";

/** What one run of the engine asked of the router. */
export interface Traffic {
  readonly commits: number;
  readonly connections: number;
  readonly roundTrips: number;
  readonly bytes: number;
}

export interface StackOptions {
  readonly engine: Engine;
  readonly program: "home" | "nothing";
  /** Resources beside the uplink's own. */
  readonly further: number;
  readonly uplink: "wxr" | "mape";
  readonly commitSeconds: number;
}

export class BenchStack {
  readonly #sandbox: Sandbox;
  readonly #simulator: Simulator;
  readonly #wire: Wire;

  private constructor(sandbox: Sandbox, simulator: Simulator, wire: Wire) {
    this.#sandbox = sandbox;
    this.#simulator = simulator;
    this.#wire = wire;
  }

  static async start({ engine, program, further, uplink, commitSeconds }: StackOptions): Promise<BenchStack> {
    const simulator = await startSimulator({ commitSeconds });
    const wire = await startWire(simulator.port);
    const sandbox = new Sandbox({ engine, project: projectRoot, files: "linked" });
    const stack = new BenchStack(sandbox, simulator, wire);
    const entry = join(sandbox.folder, "index.ts");
    rmSync(entry);
    writeFileSync(entry, programText(program, further));
    await stack.run("stack", "init", "home");
    // A first up in mape finds the default route of wxr, and is to move it.
    await stack.set({ uplink, takeOver: String(uplink === "mape"), ...stack.#routerSettings() });
    return stack;
  }

  set(settings: Readonly<Record<string, string>>): Promise<EngineRun> {
    const plain = Object.entries(settings).flatMap(([key, value]) => ["--plaintext", `${key}=${value}`]);
    return this.run("config", "set-all", ...plain);
  }

  async run(...args: string[]): Promise<EngineRun> {
    const run = await this.#sandbox.run(args);
    if (run.status === 0) return run;
    throw new Error(`pulumi ${args.join(" ")} ended with ${run.status}:\n${run.output}`);
  }

  /** So far, since the stack was started. */
  traffic(): Traffic {
    return { commits: this.#simulator.counters.commits, ...this.#wire.counters };
  }

  async stop(): Promise<void> {
    await this.#wire.stop();
    await this.#simulator.stop();
    this.#sandbox.dispose();
  }

  #routerSettings(): Record<string, string> {
    const { host, user, hostKeyFingerprint, privateKey } = this.#simulator;
    const routerPrivateKeyFile = join(this.#sandbox.folder, "client-key");
    writeFileSync(routerPrivateKeyFile, privateKey, { mode: 0o600 });
    return {
      routerHost: host,
      routerPort: String(this.#wire.port),
      routerUser: user,
      routerHostKey: hostKeyFingerprint,
      routerPrivateKeyFile,
    };
  }
}

/** Both run in the folder of the throw-away stack; what they import is the checkout's. */
function programText(program: StackOptions["program"], further: number): string {
  if (program === "nothing") {
    return `import { declareNothing } from "./research/bench/do-nothing.ts";\n\ndeclareNothing(${further});\n`;
  }
  const home = `export * from ${JSON.stringify(join(projectRoot, "index.ts"))};\n`;
  if (further === 0) return home;
  return `import { declareFurther } from "./research/bench/further.ts";\n${home}\ndeclareFurther(${further});\n`;
}
