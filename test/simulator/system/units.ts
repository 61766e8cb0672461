/**
 * systemd of the simulated router: transient timers and services that run scripts of its file system, and the
 * state of the units it always has. Timers need no connection; a reboot ends them all.
 */
import { runScript } from "../shell/execute.ts";
import type { User } from "./files.ts";
import type { Machine } from "./machine.ts";
import { nowhere, type Process } from "./process.ts";

/** What `systemd-run` was asked for. */
export interface Transient {
  /** Without ".timer" or ".service". */
  readonly name: string;
  readonly command: readonly string[];
  readonly user: User;
  /** Undefined: at once. */
  readonly inSeconds: number | undefined;
  /** A failed service is forgotten too. */
  readonly collect: boolean;
  /** `start` waits for the end of the script, and it counts as "activating" until then. */
  readonly oneshot: boolean;
}

interface Unit {
  readonly asked: Transient;
  timer: { readonly due: number; readonly cancel: () => void } | undefined;
  service: "inactive" | "running" | "failed";
  run: Promise<void> | undefined;
}

export interface Row {
  readonly name: string;
  readonly active: string;
  readonly sub: string;
  readonly command: string;
  readonly due?: number;
}

export class Units {
  readonly #machine: Machine;
  readonly #units = new Map<string, Unit>();

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** False: a unit of that name is loaded. */
  add(asked: Transient): boolean {
    if (this.#units.has(asked.name)) return false;
    const unit: Unit = { asked, timer: undefined, service: "inactive", run: undefined };
    this.#units.set(asked.name, unit);
    if (asked.inSeconds === undefined) void this.#start(unit);
    else {
      const { clock } = this.#machine;
      const cancel = clock.after(asked.inSeconds, () => void this.#start(unit));
      unit.timer = { due: clock.now() + asked.inSeconds, cancel };
    }
    return true;
  }

  /** As `is-active` says it: active, activating, inactive or failed. */
  state(name: string): string {
    return this.rows().find((row) => row.name === name)?.active ?? standing[name] ?? "inactive";
  }

  rows(): Row[] {
    return [...this.#units.values()].flatMap(({ asked, timer, service }) => {
      const command = asked.command.join(" ");
      const rows: Row[] = [];
      const running = asked.oneshot ? ["activating", "start"] : ["active", "running"];
      const [active = "", sub = ""] = service === "running" ? running : [service, service];
      if (service !== "inactive") rows.push({ name: `${asked.name}.service`, active, sub, command });
      if (timer !== undefined) {
        const subOfTimer = service === "running" ? "running" : "waiting";
        rows.push({
          name: `${asked.name}.timer`,
          active: "active",
          sub: subOfTimer,
          command,
          due: timer.due,
        });
      }
      return rows;
    });
  }

  /** False: no such unit is loaded. */
  stop(name: string): boolean {
    const [base, kind] = parts(name);
    const unit = this.#units.get(base);
    if (unit === undefined || (kind === "timer" && unit.timer === undefined)) return false;
    if (kind === "timer") {
      unit.timer?.cancel();
      unit.timer = undefined;
    } else {
      for (const process of this.#processes(unit)) process.end();
      unit.service = "inactive";
    }
    this.#forget(unit);
    return true;
  }

  /** Undefined: no such unit. A oneshot service is waited for; the status is its script's end. */
  start(name: string): Promise<boolean> | undefined {
    const [base, kind] = parts(name);
    const unit = this.#units.get(base);
    if (unit === undefined || kind !== "service") return undefined;
    const run = this.#start(unit);
    const good = () => unit.service !== "failed";
    return unit.asked.oneshot ? run.then(good) : Promise.resolve(true);
  }

  resetFailed(name: string): boolean {
    const unit = this.#units.get(parts(name)[0]);
    if (unit?.service !== "failed") return false;
    unit.service = "inactive";
    this.#forget(unit);
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
    const machine = this.#machine;
    unit.service = "running";
    const fds = new Map([1, 2].map((fd) => [fd, nowhere]));
    const { command, user, collect } = unit.asked;
    let status = 203; // systemd's own for a program that it cannot run
    if (machine.files.find(command[0] ?? "")?.kind === "file")
      status = await runScript(machine, command, user, { link: undefined, stdin: "", fds }).catch(
        (error: unknown) => {
          machine.escapes.push(`${command.join(" ")}: ${String(error)}`);
          return 1;
        },
      );
    if (this.#units.get(unit.asked.name) !== unit) return;
    unit.service = status === 0 || collect ? "inactive" : "failed";
    // A transient timer that has elapsed is unloaded as soon as its service has ended.
    if (unit.timer !== undefined && unit.timer.due <= machine.clock.now() + 0.01) unit.timer = undefined;
    this.#forget(unit);
  }

  #forget(unit: Unit): void {
    if (unit.timer === undefined && unit.service === "inactive") this.#units.delete(unit.asked.name);
  }

  #processes(unit: Unit): Process[] {
    const command = unit.asked.command.join(" ");
    return this.#machine.processes.scripts().filter((process) => process.args.endsWith(` ${command}`));
  }
}

const standing: Readonly<Record<string, string>> = {
  "ssh.service": "active",
  "vyos-configd.service": "active",
  "vyos-router.service": "active",
  "dhcp6c@eth1.service": "active",
  "frr.service": "active",
};

/** `x.timer` and `x.service`; a name alone is a service's. */
function parts(name: string): [string, string] {
  const found = /^(.*)\.(timer|service)$/.exec(name);
  return found === null ? [name, "service"] : [found[1] as string, found[2] as string];
}
