/** Flows as connection tracking lists them (`conntrack -L`). Pure. */

import { quoteWord } from "../commands.ts";

/** At most so many, some 200 octets each: a table that is full would not pass in time. */
const mostFlows = 4000;

/** Asks for those whose answers come to the address. `bounded`: what keeps the program itself from taking too long. */
export function flowsLine(address: string, bounded: (line: string) => string = (line) => line): string {
  return `${bounded(`sudo -n conntrack -L -q ${quoteWord(address)}`)} | head -n ${mostFlows}`;
}

export interface Flow {
  readonly protocol: "tcp" | "udp";
  /** Who began it. */
  readonly source: string;
  /** To what its answers come: where NAT translates, to the uplink's address and one of its ports. */
  readonly answersTo: { readonly address: string; readonly port: number };
  /**
   * `half`: an answer has come to the router, and of whom it is for nothing since: a TCP handshake that has not ended. Of UDP
   * that cannot be told from an answer that was taken.
   */
  readonly state: "unanswered" | "half" | "answered" | "over";
  /** The line without what changes while the flow lives: both directions' addresses and ports. */
  readonly ends: string;
}

/** One line a flow, the direction of the first packet before that of its answers. Lines of no flow are left out. */
export function parseFlows(output: string): Flow[] {
  return output.split("\n").flatMap((line): Flow[] => {
    const [protocol] = line.split(/\s/, 1);
    if (protocol !== "tcp" && protocol !== "udp") return [];
    const ends = [...line.matchAll(/\b(src|dst|sport|dport)=(\S+)/g)];
    const of = (name: string): string[] =>
      ends.flatMap(([, word, value = ""]) => (word === name ? value : []));
    const [[source], address, port] = [of("src"), of("dst").at(-1), of("dport").at(-1)];
    if (source === undefined || address === undefined || port === undefined) return [];
    const answersTo = { address, port: Number(port) };
    const words = [protocol, ...ends.map(([text]) => text)];
    return [{ protocol, source, answersTo, state: stateOf(line), ends: words.join(" ") }];
  });
}

/** Linux: nf_conntrack_proto_tcp.c. */
function stateOf(line: string): Flow["state"] {
  if (/ (?:TIME_WAIT|CLOSE|LAST_ACK) /.test(line)) return "over";
  if (/\[UNREPLIED\]| SYN_SENT /.test(line)) return "unanswered";
  return / SYN_RECV /.test(line) ? "half" : "answered";
}
