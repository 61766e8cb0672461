/** A simulated router at the end of a counting wire, with a key file to log in with; gone when stopped. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Simulator, startSimulator } from "../../test/simulator/simulator.ts";
import type { Traffic } from "./stack.ts";
import { startWire, type Wire } from "./wire.ts";

export class Lab {
  readonly simulator: Simulator;
  readonly wire: Wire;
  readonly folder: string;
  readonly keyFile: string;

  private constructor(simulator: Simulator, wire: Wire) {
    this.simulator = simulator;
    this.wire = wire;
    this.folder = mkdtempSync(join(tmpdir(), "vyos-uplink-bench-"));
    this.keyFile = join(this.folder, "client-key");
    writeFileSync(this.keyFile, simulator.privateKey, { mode: 0o600 });
  }

  static async start(commitSeconds: number): Promise<Lab> {
    const simulator = await startSimulator({ commitSeconds });
    return new Lab(simulator, await startWire(simulator.port));
  }

  /** What an act asked of the router, and how long it took. */
  async during(act: () => Promise<unknown>): Promise<Traffic & { readonly seconds: number }> {
    const before = { commits: this.simulator.counters.commits, ...this.wire.counters };
    const started = performance.now();
    await act();
    const { connections, roundTrips, bytes } = this.wire.counters;
    return {
      seconds: (performance.now() - started) / 1000,
      commits: this.simulator.counters.commits - before.commits,
      connections: connections - before.connections,
      roundTrips: roundTrips - before.roundTrips,
      bytes: bytes - before.bytes,
    };
  }

  async stop(): Promise<void> {
    await this.wire.stop();
    await this.simulator.stop();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
