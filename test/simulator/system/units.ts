/**
 * systemd of the simulated router: transient timers and services, and the state of the units it always has. They need no
 * connection; a reboot ends them all. A service's processes end with it, and what is to run after it always runs.
 */
import type { Clock } from "./clock.ts";
import type { User } from "./file-node.ts";
import type { Processes, Signal } from "./process.ts";

/** What `systemd-run` was asked for. */
export interface Transient {
  /** Without ".timer" or ".service". */
  readonly name: string;
  readonly command: readonly string[];
  readonly user: User;
  /** Undefined: at once. */
  readonly inSeconds?: number | undefined;
  /** A failed service is forgotten too. */
  readonly collect?: boolean;
  /** `start` waits for the end of the script, and it counts as "activating" until then. */
  readonly oneshot?: boolean;
  /** Counts as active after its end, until it is stopped. */
  readonly remain?: boolean;
  /** ExecStopPost: each runs after the end, however that came. */
  readonly stopPost?: readonly (readonly string[])[];
  /** How long a stop waits before SIGKILL. */
  readonly stopSeconds?: number;
  readonly sendSigkill?: boolean;
  /** Whom SIGTERM is for: all of the service, or its first process (systemd.kill(5)). */
  readonly killMode?: "control-group" | "mixed" | "process";
  /** SIGTERM after that long. */
  readonly mostSeconds?: number;
  /** Its steps are those of a client's run. */
  readonly ofClient?: boolean;
}

export interface Started {
  readonly user: User;
  readonly unit: string;
  readonly ofClient: boolean;
  readonly environment: Readonly<Record<string, string>>;
}
/** Runs a command line to its end; 203 when it cannot be executed. */
export type Runner = (command: readonly string[], around: Started) => Promise<number>;

interface Unit {
  readonly asked: Transient;
  timer: { readonly due: number; readonly cancel: () => void } | undefined;
  active: "inactive" | "activating" | "active" | "deactivating" | "failed";
  sub: string;
  result: "success" | "exit-code" | "signal" | "timeout";
  status: number;
  run: Promise<void> | undefined;
}

export interface Row {
  readonly name: string;
  readonly active: string;
  readonly sub: string;
  readonly command: string;
  readonly due?: number;
}

/** DefaultTimeoutStopSec. */
const usualStopSeconds = 90;

export class Units {
  readonly #clock: Clock;
  readonly #processes: Processes;
  readonly #runner: Runner;
  readonly #units = new Map<string, Unit>();

  constructor(clock: Clock, processes: Processes, runner: Runner) {
    this.#clock = clock;
    this.#processes = processes;
    this.#runner = runner;
  }

