/**
 * The network around the simulated router: which of it works. Facts that a test sets; it must never look at the
 * router's own configuration.
 */
export interface Facts {
  readonly linkUp: boolean;
  readonly leasePresent: boolean;
  readonly routerAdvertisement: boolean;
  readonly gatewayAnswers: boolean;
  readonly relayAnswers: boolean;
  readonly internetBehindRelay: boolean;
  readonly wxrAnswers: boolean;
  readonly internetBehindWxr: boolean;
  /** Another device on the NGN, mostly a home gateway that does MAP-E, answers for the line's CE address. */
  readonly ceHeldElsewhere: boolean;
  /** What no configuration tells of (nft by hand, a broken offload) drops the answers on their way to the LAN. */
  readonly answersReachLan: boolean;
}

export class Network {
  /** The interface that the clients are on. */
  lan = "eth0";
  readonly #changed: () => void;
  facts: Facts = {
    linkUp: true,
    leasePresent: true,
    routerAdvertisement: true,
    gatewayAnswers: true,
    relayAnswers: true,
    internetBehindRelay: true,
    wxrAnswers: true,
    internetBehindWxr: true,
    ceHeldElsewhere: false,
    answersReachLan: true,
  };

  /** `changed` is told of every change. */
  constructor(changed: () => void) {
    this.#changed = changed;
  }

  set(changed: Partial<Facts>): void {
    this.facts = { ...this.facts, ...changed };
    this.#changed();
  }

  /** What a restart of the DHCPv6 client does. */
  askForLease(): void {
    if (this.facts.linkUp && this.facts.gatewayAnswers) this.set({ leasePresent: true });
  }
}
