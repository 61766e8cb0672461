/** `npm run watch`: the doctor again and again, a line a reading, with a status page and metrics. It changes nothing. */

import { setTimeout as sleep } from "node:timers/promises";
import { InvalidValue } from "../errors.ts";
import { parseWhole } from "../vyos/values.ts";
import { Watch } from "../watch/loop.ts";
import { type Route, type Served, serve } from "../watch/serve.ts";
import type { Look, Snapshot } from "../watch/snapshot.ts";
import { statusLine, statusObject } from "../watch/status-line.ts";
import { enter, exitStatus, print } from "./front-door.ts";
import { targetHelp, targetOptions } from "./router-target.ts";
import { RouterLook } from "./watch-look.ts";

const standardPagePort = 8460;

const help = `Usage: npm run watch -- [--stack S] [--every SECONDS] [--json] [--page [PORT]] [--metrics-port PORT]
       npm run watch -- --host H --host-key SHA256:... [--port P] [--user U] [--key FILE] ...

  Reads the router again and again, as the doctor does, and prints one line a reading. What goes round a broken line is
  the router's own failover (pulumi config set failover wxr); who is to be told is said to Prometheus: examples/alerts.yaml.

  --every SECONDS       from one reading to the next; default 60
  --once                one reading, then end
  --json                JSON lines
  --page [PORT]         a status page on 127.0.0.1; default port ${standardPagePort}
  --metrics-port PORT   Prometheus text on 127.0.0.1, at /metrics
${targetHelp}

Exit status: 0 ended by SIGTERM or SIGINT, 2 wrong usage or configuration. With --once: 0 healthy, 1 something is wrong,
3 the router was not reached.
`;

const text = { type: "string" } as const;

process.argv = withPagePort(process.argv);
await enter({
  help,
  options: { ...targetOptions, every: text, once: { type: "boolean" }, page: text, "metrics-port": text },
  main: async ({ json, once = false, every, page, "metrics-port": metrics, ...values }) => {
    const everySeconds = secondsOf(every);
    const wanted: readonly [Route, number | undefined][] = [
      ["/", portOf("--page", page)],
      ["/metrics", portOf("--metrics-port", metrics)],
    ];
    const say = (line: string): void => print(json ? JSON.stringify({ kind: "log", line }) : line);
    const stop = stopOnSignal();
    const stopped = new Promise<undefined>((resolve) => {
      stop.addEventListener("abort", () => resolve(undefined));
    });
    const router = await RouterLook.open(values);
    const watch = new Watch(
      { everySeconds, rounds: once ? "one" : "endless" },
      {
        look: () => Promise.race([router.look(), stopped]),
        show: (snapshot) => show(snapshot, json ? "json" : "line"),
        now: Date.now,
        pause: (milliseconds) => sleep(milliseconds, undefined, { signal: stop }).catch(() => {}),
        stopping: () => stop.aborted,
      },
    );
    const servers = await serveAll(wanted, () => watch.snapshot(), say);
    const last = await watch.run();
    await Promise.all(servers.map(({ close }) => close()));
    // A reading that was left in the middle would hold the process.
    if (stop.aborted) process.exit(exitStatus.done);
    return once ? statusOf(last) : exitStatus.done;
  },
});

/** parseArgs knows no option whose value may be left out. */
function withPagePort(args: readonly string[]): string[] {
  return args.map((arg, index) =>
    arg === "--page" && !/^[0-9]+$/.test(args[index + 1] ?? "") ? `--page=${standardPagePort}` : arg,
  );
}

function secondsOf(given: string | undefined): number {
  const seconds = given === undefined ? 60 : /^[0-9]+(?:\.[0-9]+)?$/.test(given) ? Number(given) : 0;
  if (seconds > 0 && seconds <= 86_400) return seconds;
  throw new InvalidValue("--every", given ?? "", "is out of range", "write seconds above 0, at most 86400");
}

/** 0 takes any free port. */
function portOf(field: string, given: string | undefined): number | undefined {
  return given === undefined ? undefined : parseWhole(field, given, 0, 65_535);
}

function stopOnSignal(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop.abort());
  return stop.signal;
}

/** Page and metrics on one port when the same is given for both. */
async function serveAll(
  wanted: readonly (readonly [Route, number | undefined])[],
  current: () => Snapshot,
  say: (line: string) => void,
): Promise<Served[]> {
  const byPort = Map.groupBy(wanted, ([route, port]) => (port === 0 ? route : port));
  const served: Served[] = [];
  for (const routes of byPort.values()) {
    const port = routes[0]?.[1];
    if (port === undefined) continue;
    const one = await serve(
      port,
      routes.map(([route]) => route),
      current,
    );
    for (const [route] of routes) say(`serving http://127.0.0.1:${one.port}${route}`);
    served.push(one);
  }
  return served;
}

/** On a terminal the status line stays in its place. */
function show(snapshot: Snapshot, form: "json" | "line"): void {
  if (form === "json") print(JSON.stringify(statusObject(snapshot)));
  else if (process.stdout.isTTY !== true) print(statusLine(snapshot));
  else
    process.stdout.write(`\r\u001b[2K${statusLine(snapshot).slice(0, (process.stdout.columns || 80) - 1)}`);
}

function statusOf(last: Look | undefined): number {
  if (last === undefined || last.observation.kind === "unreachable") return exitStatus.unreached;
  return last.diagnosis.healthy ? exitStatus.done : exitStatus.wrong;
}
