/**
 * `npm run watch`: the doctor again and again, a line a reading, and, when asked to, the switch of a stack whose line has
 * broken for long. SIGTERM ends it after a change that is under way. It must never print a secret.
 */

import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { UplinkError } from "../errors.ts";
import { projectRoot } from "../providers/find/find.ts";
import { Journal } from "../watch/journal.ts";
import { type Edges, Watch, type WatchEvent } from "../watch/loop.ts";
import { type Route, type Served, serve } from "../watch/serve.ts";
import type { Look, Snapshot } from "../watch/snapshot.ts";
import { statusLine, statusObject } from "../watch/status-line.ts";
import { Webhook } from "../watch/webhook.ts";
import { isUsage } from "./router-target.ts";
import { StackChange } from "./watch-change.ts";
import { RouterLook } from "./watch-look.ts";
import { help, parseWatchOptions, type WatchOptions } from "./watch-options.ts";

/** Bounds one POST of the webhook; and the pauses before it is tried again. */
const webhookTimeoutMs = 5000;
const webhookPausesMs = [1000, 4000];

/** What waits for the webhook at the end is given up after this. */
const farewellMs = 5000;

async function main(): Promise<number> {
  const options = parseWatchOptions(process.argv.slice(2));
  if (options === undefined) {
    process.stdout.write(help);
    return 0;
  }
  const printer = new Printer(options.output);
  const stop = stopOnSignal(printer);
  const router = await RouterLook.open(options.target);
  const say = (line: string): void => printer.log(line);
  const switching = options.loop.switching === "on";
  const stack = switching ? await StackChange.open(options.target.stack, say) : undefined;
  const webhook = webhookOf(options, say);
  const edges: Edges = {
    ...lookAndChange(router, stack, stop, say),
    tell: (event) => {
      printer.event(event);
      webhook?.post(event);
    },
    show: (snapshot) => {
      printer.reading(snapshot);
      void webhook?.flush();
    },
    journal: new Journal(journalFile(stack?.name ?? options.target.stack ?? router.host)),
    now: Date.now,
    pause: (milliseconds) => sleep(milliseconds, undefined, { signal: stop }).catch(() => {}),
    stopping: () => stop.aborted,
  };
  const watch = new Watch(options.loop, edges);
  const servers = await serveAll(options, () => watch.snapshot(), say);
  const last = await watch.run();
  await Promise.race([webhook?.flush(), sleep(farewellMs)]);
  await Promise.all(servers.map(({ close }) => close()));
  return options.loop.rounds === "one" && !stop.aborted ? statusOf(last) : 0;
}

function lookAndChange(
  router: RouterLook,
  stack: StackChange | undefined,
  stop: AbortSignal,
  say: (line: string) => void,
): Pick<Edges, "look" | "change"> {
  const stopped = new Promise<undefined>((resolve) => {
    stop.addEventListener("abort", () => resolve(undefined));
  });
  return {
    // To look changes nothing: it may be left in the middle.
    look: () => Promise.race([router.look(), stopped]),
    change: async (to) => {
      if (stack === undefined) return { done: false, why: "this watch only looks" };
      return stack.to(to, { say, runningUplink: () => router.runningUplink() });
    },
  };
}

/** The first signal is the last: what is under way ends by itself, within the router's own undo time at most. */
function stopOnSignal(printer: Printer): AbortSignal {
  const stop = new AbortController();
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    process.on(signal, () => {
      if (!stop.signal.aborted) printer.log(`${signal}: stopping; a change that is under way ends first`);
      stop.abort();
    });
  }
  return stop.signal;
}

function webhookOf({ webhook }: WatchOptions, report: (line: string) => void): Webhook | undefined {
  if (webhook === undefined) return undefined;
  const pause = (milliseconds: number): Promise<void> => sleep(milliseconds);
  return new Webhook({
    url: webhook,
    timeoutMs: webhookTimeoutMs,
    pausesMs: webhookPausesMs,
    sleep: pause,
    report,
  });
}

async function serveAll(
  { pagePort, metricsPort }: WatchOptions,
  current: () => Snapshot,
  say: (line: string) => void,
): Promise<Served[]> {
  const wanted: { port: number; routes: Route[] }[] = [];
  if (pagePort !== undefined) wanted.push({ port: pagePort, routes: ["/"] });
  const same = wanted.find(({ port }) => port === metricsPort && port !== 0);
  if (same) same.routes.push("/metrics");
  else if (metricsPort !== undefined) wanted.push({ port: metricsPort, routes: ["/metrics"] });
  const served: Served[] = [];
  for (const { port, routes } of wanted) {
    const one = await serve(port, routes, current);
    for (const route of routes) say(`serving http://127.0.0.1:${one.port}${route}`);
    served.push(one);
  }
  return served;
}

/** Beside the state, in the folder that git ignores. */
function journalFile(name: string): string {
  return join(projectRoot, ".pulumi", `watch-${name.replace(/[^A-Za-z0-9._-]/g, "_")}.json`);
}

function statusOf(last: Look | undefined): number {
  if (last === undefined || last.observation.kind === "unreachable") return 3;
  return last.diagnosis.healthy ? 0 : 1;
}

/** On a terminal the status line stays in its place, and what happens goes by above it. */
class Printer {
  readonly #output: WatchOptions["output"];
  readonly #terminal = process.stdout.isTTY === true;
  #status = "";

  constructor(output: WatchOptions["output"]) {
    this.#output = output;
  }

  reading(snapshot: Snapshot): void {
    if (this.#output === "json") this.#json(statusObject(snapshot));
    else this.#line(statusLine(snapshot), "status");
  }

  event(event: WatchEvent): void {
    if (this.#output === "json") this.#json({ kind: "event", ...event });
    else this.#line(`${event.at} ${event.event} [${event.code}] ${event.text}`, "passing");
  }

  log(line: string): void {
    if (this.#output === "json") this.#json({ kind: "log", line });
    else this.#line(line, "passing");
  }

  #json(value: object): void {
    process.stdout.write(`${JSON.stringify(value)}\n`);
  }

  #line(line: string, place: "status" | "passing"): void {
    if (!this.#terminal) {
      process.stdout.write(`${line}\n`);
      return;
    }
    const erase = "\r\u001b[2K";
    const short = (text: string): string => text.slice(0, (process.stdout.columns || 80) - 1);
    if (place === "status") this.#status = short(line);
    process.stdout.write(`${erase}${place === "passing" ? `${line}\n` : ""}${this.#status}`);
  }
}

try {
  // A reading that was left in the middle would hold the process.
  process.exit(await main());
} catch (error) {
  const listening = error instanceof Error && "syscall" in error && error.syscall === "listen";
  if (!isUsage(error) && !(error instanceof UplinkError) && !listening) throw error;
  process.stderr.write(`${error.message}\n${isUsage(error) ? `\n${help}` : ""}`);
  process.exit(2);
}
