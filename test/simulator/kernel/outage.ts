/** The time in which something did not work. */
import type { Clock } from "../system/clock.ts";

/** The time without, so far and at a stretch. */
export class Outage {
  #downSince: number | undefined;
  #seconds = 0;
  #longest = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  see(now: number, works: boolean): void {
    if (!works) this.#downSince ??= now;
    else if (this.#downSince !== undefined) {
      this.#seconds += now - this.#downSince;
      this.#longest = this.longest();
      this.#downSince = undefined;
    }
  }

  seconds(): number {
    return this.#seconds + this.#current();
  }

  longest(): number {
    return Math.max(this.#longest, this.#current());
  }

  #current(): number {
    return this.#downSince === undefined ? 0 : this.#clock.now() - this.#downSince;
  }
}
