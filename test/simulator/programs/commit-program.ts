/**
 * `my_commit`, a process of its own: it holds the lock while it lives, takes its time subtree by subtree, and leaves things
 * as they are where it is killed. A lost link kills it some seconds later (recorded).
 */
import { lockedText, Run } from "../configuration/commit.ts";
import type { Session } from "../configuration/session.ts";
import { copyTree } from "../configuration/tree.ts";
import { Broken, noise, type Step, type Told } from "../system/faults.ts";
import { Gone, Process } from "../system/process.ts";
import { type Answer, type Call, done, type Program } from "../system/program.ts";
import type { Uses } from "./devices.ts";
import { bareText, isBare, sessionOf } from "./environment.ts";

type Needs = Uses<
  | "clock"
  | "processes"
  | "faults"
  | "hooks"
  | "store"
  | "sessions"
  | "applied"
  | "counters"
  | "commitSeconds"
  | "commitLingers"
  | "shutDoor"
>;

export function commitProgram(needs: Needs): Program {
  return async (call) => {
    const session = sessionOf(needs.sessions, call.process);
    if (session === undefined) return { text: "Set failed\n", status: 1 };
    if (!session.changed()) return done;
    const begin = needs.faults.reach(call.process, "commit-begin");
    if (begin === "lock" || needs.store.locked !== undefined) return { text: lockedText, status: 1 };
    if (begin === "refuse") return { text: "Commit failed\n", status: 1 };
    const answer = await new Commit(needs, session, call).run();
    const end = needs.faults.reach(call.process, "commit-end");
    return begin === "garble" || end === "garble" ? { ...answer, text: noise } : answer;
  };
}

class Commit {
  readonly #needs: Needs;
  readonly #session: Session;
  readonly #call: Call;
  readonly #process: Process;
  readonly #run: Run;
  #broken: Broken | undefined;
  #told: Told;

  constructor(needs: Needs, session: Session, call: Call) {
    this.#needs = needs;
    this.#session = session;
    this.#call = call;
    const { store, processes, commitLingers } = needs;
    this.#run = new Run(store, session, needs.applied);
    if (this.#run.units.length > 0) needs.counters.commits++;
    const args = "/opt/vyatta/sbin/my_commit";
    const { user, process } = call;
    this.#process = new Process(processes, { user, args, lingers: commitLingers, parent: process });
    const lock = { pid: this.#process.pid, user };
    store.locked = lock;
    this.#process.onEnd(() => {
      if (store.locked === lock) store.locked = undefined;
    });
  }

  async run(): Promise<Answer> {
    try {
      const answer = await this.#steps();
      this.#process.end(answer.status);
      if (this.#broken !== undefined) throw this.#broken;
      return this.#told === "garble" ? { ...answer, text: noise } : answer;
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      if (this.#broken !== undefined) throw this.#broken;
      return { text: "", status: this.#process.status };
    } finally {
      this.#process.end();
    }
  }

  async #steps(): Promise<Answer> {
    const { store, clock, commitSeconds, hooks } = this.#needs;
    const before = copyTree(store.active);
    const { units } = this.#run;
    if (before.children.size === 0) {
      this.#needs.shutDoor();
      const text = "[[interfaces ethernet]] failed\nCommit failed\n";
      return { text, status: 1 };
    }
    for (const [index, unit] of units.entries()) {
      await this.#process.during(clock.sleep(commitSeconds / units.length), () => {});
      if (index === Math.floor(units.length / 2)) this.#reach("commit-middle");
      this.#alive();
      if (this.#isSwept()) return { text: "Failed to generate committed config\n", status: 1 };
      if (this.#told === "refuse") this.#run.fail(unit, "");
      else if (isBare(this.#call.process))
        this.#run.fail(unit, `${bareText}\n[[${unit.join(" ")}]] failed\n`);
      else this.#run.apply(unit);
    }
    this.#run.empty();
    this.#reach("commit-replace");
    const answer = this.#run.fill(before);
    this.#reach("commit-replaced");
    await this.#process.during(hooks.committed(this.#call.user), () => {});
    return answer;
  }

  /** Another login of the same user took the session away meanwhile (recorded). */
  #isSwept(): boolean {
    return ![...this.#needs.sessions.values()].includes(this.#session);
  }

  #alive(): void {
    if (!this.#process.alive) throw new Gone();
  }

  /** A lost link does not end the commit by itself, nor at once. */
  #reach(at: Step): void {
    try {
      const told = this.#needs.faults.reach(this.#process, at);
      if (told === "kill-commit") this.#process.end(137);
      this.#told ??= told;
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      this.#broken = error;
    }
    this.#alive();
  }
}
