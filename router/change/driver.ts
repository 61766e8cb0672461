/**
 * Does what next() says: one session, a second one for the word that the change is good. It decides nothing. Must never wait
 * for an answer without a bound: a link that is silent is a link that is lost.
 */

import type { Flow } from "../../vyos/firewall/flows.ts";
import type { Stray } from "../../vyos/kernel/strays.ts";
import { leavesDoubt, type Session } from "../wire/session.ts";
import { backUnit, type Figures, followLine, startLines, textsOf } from "./folder.ts";
import { type JudgeOptions, judge } from "./judge.ts";
import { lookAtFlows } from "./lan-look.ts";
import {
  atStart,
  next,
  type Outcome,
  parseStatus,
  type Seen,
  type Status,
  type Step,
  type Verdict,
} from "./next.ts";
import type { VerifiedFrom } from "./operation.ts";
import type { Change } from "./planning.ts";

export interface DriverOptions extends JudgeOptions {
  readonly figures: Figures;
  /** Of one answer that only waits for the router. */
  readonly followSeconds: number;
  /** For how long a lost connection is tried again. */
  readonly patienceSeconds: number;
  open(): Promise<Session>;
  /** Each status line of the router as it comes. */
  readonly tell: (status: Status) => void;
  /** Resolves at the next Ctrl-C. */
  interrupted(): Promise<void>;
}

export interface Driven {
  readonly outcome: Outcome;
  /** Undefined: there is no link any more. */
  readonly session: Session | undefined;
  /** Who had an answer by the uplink; undefined: nobody was asked. */
  readonly verifiedFrom: VerifiedFrom | undefined;
}

export async function drive(
  session: Session,
  change: Change,
  strays: readonly Stray[],
  options: DriverOptions,
): Promise<Driven> {
  const driver = new Driver(session, change, strays, options);
  const outcome = await driver.run();
  const { session: last, verifiedFrom } = driver;
  return { outcome, session: last.alive ? last : undefined, verifiedFrom };
}

/** Between two tries to log in. */
const retrySeconds = 2;
/** How often the login that says "keep" is tried: routes and neighbours need a moment after a commit. */
const keepTries = 4;

class Driver {
  session: Session;
  verifiedFrom: VerifiedFrom | undefined;
  #flowsBefore: Promise<readonly Flow[]> = Promise.resolve([]);
  readonly #change: Change;
  readonly #strays: readonly Stray[];
  readonly #options: DriverOptions;

  constructor(session: Session, change: Change, strays: readonly Stray[], options: DriverOptions) {
    this.session = session;
    this.#change = change;
    this.#strays = strays;
    this.#options = options;
  }

  async run(): Promise<Outcome> {
    let [state, step]: ReturnType<typeof next> = [atStart, { do: "start" }];
    let interrupt = this.#interrupt();
    while (step.do !== "end") {
      const seen: Seen = await Promise.race([this.#act(step), interrupt]);
      if (seen.saw === "interrupt") {
        interrupt = this.#interrupt();
        // Its shell waits for something else: what is to be said now goes another way.
        void this.session.close();
      }
      [state, step] = next(state, seen);
    }
    return step.outcome;
  }

  async #interrupt(): Promise<Seen> {
    await this.#options.interrupted();
    return { saw: "interrupt" };
  }

  async #act(step: Exclude<Step, { do: "end" }>): Promise<Seen> {
    try {
      return await this.#do(step);
    } catch (error) {
      if (!leavesDoubt(error)) throw error;
      return { saw: "link lost", cause: error };
    }
  }

  async #do(step: Exclude<Step, { do: "end" }>): Promise<Seen> {
    switch (step.do) {
      case "start":
        return this.#start();
      case "follow":
      case "look":
        return this.#follow(this.session, step.do, step.behind);
      case "judge":
        return { saw: "verdict", verdict: await this.#judge() };
      case "say":
        return this.#say(step.word, step.behind);
      case "reconnect":
        return this.#reconnect();
      case "revive":
        await this.session.run(`sudo systemctl start --no-block ${backUnit}.service`);
        return this.#follow(this.session, "look", 0);
      default:
        return step satisfies never;
    }
  }

  async #start(): Promise<Seen> {
    const { folder, figures, lan } = this.#options;
    // A link that is lost on the way is told by what follows.
    if (lan)
      this.#flowsBefore = lookAtFlows(this.session.run, lan).then(
        ({ flows }) => flows,
        () => [],
      );
    const lines = startLines(folder, textsOf(this.#change, this.#strays, figures.who), figures);
    const answers = await Promise.all(lines.map((line) => this.session.run(line)));
    if (answers.at(-1)?.status === 0) return { saw: "started" };
    const output = answers
      .flatMap(({ status, output: said }) => (status === 0 ? [] : [said.trim()]))
      .join(" ");
    const busy = /already (?:loaded|exists)|fragment file/.test(answers.at(-1)?.output ?? "");
    return { saw: "not started", because: busy ? "busy" : "not started", output };
  }

  async #follow(session: Session, mode: "follow" | "look", behind: number): Promise<Seen> {
    const { folder, followSeconds, tell } = this.#options;
    const { status, output } = await session.run(
      followLine(folder, mode, behind, followSeconds),
      followSeconds + 30,
    );
    const anew = mode === "look";
    if (status !== 0) return { saw: "status", lines: [], unit: "nothing there", anew };
    const [state = "", , ...rest] = output.split("\n");
    const lines = parseStatus(rest.join("\n"));
    for (const line of lines) tell(line);
    return { saw: "status", lines, unit: state === "inactive" ? "gone" : "runs", anew };
  }

  async #judge(): Promise<Verdict> {
    const { verdict, verifiedFrom } = await judge(
      this.session,
      this.#change.probe,
      this.#flowsBefore,
      this.#options,
    );
    this.verifiedFrom = verifiedFrom;
    return verdict;
  }

  async #say(word: "keep" | "back", behind: number): Promise<Seen> {
    if (word === "keep" || !this.session.alive) {
      const opened = await this.#open(word === "keep" ? keepTries : 1);
      if (opened instanceof Error) {
        return word === "keep"
          ? { saw: "no new connection", cause: opened }
          : { saw: "link lost", cause: opened };
      }
      const old = this.session;
      this.session = opened;
      void old.close();
    }
    const said = this.session.run(`touch ${this.#options.folder}/${word}`);
    const [followed] = await Promise.all([this.#follow(this.session, "follow", behind), said]);
    return followed;
  }

  async #open(tries: number): Promise<Session | Error> {
    for (let left = tries; ; left -= 1) {
      try {
        return await this.#options.open();
      } catch (error) {
        if (!leavesDoubt(error)) throw error;
        if (left <= 1) return error;
        await this.#options.sleep(retrySeconds * 1000);
      }
    }
  }

  async #reconnect(): Promise<Seen> {
    const { patienceSeconds } = this.#options;
    const opened = await this.#open(Math.ceil(patienceSeconds / retrySeconds));
    if (opened instanceof Error) return { saw: "no connection", cause: opened };
    this.session = opened;
    return { saw: "connected" };
  }
}
