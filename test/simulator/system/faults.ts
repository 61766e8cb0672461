/**
 * Faults that a test asks for: at one step of a client's run, something goes wrong in one way. What the router runs by
 * itself (timers, cron, hooks) reaches no steps; a service that a client has started does, and no link ends it.
 */

import { Gone, type Link, type Process, type Processes } from "./process.ts";
import type { Answer } from "./program.ts";

export const steps = [
  "connect",
  "read",
  /** A file is written on the router. */
  "write",
  "set",
  /** loadFile fills the candidate. */
  "load",
  /** A transient unit is started (systemd-run). */
  "arm",
  "commit-begin",
  /** Half of the changed subtrees are applied. */
  "commit-middle",
  /** VyOS has emptied the active configuration and not yet filled it again. */
  "commit-replace",
  /** The active configuration is the new one; the hooks have not run. */
  "commit-replaced",
  "commit-end",
  /** The router is asked whether the uplink answers (ping, or a TCP connect by python3). */
  "probe",
  /** A timer is stopped (systemctl stop). */
  "disarm",
  "save",
] as const;
export type Step = (typeof steps)[number];

const kinds = [
  /** The link is cut. */
  "drop",
  /** No answer ever, the link stays. */
  "hang",
  /** The answer's text is noise. */
  "garble",
  /** The router says no (a full disk where one can be full). */
  "refuse",
  /** Another commit is in progress. */
  "lock",
  "reboot",
  /** SIGKILL to every process of the service, or of the client's shell. */
  "kill",
  /** SIGKILL to my_commit alone. */
  "kill-commit",
  "lease-lost",
  "relay-silent",
] as const;
export type Kind = (typeof kinds)[number];

interface When {
  /** "commit": before it for refuse and lock, after it ran for everything else. */
  readonly at: Step | "commit";
  /** How often it happens. */
  readonly times: number;
  /** The step is passed this many times before; default 0. */
  readonly after?: number;
}

export type Fault = When & { readonly kind: Kind };
/** Something of the test's own happens there, and the step goes on. */
export type Act = When & { readonly act: () => void };

interface Waiting {
  readonly at: Step;
  readonly what: Kind | (() => void);
  skip: number;
  left: number;
}

/** What a fault can do beside a connection. */
export interface World {
  reboot(): void;
  links(): Iterable<Link>;
  network(changed: { leasePresent?: boolean; relayAnswers?: boolean }): void;
}

/** The connection has ended (drop) or falls silent (hang) instead of an answer. */
export class Broken extends Error {
  readonly kind: "drop" | "hang";

  constructor(kind: "drop" | "hang") {
    super(kind);
    this.kind = kind;
  }
}

/** What is left for the program itself to do. */
export type Told = "refuse" | "lock" | "garble" | "kill-commit" | undefined;

/** Bytes that no parser of a configuration should accept. */
export const noise = "\u001b[?2004h{{ \u0007#~ 0x1f }\n";

export class Faults {
  /** How often each step was reached by clients. */
  readonly reached = Object.fromEntries(steps.map((step) => [step, 0])) as Record<Step, number>;
  readonly #waiting: Waiting[] = [];
  readonly #world: World;
  readonly #processes: Processes;

  constructor(world: World, processes: Processes) {
    this.#world = world;
    this.#processes = processes;
  }

  inject(fault: Fault | Act): void {
    const what = "act" in fault ? fault.act : fault.kind;
    const before = what === "refuse" || what === "lock";
    const at = fault.at === "commit" ? (before ? "commit-begin" : "commit-end") : fault.at;
    this.#waiting.push({ at, what, skip: fault.after ?? 0, left: fault.times });
  }

  /** What of the fault that is due here is for whoever stands there to do; the rest is done. */
  take(at: Step): Kind | undefined {
    this.reached[at]++;
    const here = this.#waiting.filter((fault) => fault.at === at && fault.left > 0);
    const due = here.find((fault) => fault.skip === 0);
    for (const fault of here) if (fault.skip > 0) fault.skip--;
    if (due === undefined) return undefined;
    due.left--;
    if (typeof due.what !== "function") return this.#around(due.what);
    due.what();
    return undefined;
  }

  /** Broken when there is nobody to answer any more, Gone when the process itself has ended. */
  reach(process: Process, at: Step): Told {
    if (!process.ofClient) return undefined;
    const due = this.take(at);
    const { link } = process;
    const links = link === undefined ? [...this.#world.links()] : [link];
    if (due === "drop" || due === "reboot") for (const one of links) one.cut();
    if (due === "hang") for (const one of links) one.silence();
    if (due === "kill") this.#kill(process);
    if (!process.alive && link === undefined) throw new Gone();
    if (link !== undefined && (due === "drop" || due === "reboot" || due === "hang"))
      throw new Broken(due === "hang" ? "hang" : "drop");
    return due === "refuse" || due === "lock" || due === "garble" || due === "kill-commit" ? due : undefined;
  }

  /** Reaches the step before the program acts; `refused` is what it says when the router says no. */
  async guard(
    process: Process,
    at: Step,
    refused: Answer,
    act: () => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const told = this.reach(process, at);
    if (told === "refuse" || told === "lock") return refused;
    const answer = await act();
    return told === "garble" ? { ...answer, text: noise } : answer;
  }

  #around(kind: Kind): Kind | undefined {
    if (kind === "reboot") this.#world.reboot();
    else if (kind === "lease-lost") this.#world.network({ leasePresent: false });
    else if (kind === "relay-silent") this.#world.network({ relayAnswers: false });
    else return kind;
    return kind === "reboot" ? kind : undefined;
  }

  #kill(process: Process): void {
    const { unit, link } = process;
    if (unit !== undefined) this.#processes.signal(unit, "KILL");
    else for (const one of this.#processes.filter((other) => other.link === link)) one.signal("KILL");
    if (link !== undefined) throw new Gone();
  }
}
