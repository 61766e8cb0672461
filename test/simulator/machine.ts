/** One simulated router: its devices, each handed the few things that it uses, and how it is switched on. */

import { layDhcpClients } from "./configuration/dhcp-clients.ts";
import { trailers, versions } from "./configuration/releases.ts";
import type { Version } from "./configuration/schema.ts";
import type { Session } from "./configuration/session.ts";
import { Store } from "./configuration/store.ts";
import { printSaved, splitLine } from "./configuration/text.ts";
import { copyTree, find, type TreeNode } from "./configuration/tree.ts";
import { Appliances } from "./kernel/apply.ts";
import { Failover } from "./kernel/failover.ts";
import { Kernel } from "./kernel/kernel.ts";
import { Network } from "./kernel/network.ts";
import { Uplink } from "./kernel/uplink.ts";
import type { Counters, Devices } from "./programs/devices.ts";
import { defaultsFile } from "./programs/environment.ts";
import { programsOf } from "./programs/programs.ts";
import { hostOf, runCommand } from "./shell/execute.ts";
import type { Host, System } from "./shell/shell-host.ts";
import { Clock } from "./system/clock.ts";
import { Faults } from "./system/faults.ts";
import { FileError, type User } from "./system/file-node.ts";
import { Files } from "./system/files.ts";
import { Hooks } from "./system/hooks.ts";
import { Observed } from "./system/observed.ts";
import { type Link, Processes, type Sink } from "./system/process.ts";
import type { Programs } from "./system/program.ts";
import { type Task, Tasks } from "./system/tasks.ts";
import { type Started, Units } from "./system/units.ts";
import type { Router } from "./wire/router.ts";

export interface MachineOptions {
  readonly version: Version;
  readonly configuration: readonly string[];
  readonly commitSeconds: number;
  readonly rebootSeconds: number;
  readonly secondsPerSecond: number;
}

const bootFile = "/config/config.boot";

export class Machine implements Devices, System, Router {
  readonly commitSeconds: number;
  readonly commitLingers = 20;
  readonly counters: Counters = noCounts();
  readonly escapes: string[] = [];
  readonly transcript: string[] = [];
  readonly journal: string[] = [];
  readonly links = new Set<Link>();
  readonly observed = new Observed();
  readonly processes = new Processes();
  readonly clock: Clock;
  readonly files: Files;
  readonly store: Store;
  readonly sessions = new Map<number, Session>();
  readonly network: Network;
  readonly kernel: Kernel;
  readonly uplink: Uplink;
  readonly failover: Failover;
  readonly applied: Appliances;
  readonly faults: Faults;
  readonly units: Units;
  readonly hooks: Hooks;
  readonly tasks: Tasks;
  readonly programs: Programs;
  readonly host: Host;
  readonly #rebootSeconds: number;
  #boots = 1;
  /** Every SSH connection is reset until then. */
  #shutUntil = 0;

