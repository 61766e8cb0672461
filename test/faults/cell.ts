/**
 * One cell of the fault matrix: a switch to mape in which one thing goes wrong, and what must hold after each of them.
 * Everything is counted from what the router holds, nothing from what was said, but for whether what was said is true.
 */

import { switchOperations } from "../../research/bench/change.ts";
import { OperationFailed } from "../../router/change/operation.ts";
import { Router } from "../../router/router.ts";
import { Session } from "../../router/wire/session.ts";
import { SshTransport } from "../../router/wire/ssh.ts";
import { routerSettings } from "../router/lab.ts";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { type Around, type Cell, neighbour, plant } from "./cells.ts";

export interface CellResult {
  /** What the router held when the dust had settled. */
  readonly after: "old" | "new" | "neither";
  /** What is saved is the new one, and nobody has said that it is good. */
  readonly unverifiedSaves: number;
  /** The next run, with nothing done by hand, and then the withdrawal of all of it. */
  readonly nextRun: "ok" | "failed";
  /** What was said of the change is not what the router holds, or the journal is left behind. */
  readonly stateDisagreements: number;
  /** The kernel carries IPv4 otherwise than the configuration says. */
  readonly kernelDisagreements: number;
  readonly neighbourWorkLost: number;
  /** Simulated seconds, the longest stretch: of the router's own IPv4, and of the LAN's. */
  readonly outageSeconds: number;
  readonly lanOutageSeconds: number;
  /** "" or what went wrong, for the reader of the table. */
  readonly trouble: string;
}

const undoAfterSeconds = 75;
const pace = 25;

export async function runCell(cell: Cell): Promise<CellResult> {
  const simulator = await startSimulator({ commitSeconds: 6, secondsPerSecond: pace });
  const old = simulator.shown();
  const connect = routerSettings(simulator, {
    commandTimeoutSeconds: 4,
    undoAfterSeconds,
    quietMilliseconds: 5,
    lockWaitSeconds: 60,
  });
  const first = new Router(connect);
  const around: Around = {
    kill: () => void first.close(),
    interrupt: () => first.interrupt(),
    login: () => void login(simulator),
  };
  try {
    plant(simulator, cell, around);
    const said = await Promise.race([submit(first, "declare"), later(9000)]);
    await first.close();
    await simulator.advance(undoAfterSeconds + 30);
    const [outageSeconds, lanOutageSeconds] = [
      simulator.longestOutageSeconds("router"),
      simulator.longestOutageSeconds("lan"),
    ];
    const after = whichOf(simulator, old);
    const kernel = kernelAgrees(simulator, after) ? 0 : 1;
    const had = simulator.transcript().length > 0 && cell.fault === "a neighbour commits";
    const lost = had && reached(simulator) && !holds(simulator, neighbour) ? 1 : 0;
    const savedNew = simulator.saved().some((line) => line.includes("tunnel tun0"));
    const untrue = (said === "done" && after !== "new") || (said === "undone" && after !== "old") ? 1 : 0;
    // It may die after the verdict.
    const answered = simulator.network.internetBehindRelay || cell.step === "save";
    const verified = answered && simulator.transcript().some(saysKeep);
    const unverifiedSaves = savedNew && !verified ? 1 : 0;
    const { ok, words } = await nextRuns(simulator, connect);
    const left = simulator.files.read("/config/vyos-uplink/journal.json") === undefined ? 0 : 1;
    return {
      after,
      unverifiedSaves,
      nextRun: ok ? "ok" : "failed",
      stateDisagreements: untrue + left,
      kernelDisagreements: kernel,
      neighbourWorkLost: lost,
      ...{ outageSeconds, lanOutageSeconds },
      trouble: `said ${said}; ${words}; ${simulator.explain()}; ${simulator.escapes.join(" ")}`,
    };
  } finally {
    await first.close();
    await simulator.stop();
  }
}

type Said = "done" | "undone" | "not saved" | "gone" | "nothing certain";

