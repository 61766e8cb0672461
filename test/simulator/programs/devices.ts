/** What the programs of the simulated router can be handed; each takes only what it uses. */
import type { Applied } from "../configuration/commit.ts";
import type { Session } from "../configuration/session.ts";
import type { Store } from "../configuration/store.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Network } from "../kernel/network.ts";
import type { Uplink } from "../kernel/uplink.ts";
import type { Clock } from "../system/clock.ts";
import type { Faults } from "../system/faults.ts";
import type { Files } from "../system/files.ts";
import type { Hooks } from "../system/hooks.ts";
import type { Observed } from "../system/observed.ts";
import type { Processes } from "../system/process.ts";
import type { Units } from "../system/units.ts";

export interface Counters {
  connections: number;
  /** Commits that had changes. */
  commits: number;
  configReads: number;
  saves: number;
  sets: number;
  deletes: number;
  discards: number;
  bytesIn: number;
  bytesOut: number;
}

export interface Devices {
  readonly clock: Clock;
  readonly files: Files;
  readonly processes: Processes;
  readonly faults: Faults;
  readonly units: Units;
  readonly hooks: Hooks;
  readonly observed: Observed;
  readonly network: Network;
  readonly kernel: Kernel;
  readonly uplink: Uplink;
  readonly store: Store;
  /** Configuration sessions by the process id in their environment; one whose shell has died stays. */
  readonly sessions: Map<number, Session>;
  readonly applied: Applied;
  readonly counters: Counters;
  /** How long a commit takes, in seconds. */
  readonly commitSeconds: number;
  /** How long a commit goes on when its link is lost, in seconds. */
  readonly commitLingers: number;
  /** What logger(1) and systemd were told, `tag: text` each. */
  readonly journal: string[];
  /** What no shell or program here understands. */
  readonly escapes: string[];
  save(room: "plenty" | "none"): void;
  shutDoor(): void;
  reboot(): void;
}

export type Uses<Name extends keyof Devices> = Pick<Devices, Name>;