  constructor(options: MachineOptions) {
    const { version } = options;
    this.#rebootSeconds = options.rebootSeconds;
    this.commitSeconds = options.commitSeconds;
    this.clock = new Clock(options.secondsPerSecond);
    this.files = new Files(() => this.clock.wall());
    this.store = new Store(version, this.files);
    this.network = new Network(() => this.uplink.check());
    this.kernel = new Kernel(this.network, this.observed);
    this.uplink = new Uplink(this.kernel, this.network, this.clock);
    this.failover = new Failover(version, this.kernel, this.uplink, this.clock);
    this.applied = new Appliances(version, this.kernel, this.files, () => this.changed());
    const links = () => this.links;
    const network: Network["set"] = (changed) => this.network.set(changed);
    this.faults = new Faults({ reboot: () => this.reboot(), links, network }, this.processes);
    this.units = new Units(this.clock, this.processes, (command, started) => this.#run(command, started));
    this.hooks = new Hooks(this.files, (path, user) => this.#start([path], user));
    this.tasks = new Tasks(
      this.clock,
      () => tasksOf(this.kernel.applied),
      ({ name, command }) =>
        void this.units.add({ name: `cron-${name}`, command, user: "root", collect: true }),
    );
    this.programs = programsOf(this);
    this.host = hostOf(this);
    this.#lay();
    this.store.replace(this.store.treeOf(options.configuration.map((line) => splitLine(line).slice(1))));
    this.kernel.applied = copyTree(this.store.active);
    this.save("plenty");
    this.changed();
  }

  get isShut(): boolean {
    return this.uplink.down || this.clock.now() < this.#shutUntil;
  }

  /** `none`: the disk is full. */
  save(room: "plenty" | "none"): void {
    const text = `${printSaved(this.store.active)}\n\n${trailers[this.store.version]}\n`;
    const fits = room === "plenty";
    this.files.open(bootFile, "root", "replace").write(fits ? text : text.slice(0, text.length / 2));
    if (!fits) throw new FileError("No space left on device");
    this.files.chmod(bootFile, 0o660, "root");
    this.files.chown(bootFile, "root", "vyattacfg", "root");
  }

  savedTree(): TreeNode {
    return this.store.treeOfSaved(this.files.read(bootFile, "root"));
  }

  /** A commit over an empty active configuration takes sshd away for minutes (recorded). */
  shutDoor(): void {
    this.#shutUntil = this.clock.now() + 600;
    for (const link of [...this.links]) link.cut();
  }

  hangUp(link: Link): void {
    for (const process of this.processes.filter((one) => one.link === link)) {
      if (process.lingers === 0) process.end(129);
      else this.clock.after(process.lingers, () => process.end(129));
    }
  }

  /** All that was not saved is gone: connections, processes, timers, /run, and what is running. */
  reboot(): void {
    for (const link of [...this.links]) link.cut();
    for (const process of this.processes.filter()) process.end(137);
    this.sessions.clear();
    this.units.clear();
    this.clock.clear();
    this.files.wipe("/run");
    this.files.wipe("/run/systemd/system");
    this.kernel.clear();
    this.tasks.clear();
    this.failover.clear();
    this.store.locked = undefined;
    const saved = this.savedTree();
    this.store.replace(saved);
    this.kernel.applied = copyTree(saved);
    // Nothing of half a file is read, so nobody listens at the door.
    this.#shutUntil = saved.children.size === 0 ? Number.POSITIVE_INFINITY : 0;
    this.#boots++;
    this.uplink.down = this.#rebootSeconds > 0;
    this.changed();
    if (this.uplink.down) this.clock.after(this.#rebootSeconds, () => this.#up());
    else this.#up();
  }

  #up(): void {
    this.uplink.down = false;
    this.clock.booted = this.clock.now();
    this.changed();
    void this.hooks.booted();
  }

  /** Something of what is applied, or that it boots, is otherwise than before. */
  changed(): void {
    if (!this.uplink.down) {
      this.tasks.read();
      this.failover.read();
    }
    layDhcpClients(this.kernel.applied, this.files);
    this.uplink.check();
  }

  /** What the router runs by itself; what it says goes nowhere, what fails stops nothing. */
  #start(command: readonly string[], user: User, around: Partial<Started> = {}): Promise<number> {
    const unit = around.unit ?? "";
    const write = (text: string): void => {
      for (const line of text.split("\n").filter(Boolean))
        if (unit !== "") this.journal.push(`${unit}: ${line}`);
    };
    const sink: Sink = { kind: "null", write, close: () => {} };
    const fds = new Map([1, 2].map((fd) => [fd, sink]));
    return runCommand(this.host, command, { ...around, user, stdin: "", fds }).catch((error: unknown) => {
      this.escapes.push(`${command.join(" ")}: ${String(error)}`);
      return 1;
    });
  }

  async #run(command: readonly string[], started: Started): Promise<number> {
    const status = await this.#start(command, started.user, started);
    if (status === 203) {
      const [name = ""] = command;
      this.journal.push(`${started.unit}: Failed at step EXEC spawning ${name}: Permission denied`);
    }
    return status;
  }

  #lay(): void {
    const { files, observed } = this;
    files.write("/etc/default/vyatta", defaultsFile, "root");
    files.show("/usr/share/vyos/version.json", 0o644, () => {
      const { version } = observed;
      return `${JSON.stringify({ ...versions[this.store.version], ...(version && { version }) }, null, 4)}\n`;
    });
    files.show("/proc/uptime", 0o444, () => `${this.clock.uptime().toFixed(2)} 0.00\n`);
    files.show("/proc/sys/kernel/random/boot_id", 0o444, () => bootId(this.#boots));
    const counter = "/proc/sys/net/netfilter/nf_conntrack_";
    files.show(`${counter}count`, 0o444, () => `${observed.connections}\n`);
    files.show(`${counter}max`, 0o644, () => `${observed.mostConnections}\n`);
  }
}

const secondsOf: Readonly<Record<string, number>> = { "": 60, m: 60, h: 3600, d: 86_400 };

function tasksOf(applied: TreeNode): Task[] {
  const tag = find(applied, ["system", "task-scheduler", "task"]);
  return [...(tag?.children ?? [])].map(([name, node]) => {
    const value = (word: string) => find(node, ["executable", word])?.values[0];
    // `N`, `Nm`, `Nh` or `Nd`; a crontab-spec is not known here and never runs.
    const interval = /^(\d+)([mhd]?)$/.exec(find(node, ["interval"])?.values[0] ?? "");
    return {
      name,
      everySeconds: Number(interval?.[1] ?? 0) * (secondsOf[interval?.[2] ?? ""] ?? 60),
      command: [value("path") ?? "", ...(value("arguments")?.split(" ") ?? [])],
    };
  });
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
