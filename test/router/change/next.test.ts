/**
 * next() against a router that is a few lines long: every step of a change, every thing that can be seen there, in any order.
 * The same faults as in test/faults, in milliseconds.
 */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import {
  atStart,
  next,
  type Outcome,
  parseStatus,
  type Seen,
  type State,
  type Step,
} from "../../../router/change/next.ts";

/** What goes wrong at a step of the controller's, in place of what it would have seen. */
const faults = [
  "none",
  "link lost",
  "no connection",
  "interrupt",
  "unit killed",
  "reboot",
  "silence",
  "login closed",
] as const;
type Fault = (typeof faults)[number];

/** The script's side: its status lines, and what it does with what it is told. */
class Model {
  readonly lines: string[] = [];
  readonly dead: boolean;
  standing: "old" | "new" = "old";
  saved: "old" | "new" = "old";
  keptWithoutVerdict = false;
  gone = false;
  rebooted = false;
  judged = false;
  #seen = 0;

  constructor(dead: boolean) {
    this.dead = dead;
  }

  #say(...words: string[]): void {
    this.lines.push(`${this.lines.length}.5 ${words.join(" ")}`);
  }

  start(): void {
    for (const line of ["start", "loaded", "committing change", "committed change 0", "waiting 180"])
      this.#say(line);
    this.standing = "new";
  }

  back(why: string): void {
    if (this.lines.some((line) => / end /.test(line))) return;
    this.#say("back", why);
    this.standing = "old";
    this.#say("end back");
  }

  keep(): void {
    if (this.lines.some((line) => / (?:end|back) /.test(line))) return;
    if (!this.judged) this.keptWithoutVerdict = true;
    this.#say("keeping");
    this.saved = "new";
    this.#say("end kept");
  }

  status(anew: boolean): Seen {
    if (this.rebooted || this.lines.length === 0)
      return { saw: "status", lines: [], unit: "nothing there", anew };
    // Waited for in vain: its own time is over.
    if (!anew && this.#seen === this.lines.length) this.back("silence");
    const lines = parseStatus(this.lines.slice(this.#seen).join("\n"));
    this.#seen = this.lines.length;
    const ended = this.lines.some((line) => / end /.test(line));
    return { saw: "status", lines, unit: ended || this.gone ? "gone" : "runs", anew };
  }
}

/** What the driver would see of the step, with a fault in its place. */
function act(model: Model, step: Exclude<Step, { do: "end" }>, fault: Fault): Seen {
  const cause = new Error("a fault");
  if (fault === "interrupt") return { saw: "interrupt" };
  if (fault === "no connection" && step.do === "reconnect") return { saw: "no connection", cause };
  if (fault === "reboot" && model.lines.length > 0) {
    model.standing = model.saved;
    model.rebooted = true;
    return { saw: "link lost", cause };
  }
  if (fault === "silence" && step.do !== "start") model.back("silence");
  if (fault === "unit killed" && step.do !== "start") model.back("killed");
  switch (step.do) {
    case "start":
      if (fault === "link lost") return { saw: "link lost", cause };
      model.start();
      return { saw: "started" };
    case "follow":
    case "look":
      return fault === "link lost" ? { saw: "link lost", cause } : model.status(step.do === "look");
    case "judge":
      if (fault === "link lost") return { saw: "link lost", cause };
      model.judged = !model.dead;
      return { saw: "verdict", verdict: model.dead ? { good: false, why: "otherwise" } : { good: true } };
    case "say":
      if (step.word === "keep" && fault === "login closed") return { saw: "no new connection", cause };
      if (fault === "link lost") return { saw: "link lost", cause };
      if (step.word === "keep") model.keep();
      else model.back("asked");
      return model.status(false);
    case "reconnect":
      return { saw: "connected" };
    case "revive":
      model.back("killed");
      return model.status(true);
    default:
      return step satisfies never;
  }
}

function run(model: Model, planned: readonly Fault[]): { outcome: Outcome; steps: number } {
  let [state, step]: readonly [State, Step] = [atStart, { do: "start" }];
  for (let steps = 0; steps < 60; steps += 1) {
    if (step.do === "end") return { outcome: step.outcome, steps };
    [state, step] = next(state, act(model, step, planned[steps] ?? "none"));
  }
  throw new Error("it does not end");
}

const plan = fc.array(fc.constantFrom(...faults), { maxLength: 12 });

describe("next()", () => {
  it("keeps only what was judged good, and says of the rest what the router holds", () => {
    fc.assert(
      fc.property(plan, fc.boolean(), (planned, dead) => {
        const model = new Model(dead);
        const { outcome } = run(model, planned);
        expect(model.keptWithoutVerdict).toBe(false);
        if (dead) expect(model.saved).toBe("old");
        if (outcome.kind === "kept") expect(model.saved).toBe("new");
        if (outcome.kind === "put back" || outcome.kind === "nothing done")
          expect(model.standing).toBe("old");
        if (outcome.kind === "rebooted") expect(model.rebooted).toBe(true);
      }),
      { numRuns: 5000 },
    );
  });

  it.each(faults.flatMap((fault) => Array.from({ length: 8 }, (_, at) => [fault, at] as const)))(
    "%s at step %d ends with what the router holds",
    (fault, at) => {
      for (const dead of [false, true]) {
        const model = new Model(dead);
        const { outcome } = run(model, [...Array.from({ length: at }, () => "none" as const), fault]);
        expect(model.saved).toBe(outcome.kind === "kept" ? "new" : "old");
        if (outcome.kind !== "left to the router") expect(model.standing).toBe(model.saved);
      }
    },
  );

  it("leaves a second Ctrl-C to the router at once", () => {
    const { outcome } = run(new Model(false), ["none", "interrupt", "interrupt"]);
    expect(outcome.kind).toBe("left to the router");
  });

  it("ends as unknown when a link is lost again and again", () => {
    const { outcome } = run(
      new Model(false),
      Array.from({ length: 40 }, () => "link lost" as const),
    );
    expect(outcome.kind).toBe("unknown");
  });
});