  /** False: a unit of that name is loaded. */
  add(asked: Transient): boolean {
    if (this.#units.has(asked.name)) return false;
    this.load(asked);
    const unit = this.#units.get(asked.name);
    if (unit === undefined) return false;
    if (asked.inSeconds === undefined) void this.#start(unit);
    else {
      const cancel = this.#clock.after(asked.inSeconds, () => void this.#start(unit));
      unit.timer = { due: this.#clock.now() + asked.inSeconds, cancel };
    }
    return true;
  }

  /** Known, and not started. */
  load(asked: Transient): void {
    if (this.#units.has(asked.name)) return;
    const idle = { active: "inactive", sub: "dead", result: "success", status: 0 } as const;
    this.#units.set(asked.name, { asked, timer: undefined, run: undefined, ...idle });
  }

  /** The status of its command, when it has ended and what comes after it has run. */
  async ended(name: string): Promise<number> {
    const unit = this.#units.get(name);
    await unit?.run;
    return unit?.status ?? 0;
  }

  /** As `is-active` says it. */
  state(name: string): string {
    return this.rows().find((row) => row.name === name)?.active ?? standing[name] ?? "inactive";
  }

  /** What `systemctl show` has of a service. */
  properties(name: string): Readonly<Record<string, string>> {
    const [base, kind] = parts(name);
    const unit = this.#units.get(base);
    const row = this.rows().find((one) => one.name === name);
    const main = this.#processes.filter((process) => process.unit === `${base}.service`)[0];
    const known = unit !== undefined && (kind === "service" || unit.timer !== undefined);
    const killed = unit?.result === "signal" || unit?.result === "timeout";
    return {
      Id: name,
      LoadState: known || standing[name] !== undefined ? "loaded" : "not-found",
      ActiveState: row?.active ?? standing[name] ?? "inactive",
      SubState: row?.sub ?? "dead",
      Result: unit?.result ?? "success",
      ExecMainStatus: String(unit === undefined ? 0 : killed ? unit.status - 128 : unit.status),
      ExecMainCode: unit === undefined || unit.active === "active" ? "0" : killed ? "2" : "1",
      MainPID: String(main?.pid ?? 0),
    };
  }

  rows(): Row[] {
    return [...this.#units.values()].flatMap(({ asked, timer, active, sub }) => {
      const command = asked.command.join(" ");
      const rows: Row[] = [];
      if (active !== "inactive") rows.push({ name: `${asked.name}.service`, active, sub, command });
      if (timer !== undefined) {
        const state = { active: "active", sub: active === "inactive" ? "waiting" : "running" };
        rows.push({ name: `${asked.name}.timer`, ...state, command, due: timer.due });
      }
      return rows;
    });
  }

  /** Undefined: no such unit is loaded. Resolved when it has stopped, and what comes after it has run. */
  stop(name: string): Promise<void> | undefined {
    const [base, kind] = parts(name);
    const unit = this.#units.get(base);
    if (unit === undefined || (kind === "timer" && unit.timer === undefined)) return undefined;
    if (kind === "timer") {
      unit.timer?.cancel();
      unit.timer = undefined;
      this.#forget(unit);
      return Promise.resolve();
    }
    if (unit.run === undefined && unit.active === "active") return this.#after(unit);
    if (unit.run !== undefined) this.#terminate(unit);
    return unit.run ?? Promise.resolve();
  }

  /** False: no such service, or nothing of it runs. */
  kill(name: string, signal: Signal, whom: "all" | "main" = "all"): boolean {
    const unit = this.#units.get(parts(name)[0]);
    if (unit?.run === undefined) return false;
    this.#signal(unit, signal, whom);
    return true;
  }

  #signal({ asked }: Unit, signal: Signal, whom: "all" | "main"): void {
    const service = `${asked.name}.service`;
    if (whom === "all") this.#processes.signal(service, signal);
    else this.#processes.filter((one) => one.unit === service)[0]?.signal(signal);
  }

  /** Undefined: no such unit. A oneshot service is waited for; the status is its script's end. */
  start(name: string): Promise<boolean> | undefined {
    const [base, kind] = parts(name);
    const unit = this.#units.get(base);
    if (unit === undefined || kind !== "service") return undefined;
    if (unit.active === "active") return Promise.resolve(true);
    const run = this.#start(unit);
    return unit.asked.oneshot ? run.then(() => unit.result === "success") : Promise.resolve(true);
  }

  resetFailed(name: string): boolean {
    const unit = this.#units.get(parts(name)[0]);
    if (unit?.active !== "failed") return false;
    this.#settle(unit, "inactive", "dead");
    return true;
  }

  /** A reboot. */
  clear(): void {
    this.#units.clear();
  }

  #start(unit: Unit): Promise<void> {
    unit.run ??= this.#run(unit).finally(() => {
      unit.run = undefined;
    });
    return unit.run;
  }

  async #run(unit: Unit): Promise<void> {
    const { asked } = unit;
    Object.assign(unit, { result: "success", status: 0 });
    [unit.active, unit.sub] = asked.oneshot ? ["activating", "start"] : ["active", "running"];
    const late = this.#clock.after(asked.mostSeconds ?? Number.POSITIVE_INFINITY, () => {
      unit.result = "timeout";
      this.#terminate(unit);
    });
    unit.status = await this.#execute(unit, asked.command);
    late();
    if (this.#units.get(asked.name) !== unit) return; // a reboot
    // A client's SIGTERM is no failure (systemd.service(5), SuccessExitStatus).
    const clean = unit.status === 0 || unit.status === 143 || unit.status === 129;
    if (unit.result === "success" && !clean) unit.result = isKilled(unit.status) ? "signal" : "exit-code";
    // A transient timer that has elapsed is unloaded as soon as its service has ended.
    if (unit.timer !== undefined && unit.timer.due <= this.#clock.now() + 0.01) unit.timer = undefined;
    if (asked.remain && unit.result === "success") [unit.active, unit.sub] = ["active", "exited"];
    else await this.#after(unit);
  }

  /** What is left of its processes goes; then what is to run after it runs. */
  async #after(unit: Unit): Promise<void> {
    const { asked, result, status } = unit;
    [unit.active, unit.sub] = ["deactivating", "stop-post"];
    const { killMode = "control-group", sendSigkill = true } = asked;
    if (killMode === "control-group") this.#signal(unit, "TERM", "all");
    if (killMode !== "process" && sendSigkill) this.#signal(unit, "KILL", "all");
    const environment = {
      SERVICE_RESULT: result,
      EXIT_CODE: isKilled(status) ? "killed" : "exited",
      EXIT_STATUS: isKilled(status) ? (signalNames[status - 128] ?? "") : String(status),
    };
    for (const command of asked.stopPost ?? []) {
      const late = this.#clock.after(asked.stopSeconds ?? usualStopSeconds, () => this.#terminate(unit));
      await this.#execute(unit, command, environment);
      late();
      if (this.#units.get(asked.name) !== unit) return;
    }
    if (unit.result === "success" || asked.collect) this.#settle(unit, "inactive", "dead");
    else this.#settle(unit, "failed", "failed");
  }

  #execute(unit: Unit, command: readonly string[], environment = {}): Promise<number> {
    const { name, user, ofClient = false } = unit.asked;
    return this.#runner(command, { user, unit: `${name}.service`, ofClient, environment });
  }

  /** SIGTERM, and SIGKILL for what has not ended in time. */
  #terminate(unit: Unit): void {
    const { stopSeconds = usualStopSeconds, sendSigkill = true, killMode = "control-group" } = unit.asked;
    const [sub, run] = [unit.sub, unit.run];
    if (sub !== "stop-post") [unit.active, unit.sub] = ["deactivating", "stop-sigterm"];
    this.#signal(unit, "TERM", killMode === "control-group" ? "all" : "main");
    this.#clock.after(stopSeconds, () => {
      if (sendSigkill && unit.run === run)
        this.#signal(unit, "KILL", killMode === "process" ? "main" : "all");
    });
  }

  #settle(unit: Unit, active: Unit["active"], sub: string): void {
    [unit.active, unit.sub] = [active, sub];
    this.#forget(unit);
  }

  #forget(unit: Unit): void {
    if (unit.timer === undefined && unit.active === "inactive") this.#units.delete(unit.asked.name);
  }
}

const signalNames: Readonly<Record<number, string>> = { 1: "HUP", 2: "INT", 9: "KILL", 15: "TERM" };

/** 203 and its like are statuses of systemd's own. */
const isKilled = (status: number): boolean => signalNames[status - 128] !== undefined;

const standing: Readonly<Record<string, string>> = {
  "ssh.service": "active",
  "vyos-configd.service": "active",
  "vyos-router.service": "active",
  "frr.service": "active",
};

/** `x.timer` and `x.service`; a name alone is a service's. */
function parts(name: string): [string, string] {
  const found = /^(.*)\.(timer|service)$/.exec(name);
  return found === null ? [name, "service"] : [found[1] ?? "", found[2] ?? ""];
}
