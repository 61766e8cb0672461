/**
 * What all sessions of one simulated router share: the active and the saved configuration, the commit lock,
 * and what is counted. It answers no command; it must never belong to a connection.
 */

import { runBootScript } from "../configuration/hooks.ts";
import { trailers, versions } from "../configuration/releases.ts";
import { type SchemaNode, schemaOf, understand, type Version } from "../configuration/schema.ts";
import type { Session } from "../configuration/session.ts";
import { printSaved, splitLine } from "../configuration/text.ts";
import { applyChange, copyTree, emptyTree, type TreeNode } from "../configuration/tree.ts";
import { Failover } from "../kernel/failover.ts";
import { Kernel } from "../kernel/kernel.ts";
import { Network } from "../kernel/network.ts";
import { Uplink } from "../kernel/uplink.ts";
import type { Programs } from "../programs/program.ts";
import { programsOf } from "../programs/programs.ts";
import { Clock } from "./clock.ts";
import { Faults } from "./faults.ts";
import { Files } from "./files.ts";
import { Observed } from "./observed.ts";
import { type Link, Processes } from "./process.ts";
import { Tasks } from "./tasks.ts";
import { Units } from "./units.ts";

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

export interface MachineOptions {
  readonly version: Version;
  readonly configuration: readonly string[];
  readonly commitSeconds: number;
  readonly rebootSeconds: number;
  readonly secondsPerSecond: number;
  readonly commitSurvivesLinkLoss: boolean;
}

export class Machine {
  readonly version: Version;
  readonly schema: SchemaNode;
  readonly commitSeconds: number;
  readonly commitSurvivesLinkLoss: boolean;
  readonly counters: Counters = noCounts();
  /** Lines received that a shell would have expanded or run: tests assert that there are none. */
  readonly escapes: string[] = [];
  /** Values that VyOS hands to a root shell at commit (recorded: a description of `$(reboot)` rebooted it). */
  readonly rootCommands: string[] = [];
  readonly transcript: string[] = [];
  /** What logger(1) was told, `tag: text` each. */
  readonly journal: string[] = [];
  readonly clock: Clock;
  readonly files: Files;
  readonly faults = new Faults();
  readonly processes = new Processes();
  readonly units = new Units(this);
  readonly network: Network;
  readonly kernel = new Kernel(this);
  readonly observed = new Observed();
  readonly uplink = new Uplink(this);
  readonly tasks = new Tasks(this);
  readonly failover = new Failover(this);
  readonly programs: Programs;
  /** Configuration sessions by the process id in their environment; one whose shell has died stays. */
  readonly sessions = new Map<number, Session>();
  /** The connections that are open. */
  readonly links = new Set<Link>();
  active: TreeNode;
  saved: TreeNode;
  /** Counts the changes of the active tree, so a session knows when its working copy is stale. */
  generation = 0;
  /** The commit that holds the lock. */
  locked: { readonly pid: number; readonly user: string } | undefined;
  unsaved = false;
  /** It is booting: nothing answers. */
  down = false;
  boots = 1;
  readonly #rebootSeconds: number;

  constructor(options: MachineOptions) {
    this.version = options.version;
    this.schema = schemaOf(options.version);
    this.commitSeconds = options.commitSeconds;
    this.commitSurvivesLinkLoss = options.commitSurvivesLinkLoss;
    this.#rebootSeconds = options.rebootSeconds;
    this.clock = new Clock(options.secondsPerSecond);
    this.files = new Files(() => this.clock.now());
    this.active = this.#read(options.configuration);
    this.saved = copyTree(this.active);
    this.network = new Network(() => this.uplink.check());
    this.programs = programsOf(this);
    this.files.show("/config/config.boot", 0o660, () => this.configBoot());
    this.files.show("/usr/share/vyos/version.json", 0o644, () => this.versionJson());
    this.files.show("/proc/sys/kernel/random/boot_id", 0o444, () => bootId(this.boots));
    const counter = "/proc/sys/net/netfilter/nf_conntrack_";
    this.files.show(`${counter}count`, 0o444, () => `${this.observed.connections}\n`);
    this.files.show(`${counter}max`, 0o644, () => `${this.observed.mostConnections}\n`);
    this.changed();
  }

  save(): void {
    this.saved = copyTree(this.active);
    this.unsaved = false;
  }

  /** All that was not saved is gone: connections, processes, timers, /run, and what is running. */
  reboot(): void {
    for (const link of [...this.links]) link.cut();
    this.processes.endAll();
    this.sessions.clear();
    this.units.clear();
    this.clock.clear();
    this.files.wipe("/run");
    this.kernel.clear();
    this.tasks.clear();
    this.failover.clear();
    this.locked = undefined;
    this.active = copyTree(this.saved);
    this.generation++;
    this.unsaved = false;
    this.boots++;
    this.down = this.#rebootSeconds > 0;
    if (this.down) {
      this.changed();
      this.clock.after(this.#rebootSeconds, () => this.#up());
    } else this.#up();
  }

  #up(): void {
    this.down = false;
    this.changed();
    void runBootScript(this);
  }

  /** Something of the configuration, or that it boots, is otherwise than before. */
  changed(): void {
    if (!this.down) {
      this.tasks.read();
      this.failover.read();
    }
    this.uplink.check();
  }

  /** The saved file: every value in double quotes, then the version comment that `load` looks for. */
  configBoot(): string {
    return `${printSaved(this.saved)}\n\n${trailers[this.version]}\n`;
  }

  versionJson(): string {
    return `${JSON.stringify(versions[this.version], null, 4)}\n`;
  }

  #read(configuration: readonly string[]): TreeNode {
    const root = emptyTree();
    for (const line of configuration) {
      const understood = understand(this.schema, splitLine(line).slice(1));
      if (understood.kind !== "complete") throw new Error(`Cannot boot with the line: ${line}`);
      applyChange(root, { verb: "set", path: understood.path });
    }
    return root;
  }
}

function noCounts(): Counters {
  return {
    connections: 0,
    commits: 0,
    configReads: 0,
    saves: 0,
    sets: 0,
    deletes: 0,
    discards: 0,
    bytesIn: 0,
    bytesOut: 0,
  };
}

/** Another one after each boot, as the kernel's. */
function bootId(boots: number): string {
  return `00000000-0000-4000-8000-${String(boots).padStart(12, "0")}\n`;
}
