/**
 * The simulated router's clock, in seconds since 1970. Real time moves it at a chosen speed, and a test may move
 * it at once. Timers, sleeps, commits and probes all wait by it. It must never run anything that is not due.
 */
interface Timer {
  readonly due: number;
  readonly act: () => void;
}

/** How long scripts that a test waits for may go on, in simulated seconds, before that counts as "for ever". */
const patienceSeconds = 3600;

export class Clock {
  /** The wall's clock goes this much before what timers and sleeps wait by. */
  ahead = 0;
  /** When it was last switched on. */
  booted: number;
  readonly #speed: number;
  readonly #began = Date.now() / 1000;
  readonly #timers = new Set<Timer>();
  #skipped = 0;
  #wake: NodeJS.Timeout | undefined;

  /** `secondsPerSecond`: simulated seconds that pass in a real one; 0: only advance() moves the clock. */
  constructor(secondsPerSecond: number) {
    this.#speed = secondsPerSecond;
    this.booted = this.#began;
  }

  /** Monotonic: no jump of the wall's clock moves it. */
  now(): number {
    return this.#began + (Date.now() / 1000 - this.#began) * this.#speed + this.#skipped;
  }

  wall(): number {
    return this.now() + this.ahead;
  }

  /** As /proc/uptime tells it. */
  uptime(): number {
    return this.now() - this.booted;
  }

  /** Runs `act` once in that many seconds; what is returned takes it back. */
  after(seconds: number, act: () => void): () => void {
    const timer = { due: this.now() + seconds, act };
    this.#timers.add(timer);
    this.#arm();
    return () => {
      this.#timers.delete(timer);
      this.#arm();
    };
  }

  sleep(seconds: number): Promise<void> {
    if (seconds <= 0) return Promise.resolve();
    return new Promise((resolve) => this.after(seconds, resolve));
  }

  /** What was waited for never comes: the machine lost its power, or the simulator ends. */
  clear(): void {
    this.#timers.clear();
    this.#arm();
  }

  /**
   * Moves the clock on, running what falls due in its order; then further, until `busy` names no script that
   * still runs.
   */
  async advance(seconds: number, busy: () => string | undefined): Promise<void> {
    const target = this.now() + seconds;
    await settle();
    for (let next = this.#next(); next !== undefined && next.due <= target; next = this.#next()) {
      await this.#moveTo(next.due);
    }
    await this.#moveTo(target);
    for (let name = busy(); name !== undefined; name = busy()) {
      const next = this.#next();
      if (next === undefined || next.due > target + patienceSeconds) {
        throw new Error(`Cannot wait for ${name}: it does not end`);
      }
      await this.#moveTo(next.due);
    }
  }

  async #moveTo(time: number): Promise<void> {
    this.#skipped += Math.max(0, time - this.now());
    this.#fire();
    await settle();
  }

  #next(): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.#timers) if (first === undefined || timer.due < first.due) first = timer;
    return first;
  }

  #fire(): void {
    const slack = 0.002; // seconds: Node's timers may be a millisecond early
    for (let next = this.#next(); next !== undefined && next.due <= this.now() + slack; next = this.#next()) {
      this.#timers.delete(next);
      next.act();
    }
    this.#arm();
  }

  #arm(): void {
    clearTimeout(this.#wake);
    const next = this.#next();
    if (next === undefined || this.#speed === 0) return;
    const milliseconds = ((next.due - this.now()) / this.#speed) * 1000;
    // A longer wait than a timer of Node's can hold is simply looked at again.
    this.#wake = setTimeout(() => this.#fire(), Math.min(Math.max(milliseconds, 0), 2 ** 31 - 1));
  }
}

/** Lets everything run that waits for nothing but its turn: scripts do no real input or output. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn++) await new Promise((resolve) => setImmediate(resolve));
}
