/** `systemd-run` and `systemctl`, with systemd's texts. Starting a unit is the step "arm", stopping a timer "disarm". */
import { isDhcpClient } from "../configuration/dhcp-clients.ts";
import { signalOf } from "../system/process.ts";
import { type Answer, type Call, done, fail, type Programs, say } from "../system/program.ts";
import type { Transient } from "../system/units.ts";
import type { Uses } from "./devices.ts";

type Needs = Uses<
  "clock" | "units" | "network" | "observed" | "kernel" | "uplink" | "escapes" | "files" | "reboot"
>;

export function unitPrograms(needs: Needs & Uses<"faults">): Programs {
  const { faults } = needs;
  return {
    "systemd-run": (call) => {
      const full = fail("Failed to start transient timer unit: No space left on device");
      return faults.guard(call.process, "arm", full, () => run(needs, call));
    },
    systemctl: (call) => {
      const timer = call.args.includes("stop") && call.args.some((arg) => arg.endsWith(".timer"));
      const refused = fail("Failed to stop timer: Transport endpoint is not connected");
      return timer
        ? faults.guard(call.process, "disarm", refused, () => control(needs, call))
        : control(needs, call);
    },
  };
}

async function run({ units, escapes }: Needs, { args, user, process }: Call): Promise<Answer> {
  const asked = { ...transientOf(args), ofClient: process.ofClient };
  const kind = asked.inSeconds === undefined ? "service" : "timer";
  if (user !== "root")
    return fail(`Failed to start transient ${kind} unit: Interactive authentication required.`);
  if (asked.command.length === 0) return fail("Command line to execute required.");
  if (asked.unknown.length > 0) {
    escapes.push(`systemd-run ${asked.unknown.join(" ")}`);
    return fail(`Unknown assignment: ${asked.unknown[0]}`);
  }
  // What a timer starts nobody waits for: the router runs it by itself.
  if (units.add(kind === "timer" ? { ...asked, ofClient: false } : asked)) {
    if (!args.includes("--wait")) return done;
    return { text: "", status: await units.ended(asked.name) };
  }
  const unit = `${asked.name}.${kind}`;
  return fail(
    `Failed to start transient ${kind} unit: Unit ${unit} was already loaded or has a fragment file.`,
  );
}

/** Properties that change nothing of what can be seen here. */
const silent = new Set([
  ...["UMask", "OOMScoreAdjust", "Nice", "Environment", "StandardOutput", "StandardError"],
  ...["Description", "WorkingDirectory", "IgnoreSIGPIPE", "TimeoutStartSec", "Restart", "CollectMode"],
]);

function transientOf(args: readonly string[]): Transient & { readonly unknown: readonly string[] } {
  const options = new Map<string, string>();
  const properties = new Map<string, string[]>();
  let next = 0;
  for (; args[next]?.startsWith("-"); next++) {
    const [name = "", ...value] = (args[next] ?? "").split("=");
    if (name !== "--property" && name !== "-p") {
      options.set(name, value.join("="));
      continue;
    }
    const words = name === "-p" && value.length === 0 ? (args[++next] ?? "").split("=") : value;
    const [key = "", ...rest] = words;
    properties.set(key, [...(properties.get(key) ?? []), rest.join("=")]);
  }
  const after = options.get("--on-active");
  const asked = serviceOf(properties, (options.get("--unit") ?? "run-u1").replace(/\.(timer|service)$/, ""));
  return {
    ...asked,
    command: args.slice(next),
    user: options.get("--uid") === "vyos" ? "vyos" : asked.user,
    inSeconds: after === undefined ? undefined : seconds(after),
    collect: options.has("--collect") || options.has("-G"),
    oneshot: asked.oneshot || options.get("--service-type") === "oneshot",
    remain: asked.remain || options.has("--remain-after-exit"),
  };
}

/** Of a unit's file, or of systemd-run's properties. */
function serviceOf(
  properties: ReadonlyMap<string, readonly string[]>,
  name: string,
): Transient & { readonly unknown: readonly string[] } {
  const last = (key: string): string | undefined => properties.get(key)?.at(-1);
  const known = new Set([...silent, "Type", "RemainAfterExit", "ExecStopPost", "KillMode"]);
  for (const key of ["TimeoutStopSec", "SendSIGKILL", "RuntimeMaxSec", "User", "Group", "ExecStart"])
    known.add(key);
  return {
    name,
    command: wordsOf(last("ExecStart") ?? ""),
    user: last("User") === "vyos" ? "vyos" : "root",
    oneshot: last("Type") === "oneshot",
    remain: last("RemainAfterExit") === "yes",
    stopPost: (properties.get("ExecStopPost") ?? []).map(wordsOf),
    stopSeconds: seconds(last("TimeoutStopSec") ?? "90"),
    sendSigkill: last("SendSIGKILL") !== "no",
    killMode: (["mixed", "process"] as const).find((mode) => mode === last("KillMode")) ?? "control-group",
    mostSeconds: seconds(last("RuntimeMaxSec") ?? "infinity"),
    unknown: [...properties.keys()].filter((key) => !known.has(key)),
  };
}

/** Quotes group (systemd.syntax(7)). */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    (found) => found[1] ?? found[2] ?? found[3] ?? "",
  );
}

/** `120`, `120s`, `2m`, `1min`, `infinity`. */
function seconds(text: string): number {
  if (text === "infinity") return Number.POSITIVE_INFINITY;
  const found = /^(\d+)\s*(s|sec|m|min|h)?$/.exec(text);
  if (found === null) throw new Error(`Cannot read the time span ${text}`);
  return Number(found[1]) * (found[2]?.startsWith("m") ? 60 : found[2] === "h" ? 3600 : 1);
}

