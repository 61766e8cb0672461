/** The command line of the watch, parsed. */

import { parseArgs } from "node:util";
import { InvalidValue } from "../errors.ts";
import { parseWhole } from "../vyos/values.ts";
import type { LoopSettings } from "../watch/loop.ts";
import { type TargetValues, targetHelp, targetOptions } from "./router-target.ts";

const standardPagePort = 8460;

export const help = `Usage: npm run watch -- [--stack S] [--every SECONDS] [--json] [--page [PORT]] [--metrics-port PORT] [--webhook URL]
       npm run watch -- --switch [--fail-minutes N] [--health-minutes N] [--daily-limit N] ...
       npm run watch -- --host H --host-key SHA256:... [--port P] [--user U] [--key FILE] ...

  Reads the router again and again, as the doctor does, and prints one line a reading. With --switch it also moves the
  stack to wxr when IPv4 by mape fails for long, and back when the border relay has answered for long. Each switch is an
  up like any other: the router undoes by itself what does not carry.

  --every SECONDS       from one reading to the next; default 60
  --once                one reading, then end
  --json                JSON lines: readings, events, and what the engine says
  --switch              move the uplink; without it the watch only looks
  --fail-minutes N      IPv4 must have failed so long before a switch, and anything wrong before an alert; default 3
  --health-minutes N    the border relay must have answered so long before the way back; default 30
  --daily-limit N       attempts to switch in any 24 hours, both ways together; default 6. The last one is kept for the
                        way to wxr
  --page [PORT]         a status page on 127.0.0.1; default port ${standardPagePort}
  --metrics-port PORT   Prometheus text on 127.0.0.1, at /metrics
  --webhook URL         each event as JSON by POST; VYOS_UPLINK_WEBHOOK keeps it out of the list of processes
${targetHelp}

Exit status: 0 ended by SIGTERM or SIGINT, after a change that was under way came to its end; 2 wrong usage or
configuration. With --once: 0 healthy, 1 something is wrong, 3 the router was not reached.
`;

const options = {
  ...targetOptions,
  every: { type: "string" },
  once: { type: "boolean" },
  json: { type: "boolean" },
  switch: { type: "boolean" },
  "fail-minutes": { type: "string" },
  "health-minutes": { type: "string" },
  "daily-limit": { type: "string" },
  page: { type: "string" },
  "metrics-port": { type: "string" },
  webhook: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

export interface WatchOptions {
  readonly target: TargetValues;
  readonly loop: LoopSettings;
  readonly output: "lines" | "json";
  /** 0 takes any free port. */
  readonly pagePort: number | undefined;
  readonly metricsPort: number | undefined;
  readonly webhook: string | undefined;
}

/** Undefined: help is asked for. */
export function parseWatchOptions(args: readonly string[]): WatchOptions | undefined {
  const { values } = parseArgs({ args: withPagePort(args), options });
  if (values.help) return undefined;
  const switching = values.switch ? "on" : "off";
  if (switching === "on" && values.host !== undefined && values.stack === undefined) {
    const reason = "has no stack that could be switched";
    throw new InvalidValue("--switch", values.host, reason, "give --stack instead of --host");
  }
  return {
    target: values,
    loop: {
      everySeconds: amount("--every", values.every, 60, 86_400),
      failMinutes: amount("--fail-minutes", values["fail-minutes"], 3, 1440),
      healthMinutes: amount("--health-minutes", values["health-minutes"], 30, 10_080),
      dailyLimit: parseWhole("--daily-limit", values["daily-limit"] ?? 6, 1, 100),
      switching,
      rounds: values.once ? "one" : "endless",
    },
    output: values.json ? "json" : "lines",
    pagePort: portOf("--page", values.page),
    metricsPort: portOf("--metrics-port", values["metrics-port"]),
    webhook: parseWebhook(values.webhook ?? (process.env.VYOS_UPLINK_WEBHOOK || undefined)),
  };
}

/** parseArgs knows no option whose value may be left out. */
function withPagePort(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => {
    const number = /^[0-9]+$/;
    if (arg === "--page") return number.test(args[index + 1] ?? "") ? [arg] : [`--page=${standardPagePort}`];
    return [arg];
  });
}

function amount(field: string, text: string | undefined, standard: number, most: number): number {
  if (text === undefined) return standard;
  const value = /^[0-9]+(?:\.[0-9]+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= most) return value;
  throw new InvalidValue(field, text, "is out of range", `write a number above 0, at most ${most}`);
}

function portOf(field: string, text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseWhole(field, text, 0, 65_535);
}

/** The address may be a secret, so a refusal does not repeat it. */
function parseWebhook(text: string | undefined): string | undefined {
  if (text === undefined || /^https?:$/.test(URL.parse(text)?.protocol ?? "")) return text;
  throw new InvalidValue("--webhook", "(not shown)", "is no address", "write https://host/path");
}
