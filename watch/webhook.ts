/**
 * Alerts to somebody else's HTTP server, as JSON by POST, in order. When the uplink is down they wait here, and go out when
 * it is up again. It must never hold the watch up, and never print the address: it may be a secret.
 */

export interface Posted {
  /** ISO 8601: an alert may arrive late. */
  readonly at: string;
  readonly event: string;
  readonly code: string;
  readonly text: string;
}

export interface WebhookOptions {
  readonly url: string;
  /** Bounds one POST. */
  readonly timeoutMs: number;
  /** Pauses between the attempts of one delivery; as many attempts as pauses, and one. */
  readonly pausesMs: readonly number[];
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** One line on what could not be delivered. */
  readonly report: (line: string) => void;
}

/** What waits beyond this is dropped, oldest first. */
const mostWaiting = 100;

export class Webhook {
  readonly #options: WebhookOptions;
  #waiting: Posted[] = [];
  #delivering: Promise<void> | undefined;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  post(alert: Posted): void {
    this.#waiting = [...this.#waiting, alert].slice(-mostWaiting);
    void this.flush();
  }

  /** Tries what waits; resolves when all of it is gone or one was tried in vain. Call it now and then. */
  flush(): Promise<void> {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    for (let alert = this.#waiting[0]; alert !== undefined; alert = this.#waiting[0]) {
      const failure = await this.#deliver(alert);
      if (failure !== undefined) {
        this.#options.report(`webhook: ${this.#waiting.length} alerts wait: ${failure}`);
        return;
      }
      this.#waiting = this.#waiting.filter((one) => one !== alert);
    }
  }

  /** Undefined: it was taken, or refused for good. Otherwise why not. */
  async #deliver(alert: Posted): Promise<string | undefined> {
    let failure = await this.#attempt(alert);
    for (const pause of this.#options.pausesMs) {
      if (failure === undefined) return undefined;
      await this.#options.sleep(pause);
      failure = await this.#attempt(alert);
    }
    return failure;
  }

  async #attempt(alert: Posted): Promise<string | undefined> {
    try {
      const response = await fetch(this.#options.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(alert),
        redirect: "error",
        signal: AbortSignal.timeout(this.#options.timeoutMs),
      });
      await response.body?.cancel();
      if (response.ok) return undefined;
      if (mayBecomeGood(response.status)) return `status ${response.status}`;
      this.#options.report(`webhook: an alert was refused with status ${response.status}, and is dropped`);
      return undefined;
    } catch (error) {
      return reasonOf(error);
    }
  }
}

/** RFC 9110 and RFC 6585: timeout, too many requests, and every failure of the server's own. */
function mayBecomeGood(status: number): boolean {
  return status === 408 || status === 429 || status >= 500;
}

/** The message of fetch may hold the address; the code of its cause does not. */
function reasonOf(error: unknown): string {
  const { name, cause } = (error ?? {}) as {
    readonly name?: unknown;
    readonly cause?: { readonly code?: unknown };
  };
  return String(cause?.code ?? name ?? "unknown");
}
