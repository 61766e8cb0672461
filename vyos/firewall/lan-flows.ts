/**
 * The LAN's own flows as connection tracking lists them (`conntrack -L`, `/proc/net/nf_conntrack`): do those that left by the
 * uplink get answers? Pure: text in, answer out.
 */

import { addressRange, addressValue } from "./ranges.ts";

export interface LanFlows {
  /** Left by the uplink, from an address of the LAN. */
  readonly seen: number;
  /** Of these, those from the other side of which nothing came. */
  readonly unanswered: number;
  /** One of this machine's own is among them. */
  readonly mine: boolean;
}

export interface FlowsAsked {
  /** To which the uplink translates: what comes back, comes to it. */
  readonly uplinkAddress: string;
  /** As configured at the LAN's ports: 192.168.100.2/24. */
  readonly networks: readonly string[];
  /** This machine as the router sees it (`$SSH_CLIENT`). */
  readonly mine: string | undefined;
  /** The list of before the commit: what is in it says nothing of the new uplink. */
  readonly earlier: string;
}

/**
 * A line is a flow: the first `src` is who began it, the last `dst` to whom answers come. TCP with a SYN alone, or with a word
 * of no reply, is unanswered; a flow that is over says nothing of now.
 */
export function lanFlows(text: string, { uplinkAddress, networks, mine, earlier }: FlowsAsked): LanFlows {
  const ranges = networks.map(addressRange).filter((range) => range !== undefined);
  const inLan = (address: string): boolean => {
    const value = addressValue(address);
    return value !== undefined && ranges.some(([from, to]) => from <= value && value <= to);
  };
  const known = new Set(earlier.split("\n").map(flowOf));
  let [seen, unanswered, own] = [0, 0, false];
  for (const line of text.split("\n")) {
    const source = /\bsrc=([0-9.]+)/.exec(line)?.[1];
    const answersTo = [...line.matchAll(/\bdst=([0-9.]+)/g)].at(-1)?.[1];
    if (known.has(flowOf(line))) continue;
    if (source === undefined || answersTo !== uplinkAddress || !inLan(source)) continue;
    if (/ (?:TIME_WAIT|CLOSE|LAST_ACK) /.test(line)) continue;
    seen += 1;
    if (/\[UNREPLIED\]|\bSYN_SENT\b/.test(line)) unanswered += 1;
    else if (source === mine) own = true;
  }
  return { seen, unanswered, mine: own };
}

/** The protocol and both directions' addresses and ports: what stays the same as long as the flow lives. */
function flowOf(line: string): string {
  return [line.split(/\s/)[0], ...line.matchAll(/\b(?:src|dst|sport|dport|id)=\S+/g)].join(" ");
}

/** What the flows say of a change that was just committed. */
export type FlowsSay =
  | { readonly kind: "answered"; readonly line: string }
  /** The uplink is dead for the LAN. */
  | { readonly kind: "silent"; readonly line: string }
  | { readonly kind: "unseen"; readonly line: string };

/** A flow or two may be to somebody who is away; so many of whom none answers are no accident. */
const enough = 3;

/** `firewall`: the configuration's own answer, for when nobody can be seen. */
export function flowsSay(
  { seen, unanswered, mine }: LanFlows,
  firewall: "yes" | "no" | "cannot tell",
): FlowsSay {
  const answered = seen - unanswered;
  if (answered > 0) {
    const who = mine ? "this machine's own flow among them" : "none of this machine's";
    return { kind: "answered", line: `${answered} of ${seen} flows of the LAN are answered, ${who}` };
  }
  if (seen >= enough)
    return { kind: "silent", line: `${seen} flows of the LAN left by the new uplink, and none is answered` };
  const read = { yes: "passes", no: "is stopped", "cannot tell": "cannot be told" }[firewall];
  const traffic =
    seen === 0 ? "no LAN traffic was seen" : `${seen} flows of the LAN were seen, not answered yet`;
  return { kind: "unseen", line: `${traffic}; firewall read: ${read}` };
}
