/**
 * What a border relay does with packets of one CE (RFC 7597 section 8.1), as an nft table for its end of the tunnel: a wrong
 * source address or a source port (or ICMP id) outside the port set is dropped and counted. It must never look at the CE's rules.
 */

export interface Checked {
  readonly device: string;
  readonly address: string;
  readonly ports: readonly (readonly [number, number])[];
}

export const counters = ["wrong-source", "wrong-port", "wrong-echo-id", "without-port", "passed"] as const;
export type Counts = Readonly<Record<(typeof counters)[number], number>>;

export function borderRelayTable({ device, address, ports }: Checked): string {
  const set = `{ ${ports.map(([from, to]) => (from === to ? from : `${from}-${to}`)).join(", ")} }`;
  const drop = (name: (typeof counters)[number]) => `counter name "${name}" drop`;
  return [
    "table ip border_relay {",
    ...counters.map((name) => `  counter ${name} { }`),
    "  chain check {",
    "    type filter hook prerouting priority raw; policy accept;",
    `    iifname != "${device}" accept`,
    `    ip saddr != ${address} ${drop("wrong-source")}`,
    `    meta l4proto { tcp, udp } th sport != ${set} ${drop("wrong-port")}`,
    `    icmp type { echo-request, echo-reply } icmp id != ${set} ${drop("wrong-echo-id")}`,
    // An ICMP error has no port of its own: it speaks of a packet that went through here the other way.
    `    meta l4proto != { tcp, udp, icmp } ${drop("without-port")}`,
    '    counter name "passed"',
    "  }",
    "}",
  ].join("\n");
}

/** From `nft -j list counters`. */
export function parseCounts(json: string): Counts {
  const { nftables } = JSON.parse(json) as {
    nftables: { counter?: { name: string; packets: number } }[];
  };
  const packets = (name: string): number =>
    nftables.find(({ counter }) => counter?.name === name)?.counter?.packets ?? Number.NaN;
  return {
    "wrong-source": packets("wrong-source"),
    "wrong-port": packets("wrong-port"),
    "wrong-echo-id": packets("wrong-echo-id"),
    "without-port": packets("without-port"),
    passed: packets("passed"),
  };
}
