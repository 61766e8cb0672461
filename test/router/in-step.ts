/**
 * A controller and a simulated router whose clock moves only while both wait for it: what is measured in simulated seconds then
 * says nothing of this machine's speed.
 */

import { setImmediate as turn } from "node:timers/promises";
import { SshTransport } from "../../router/wire/ssh.ts";
import type { Transport } from "../../router/wire/transport.ts";
import type { Simulator } from "../simulator/simulator.ts";
import { sshSettings } from "./lab.ts";

/** So many turns of the event loop without a byte: whatever was sent over loopback has been read long since. */
const quietTurns = 50;
const stepSeconds = 0.05;

export class InStep {
  readonly #simulator: Simulator;
  #opening = 0;
  #bytes = 0;
  #sleepers: { readonly due: number; readonly wake: () => void }[] = [];

  /** Of `secondsPerSecond: 0`. */
  constructor(simulator: Simulator) {
    this.#simulator = simulator;
  }

  readonly connect = (): Transport => {
    const transport = new SshTransport(sshSettings(this.#simulator));
    return {
      open: async () => {
        this.#opening += 1;
        await transport.open().finally(() => {
          this.#opening -= 1;
        });
      },
      read: async () => {
        const bytes = await transport.read();
        this.#bytes += bytes.length;
        return bytes;
      },
      write: (bytes) => {
        this.#bytes += bytes.length;
        return transport.write(bytes);
      },
      close: () => transport.close(),
    };
  };

  readonly sleep = (milliseconds: number): Promise<void> =>
    new Promise((wake) => {
      this.#sleepers.push({ due: this.#simulator.now() + milliseconds / 1000, wake });
    });

  async during<Value>(work: Promise<Value>): Promise<Value> {
    let ended = false;
    const over = (): void => {
      ended = true;
    };
    work.then(over, over);
    while (!ended) {
      await this.#quiet();
      await this.#simulator.advance(stepSeconds);
      const now = this.#simulator.now();
      for (const { due, wake } of this.#sleepers) if (due <= now) wake();
      this.#sleepers = this.#sleepers.filter(({ due }) => due > now);
    }
    return work;
  }

  async #quiet(): Promise<void> {
    const seen = (): string => {
      const { bytesIn, bytesOut } = this.#simulator.counters;
      return [this.#bytes, bytesIn, bytesOut].join();
    };
    for (let turns = 0, before = seen(); turns < quietTurns || this.#opening > 0; turns += 1) {
      await turn();
      if (seen() !== before) [turns, before] = [0, seen()];
    }
  }
}