const withKind = (name: string): string => (/\.\w+$/.test(name) ? name : `${name}.service`);

async function control(needs: Needs, { args, user }: Call): Promise<Answer> {
  const { units, observed } = needs;
  const options = args.filter((arg) => arg.startsWith("-"));
  const plain = args.filter((arg, index) => !arg.startsWith("-") && args[index - 1] !== "-p");
  const [verb = "", ...names] = plain;
  if (verb === "is-active" || verb === "is-failed") {
    const states = names
      .map(withKind)
      .map((name) => (name === "dhcp6c@eth1.service" ? observed.dhcpClient : units.state(name)));
    const quiet = options.includes("--quiet") || options.includes("-q");
    const good = verb === "is-active" ? "active" : "failed";
    const text = quiet ? "" : states.map((one) => `${one}\n`).join("");
    return { text, status: states.includes(good) ? 0 : verb === "is-active" ? 3 : 1 };
  }
  if (verb === "show") return say(names.map((name) => shown(needs, args, withKind(name))).join("\n"));
  if (verb === "list-timers") return say(timers(needs));
  if (verb === "list-units") return say(list(needs, names[0] ?? "*"));
  if (user !== "root") return fail(`Failed to ${verb} ${names[0]}: Interactive authentication required.`);
  if (verb === "daemon-reload") return done;
  if (verb === "reboot") {
    needs.reboot();
    return done;
  }
  let error = "";
  for (const name of names) error += await change(needs, verb, name, options);
  return error === "" ? done : { text: "", error, status: verb === "stop" || verb === "start" ? 5 : 1 };
}

/** `-p A,B`, `-p A -p B`, `--property=A`; `--value` leaves the names out. */
function shown({ units }: Needs, args: readonly string[], name: string): string {
  const wanted = args.flatMap((arg, index) => {
    const found = /^(?:--property=|-p)(.+)$/.exec(arg)?.[1];
    return (found ?? (args[index - 1] === "-p" ? arg : undefined))?.split(",") ?? [];
  });
  const all = Object.entries(units.properties(name));
  return all
    .filter(([key]) => wanted.length === 0 || wanted.includes(key))
    .map(([key, value]) => (args.includes("--value") ? `${value}\n` : `${key}=${value}\n`))
    .join("");
}

/** A unit whose file somebody laid is known as soon as it is started; once more needs no new reading. */
function loadFile({ units, files }: Needs, name: string): void {
  const path = ["/run/systemd/system", "/etc/systemd/system"].map((folder) => `${folder}/${name}`);
  const found = path.find((one) => files.find(one) !== undefined);
  if (found === undefined) return;
  const properties = new Map<string, string[]>();
  for (const line of files.read(found, "root").split("\n")) {
    const [key = "", ...value] = line.split("=");
    if (value.length > 0) properties.set(key, [...(properties.get(key) ?? []), value.join("=")]);
  }
  units.load(serviceOf(properties, name.replace(/\.service$/, "")));
}

/** Empty, or systemd's words for what it could not do. */
async function change(needs: Needs, verb: string, name: string, options: readonly string[]): Promise<string> {
  const { units, files, network, observed, kernel, uplink } = needs;
  // ConditionPathExists (vyos-1x: src/systemd/dhcp6c@.service): without it the start is skipped, with status 0.
  const client = /^dhcp6c@(.+?)(?:\.service)?$/.exec(name)?.[1];
  if (verb === "restart" && client !== undefined) {
    if (!isDhcpClient(files, client)) return "";
    observed.dhcpClient = "active";
    network.askForLease();
    return "";
  }
  if (verb === "restart" && /^frr(\.service)?$/.test(name)) {
    kernel.frrForgot = true;
    uplink.check();
    return "";
  }
  const notLoaded = `Unit ${name} not loaded.\n`;
  if (verb === "stop") {
    const stopping = units.stop(name);
    if (stopping !== undefined && !options.includes("--no-block")) await stopping;
    return stopping === undefined ? `Failed to stop ${name}: ${notLoaded}` : "";
  }
  if (verb === "kill") {
    const signal = options.map((one) => /^(?:--signal=|-s)(.+)$/.exec(one)?.[1]).find(Boolean);
    const whom = options.some((one) => /^--kill-whom?=main$/.test(one)) ? "main" : "all";
    return units.kill(name, signalOf(signal ?? "TERM") ?? "TERM", whom)
      ? ""
      : `Failed to kill unit ${name}: ${notLoaded}`;
  }
  if (verb === "reset-failed")
    return units.resetFailed(name) ? "" : `Failed to reset failed state of unit ${name}: ${notLoaded}`;
  if (verb !== "start") return `Unknown command verb ${verb}.\n`;
  if (units.state(name) === "inactive") loadFile(needs, withKind(name));
  const started = units.start(name);
  if (options.includes("--no-block")) return "";
  if (started === undefined) return `Failed to start ${name}: Unit ${name} not found.\n`;
  const why = `Job for ${name} failed because the control process exited with error code.\n`;
  return (await started) ? "" : why;
}

function timers({ units, clock }: Needs): string {
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
function list({ units }: Needs, pattern: string): string {
  const wanted = new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`);
  return units
    .rows()
    .filter((row) => wanted.test(row.name))
    .map((row) => `${row.name} loaded ${row.active} ${row.sub} ${row.command}\n`)
    .join("");
}
