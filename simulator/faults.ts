/**
 * Faults that a test asks for: the next `times` answers at one place go wrong in one way. It decides only
 * whether a fault is due; it must never act on a connection itself.
 */
export interface Fault {
  readonly at: "connect" | "set" | "commit" | "save" | "read";
  /**
   * drop: the connection ends (at commit: after the commit ran); hang: no answer ever (at commit: after it
   * ran); garble: the answer's text is noise; refuse: the router says no and does nothing; lock: commit only,
   * another commit is in progress.
   */
  readonly kind: "drop" | "hang" | "garble" | "refuse" | "lock";
  readonly times: number;
}

export class Faults {
  #waiting: { at: Fault["at"]; kind: Fault["kind"]; left: number }[] = [];

  inject(fault: Fault): void {
    this.#waiting.push({ at: fault.at, kind: fault.kind, left: fault.times });
  }

  /** The fault that is due at this place, used up by asking. */
  take(at: Fault["at"]): Fault["kind"] | undefined {
    const due = this.#waiting.find((fault) => fault.at === at && fault.left > 0);
    if (due === undefined) return undefined;
    due.left--;
    return due.kind;
  }
}

/** Bytes that no parser of a configuration should accept. */
export const noise = "\u001b[?2004h{{ \u0007#~ 0x1f }\n";
