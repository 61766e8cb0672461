/** Look, show, wait, until told to stop. It changes nothing: what goes round a broken line is the router's own failover. */

import type { Look, Snapshot } from "./snapshot.ts";

export interface Edges {
  /** Never rejects for a router that is out of reach: that is a reading too. Undefined: it is time to stop. */
  readonly look: () => Promise<Look | undefined>;
  readonly show: (snapshot: Snapshot) => void;
  readonly now: () => number;
  /** Ends early when it is time to stop. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly stopping: () => boolean;
}

export interface LoopSettings {
  readonly everySeconds: number;
  readonly rounds: "one" | "endless";
}

export class Watch {
  readonly #settings: LoopSettings;
  readonly #edges: Edges;
  #look: Look | undefined;

  constructor(settings: LoopSettings, edges: Edges) {
    this.#settings = settings;
    this.#edges = edges;
  }

  snapshot(): Snapshot {
    return { look: this.#look, everySeconds: this.#settings.everySeconds };
  }

  /** Resolves to the last reading. */
  async run(): Promise<Look | undefined> {
    const { look, show, stopping, now, pause } = this.#edges;
    while (!stopping()) {
      const started = now();
      const seen = await look();
      if (seen === undefined || stopping()) break;
      this.#look = seen;
      show(this.snapshot());
      if (this.#settings.rounds === "one") break;
      await pause(Math.max(0, this.#settings.everySeconds * 1000 - (now() - started)));
    }
    return this.#look;
  }
}