/** All of them together, as the engine hands them over. */
async function submit(router: Router, verb: "declare" | "withdraw"): Promise<Said> {
  const operations = switchOperations().map((one) => ({ ...one, verb, stack: "test/faults" }));
  const settled = await Promise.allSettled(operations.map((one) => router.submit(one)));
  const errors = settled.flatMap((one) => (one.status === "rejected" ? [one.reason as unknown] : []));
  lastWords = errors.map((error) => (error instanceof Error ? error.message.split("\n")[0] : ""))[0] ?? "";
  if (errors.length === 0) return "done";
  const reason = errors[0] instanceof OperationFailed ? errors[0].reason : errors[0];
  const code = reason instanceof Error && "code" in reason ? String(reason.code) : "";
  if (code === "NOT_SAVED") return "not saved";
  return /UNKNOWN|UNREACHABLE|TIMED_OUT|GARBLED|INTERRUPTED/.test(code) ? "nothing certain" : "undone";
}
let lastWords = "";

/** The world is well again: the next up brings the switch, and giving all of it up brings back what was. */
async function nextRuns(
  simulator: Simulator,
  settings: Parameters<typeof routerSettings>[1] & ConstructorParameters<typeof Router>[0],
): Promise<{ ok: boolean; words: string }> {
  Object.assign(simulator.network, { internetBehindRelay: true, relayAnswers: true, leasePresent: true });
  // What is left of faults at the login is used up.
  for (let tries = 0; tries < 20 && !(await login(simulator)); tries += 1);
  const words: string[] = [];
  for (const verb of ["declare", "withdraw"] as const) {
    const router = new Router({ ...settings, allowUnsavedWork: true });
    let said = await Promise.race([submit(router, verb), later(30_000)]);
    // A disk that was to be full at the first save has not seen one before.
    if (said === "not saved") said = await Promise.race([submit(router, verb), later(30_000)]);
    await router.close();
    words.push(`${verb} ${said} ${lastWords}`);
    if (said !== "done") return { ok: false, words: words.join("; ") };
    const tunnel = holds(simulator, "tunnel tun0");
    const saved = simulator.saved().join() === simulator.running().join();
    if (tunnel !== (verb === "declare") || !saved) return { ok: false, words: `${words.join("; ")}: not so` };
  }
  return { ok: simulator.escapes.length === 0, words: words.join("; ") };
}

const holds = (simulator: Simulator, part: string): boolean =>
  simulator.running().some((line) => line.includes(part));

/** Byte for byte, but for a neighbour's interface. */
function whichOf(simulator: Simulator, old: string): CellResult["after"] {
  const own = simulator.shown().replace(/ {4}dummy dum7 \{\n[^}]*\}\n/, "");
  if (own === old) return "old";
  const all = ["tunnel tun0 remote", "0.0.0.0/0 interface tun0", "nat source rule 1000", "route6 ::/0"];
  return all.every((part) => holds(simulator, part)) ? "new" : "neither";
}

function kernelAgrees(simulator: Simulator, after: CellResult["after"]): boolean {
  const words = simulator.explain();
  if (after === "old") return words.includes("WXR");
  return !simulator.network.internetBehindRelay || words.includes("tun0");
}

const saysKeep = (line: string): boolean => /touch \S+\/keep\b/.test(line);

function reached(simulator: Simulator): boolean {
  return simulator.transcript().some((line) => line.includes("dum7"));
}

/** Whether one could log in. */
async function login(simulator: Simulator): Promise<boolean> {
  const { ssh } = routerSettings(simulator);
  const session = await Session.open(new SshTransport(ssh), "another login", 5).catch(() => undefined);
  const lines = [
    'eval "$(cli-shell-api getSessionEnv $$)"',
    "cli-shell-api setupSession",
    "cli-shell-api teardownSession",
  ];
  for (const line of lines) await session?.run(line).catch(() => undefined);
  await session?.close();
  return session !== undefined;
}

function later(milliseconds: number): Promise<Said> {
  return new Promise((resolve) => {
    setTimeout(() => resolve("gone"), milliseconds).unref();
  });
}
