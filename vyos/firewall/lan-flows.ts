/** The LAN's own flows in the router's connection tracking: do those that left by the uplink get answers? Pure. */

import type { Flow } from "./flows.ts";
import type { LanAnswers } from "./lan-answers.ts";
import { withinNetworks } from "./ranges.ts";

export interface LanFlows {
  /** Left by the uplink, from an address of the LAN. */
  readonly seen: number;
  /** Of these, those that nobody at their beginning has had an answer of. */
  readonly unanswered: number;
  /** One of this machine's own is among the answered. */
  readonly mine: boolean;
}

export interface FlowsAsked {
  /** To which the uplink translates: what comes back, comes to it. */
  readonly uplinkAddress: string;
  /** As configured at the LAN's ports: 192.168.100.2/24. */
  readonly lans: readonly string[];
  /** This machine as the router sees it (`$SSH_CLIENT`). */
  readonly mine: string | undefined;
  /** Those of before the commit say nothing of the new uplink. */
  readonly earlier: readonly Flow[];
}

/**
 * TCP decides, for it alone shows that an answer went through to whom it is for; and what NAT cannot map in MAP-E (an ICMP
 * identifier) proves nothing. A flow that is over says nothing of now.
 */
export function lanFlows(
  flows: readonly Flow[],
  { uplinkAddress, lans, mine, earlier }: FlowsAsked,
): LanFlows {
  const known = new Set(earlier.map(({ ends }) => ends));
  const inLan = withinNetworks(lans);
  const seen = flows.filter(
    ({ protocol, source, answersTo, state, ends }) =>
      protocol === "tcp" &&
      state !== "over" &&
      answersTo.address === uplinkAddress &&
      inLan(source) &&
      !known.has(ends),
  );
  const answered = seen.filter(({ state }) => state === "answered");
  return {
    seen: seen.length,
    unanswered: seen.length - answered.length,
    mine: answered.some(({ source }) => source === mine),
  };
}

/** What the flows say of a change that was just committed. */
export interface FlowsSay {
  /** `silent`: the uplink is dead for the LAN. */
  readonly kind: "answered" | "silent" | "unseen";
  readonly line: string;
}

/** A flow or two may be to somebody who is away; so many of whom none answers are no accident. */
const enough = 3;

const read = { yes: "passes", no: "is stopped", "cannot tell": "cannot be told" };

/**
 * `firewall`: the configuration's own answer, for when nobody can be seen. `redirectedTo`: who on the LAN's segment was the way out;
 * machines keep his ICMP redirects for minutes (Linux: ipv4/route.c, gc_timeout 300 s), which is no proof against the new one.
 */
export function flowsSay(
  { seen, unanswered, mine }: LanFlows,
  firewall: LanAnswers["verdict"],
  redirectedTo?: string,
): FlowsSay {
  const answered = seen - unanswered;
  if (answered > 0) {
    const who = mine ? "this machine's own among them" : "none of this machine's";
    return { kind: "answered", line: `${answered} of ${seen} flows of the LAN are answered, ${who}` };
  }
  if (seen >= enough)
    return { kind: "silent", line: `${seen} flows of the LAN left by the new uplink, and none is answered` };
  const traffic =
    seen === 0 ? "no LAN traffic was seen" : `${seen} flows of the LAN were seen, not answered yet`;
  const away =
    redirectedTo === undefined
      ? ""
      : `; machines that were sent to ${redirectedTo} go on there for some minutes`;
  return { kind: "unseen", line: `${traffic}; firewall read: ${read[firewall]}${away}` };
}
