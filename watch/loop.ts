/**
 * Look, decide, act, wait, until told to stop. What it does comes from the policy, how from its edges. A change that is under
 * way is always brought to its end first: its own verification, or the router's undo, is the only safe way out of it.
 */

import type { Uplink } from "../doctor/declared.ts";
import type { Journal } from "./journal.ts";
import {
  type Action,
  afterAttempt,
  attemptsToday,
  type PolicySettings,
  type PolicyState,
  startState,
  step,
} from "./policy.ts";
import type { Look, Snapshot } from "./snapshot.ts";

/** `note`: the router runs the new uplink, and yet something was said. */
export type ChangeResult =
  | { readonly done: true; readonly note: string }
  | { readonly done: false; readonly why: string };

/** What happened beside the readings, for the log and the webhook. */
export interface WatchEvent {
  readonly at: string;
  readonly event: "raised" | "resolved" | "held" | "switching" | "switched" | "switch-failed";
  readonly code: string;
  readonly text: string;
}

export interface Edges {
  /** Never rejects for a router that is out of reach: that is a reading too. Undefined: it is time to stop. */
  readonly look: () => Promise<Look | undefined>;
  /** Resolves when the change is verified or undone. */
  readonly change: (to: Uplink) => Promise<ChangeResult>;
  readonly tell: (event: WatchEvent) => void;
  readonly show: (snapshot: Snapshot) => void;
  readonly journal: Journal;
  readonly now: () => number;
  /** Ends early when it is time to stop. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly stopping: () => boolean;
}

export interface LoopSettings extends PolicySettings {
  readonly rounds: "one" | "endless";
}

export class Watch {
  readonly #settings: LoopSettings;
  readonly #edges: Edges;
  readonly #switched = { mape: 0, wxr: 0 };
  #state: PolicyState;
  #look: Look | undefined;

  constructor(settings: LoopSettings, edges: Edges) {
    this.#settings = settings;
    this.#edges = edges;
    this.#state = startState(edges.journal.attempts, edges.journal.fellBack);
  }

  snapshot(): Snapshot {
    const { dailyLimit, switching, everySeconds } = this.#settings;
    return {
      look: this.#look,
      changes: this.#edges.journal.changes,
      switched: { ...this.#switched },
      attemptsToday: attemptsToday(this.#state, this.#edges.now()),
      dailyLimit,
      switching,
      everySeconds,
    };
  }

  /** Resolves to the last reading. */
  async run(): Promise<Look | undefined> {
    const { stopping, now, pause } = this.#edges;
    while (!stopping()) {
      const started = now();
      await this.#round();
      if (this.#settings.rounds === "one") break;
      const rest = this.#settings.everySeconds * 1000 - (now() - started);
      if (!stopping()) await pause(Math.max(0, rest));
    }
    return this.#look;
  }

  async #round(): Promise<void> {
    const look = await this.#edges.look();
    if (look === undefined || this.#edges.stopping()) return;
    this.#look = look;
    const { state, actions } = step(this.#state, look.observation, look.at, this.#settings);
    this.#state = state;
    this.#edges.show(this.snapshot());
    for (const action of actions) await this.#act(action);
  }

  async #act(action: Action): Promise<void> {
    if (action.kind === "alert") {
      const { event, code, text } = action;
      this.#tell(event, code, text);
      return;
    }
    if (!this.#edges.stopping()) await this.#switch(action.to, action.why);
  }

  async #switch(to: Uplink, why: string): Promise<void> {
    const { journal, now, change } = this.#edges;
    // Written first: a watch that is killed in the middle must not forget that it tried.
    journal.begin({ at: new Date(now()).toISOString(), to, why });
    this.#tell("switching", to, `to ${to}: ${why}`);
    const result = await change(to);
    const outcome = result.done ? "done" : "failed";
    journal.end(outcome, result.done ? result.note : result.why);
    this.#state = afterAttempt(this.#state, to, outcome, now());
    if (result.done) this.#switched[to] += 1;
    if (result.done) this.#tell("switched", to, `the uplink is ${to} now: ${why}`);
    else this.#tell("switch-failed", to, `the uplink is not ${to}: ${result.why}`);
  }

  #tell(event: WatchEvent["event"], code: string, text: string): void {
    this.#edges.tell({ at: new Date(this.#edges.now()).toISOString(), event, code, text });
  }
}
