/** `systemd-run` and `systemctl`, with systemd's texts. Starting a timer is the step "arm", stopping one "disarm". */

import type { Answer } from "../configuration/session.ts";
import type { Machine } from "../system/machine.ts";
import { guard } from "../system/steps.ts";
import type { Transient } from "../system/units.ts";
import { type Call, done, fail, type Programs, say } from "./program.ts";

export function unitPrograms(machine: Machine): Programs {
  return {
    "systemd-run": (call) => {
      const full = fail("Failed to start transient timer unit: No space left on device");
      return guard(call.process, "arm", full, () => run(machine, call));
    },
    systemctl: (call) => {
      const timer = call.args.includes("stop") && call.args.some((arg) => arg.endsWith(".timer"));
      const refused = fail("Failed to stop timer: Transport endpoint is not connected");
      return timer
        ? guard(call.process, "disarm", refused, () => control(machine, call))
        : control(machine, call);
    },
  };
}

function run({ units }: Machine, { args, user }: Call): Answer {
  const asked = transientOf(args);
  const kind = asked.inSeconds === undefined ? "service" : "timer";
  if (user !== "root")
    return fail(`Failed to start transient ${kind} unit: Interactive authentication required.`);
  if (asked.command.length === 0) return fail("Command line to execute required.");
  if (units.add(asked)) return done;
  const unit = `${asked.name}.${kind}`;
  return fail(
    `Failed to start transient ${kind} unit: Unit ${unit} was already loaded or has a fragment file.`,
  );
}

function transientOf(args: readonly string[]): Transient {
  const options = new Map<string, string>();
  let next = 0;
  for (; args[next]?.startsWith("-"); next++) {
    const [name = "", ...value] = (args[next] as string).split("=");
    const key = name === "--property" || name === "-p" ? `property ${value.shift()}` : name;
    options.set(key, value.join("="));
  }
  const after = options.get("--on-active");
  return {
    name: (options.get("--unit") ?? "run-u1").replace(/\.(timer|service)$/, ""),
    command: args.slice(next),
    user: options.get("--uid") === "vyos" ? "vyos" : "root",
    inSeconds: after === undefined ? undefined : seconds(after),
    collect: options.has("--collect") || options.has("-G"),
    oneshot: (options.get("property Type") ?? options.get("--service-type")) === "oneshot",
  };
}

/** `120`, `120s`, `2m`, `1min`. */
function seconds(text: string): number {
  const found = /^(\d+)\s*(s|sec|m|min|h)?$/.exec(text);
  if (found === null) throw new Error(`Cannot read the time span ${text}`);
  return Number(found[1]) * (found[2]?.startsWith("m") ? 60 : found[2] === "h" ? 3600 : 1);
}

async function control(machine: Machine, { args, user }: Call): Promise<Answer> {
  const { units } = machine;
  const [verb = "", ...names] = args.filter((arg) => !arg.startsWith("-"));
  if (verb === "is-active") {
    const full = names.map((name) => (/\.\w+$/.test(name) ? name : `${name}.service`));
    const states = full.map((name) =>
      name === "dhcp6c@eth1.service" ? machine.observed.dhcpClient : units.state(name),
    );
    const answer =
      args.includes("--quiet") || args.includes("-q") ? "" : states.map((one) => `${one}\n`).join("");
    return { text: answer, status: states.includes("active") ? 0 : 3 };
  }
  if (verb === "list-timers") return say(timers(machine));
  if (verb === "list-units") return say(list(machine, names[0] ?? "*"));
  if (user !== "root") return fail(`Failed to ${verb} ${names[0]}: Interactive authentication required.`);
  if (verb === "daemon-reload") return done;
  let error = "";
  for (const name of names) error += await change(machine, verb, name);
  return error === "" ? done : { text: "", error, status: verb === "stop" || verb === "start" ? 5 : 1 };
}

/** Empty, or systemd's words for what it could not do. */
async function change({ units, network, observed }: Machine, verb: string, name: string): Promise<string> {
  if (verb === "restart" && name.startsWith("dhcp6c@eth1")) {
    observed.dhcpClient = "active";
    network.askForLease();
    return "";
  }
  if (verb === "stop") return units.stop(name) ? "" : `Failed to stop ${name}: Unit ${name} not loaded.\n`;
  if (verb === "reset-failed")
    return units.resetFailed(name)
      ? ""
      : `Failed to reset failed state of unit ${name}: Unit ${name} not loaded.\n`;
  if (verb !== "start") return `Unknown command verb ${verb}.\n`;
  const started = units.start(name);
  if (started === undefined) return `Failed to start ${name}: Unit ${name} not found.\n`;
  const why = `Job for ${name} failed because the control process exited with error code.\n`;
  return (await started) ? "" : why;
}

function timers({ units, clock }: Machine): string {
  const rows = units.rows().filter((row) => row.due !== undefined);
  const lines = rows.map(({ name, due = 0 }) => {
    const left = `${Math.max(0, Math.floor(due - clock.now()))}s left`;
    return `${dateOf(due)} ${left} -    -      ${name} ${name.replace(/timer$/, "service")}\n`;
  });
  const head = "NEXT                        LEFT    LAST PASSED UNIT ACTIVATES\n";
  return `${head}${lines.join("")}\n${lines.length} timers listed.\n`;
}

function dateOf(seconds: number): string {
  const [date = "", time = ""] = new Date(seconds * 1000).toISOString().split("T");
  const day = new Date(seconds * 1000).toUTCString().slice(0, 3);
  return `${day} ${date} ${time.slice(0, 8)} UTC`;
}

/** As with --plain --no-legend: unit, loaded, active, sub, description. */
function list({ units }: Machine, pattern: string): string {
  const wanted = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  return units
    .rows()
    .filter((row) => wanted.test(row.name))
    .map((row) => `${row.name} loaded ${row.active} ${row.sub} ${row.command}\n`)
    .join("");
}
