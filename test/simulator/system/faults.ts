/**
 * Faults that a test asks for: at one step of a client's run, something goes wrong in one way. It decides only
 * whether a fault is due; it must never act on a connection itself.
 */
export const steps = [
  "connect",
  "read",
  /** A file is written on the router. */
  "write",
  "set",
  /** The undo timer is started (systemd-run). */
  "arm",
  "commit-begin",
  /** Half of the changed subtrees are applied. */
  "commit-middle",
  "commit-end",
  /** The router is asked whether the uplink answers (ping, or a TCP connect by python3). */
  "probe",
  /** A timer is stopped (systemctl stop). */
  "disarm",
  "save",
] as const;
export type Step = (typeof steps)[number];

/**
 * drop: the link is cut; hang: no answer ever, the link stays; garble: the answer's text is noise; refuse: the
 * router says no (a full disk where one can be full); lock: another commit is in progress; reboot: the router
 * reboots there; lease-lost, relay-silent: the network changes there, and the step goes on.
 */
export type Kind = "drop" | "hang" | "garble" | "refuse" | "lock" | "reboot" | "lease-lost" | "relay-silent";

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

export class Faults {
  /** How often each step was reached by clients. */
  readonly reached = Object.fromEntries(steps.map((step) => [step, 0])) as Record<Step, number>;
  readonly #waiting: Waiting[] = [];

  inject(fault: Fault | Act): void {
    const what = "act" in fault ? fault.act : fault.kind;
    const before = what === "refuse" || what === "lock";
    const at = fault.at === "commit" ? (before ? "commit-begin" : "commit-end") : fault.at;
    this.#waiting.push({ at, what, skip: fault.after ?? 0, left: fault.times });
  }

  /** The fault that is due at this step, used up by asking. */
  take(at: Step): Kind | (() => void) | undefined {
    this.reached[at]++;
    const here = this.#waiting.filter((fault) => fault.at === at && fault.left > 0);
    const due = here.find((fault) => fault.skip === 0);
    for (const fault of here) if (fault.skip > 0) fault.skip--;
    if (due === undefined) return undefined;
    due.left--;
    return due.what;
  }
}

/** Bytes that no parser of a configuration should accept. */
export const noise = "\u001b[?2004h{{ \u0007#~ 0x1f }\n";
