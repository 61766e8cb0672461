/** Tunnels over IPv6 as `ip -6 tunnel show` prints them (recorded on VyOS 1.4, iproute2 6.1). Pure. */

export interface KernelTunnel {
  readonly name: string;
  /** As iproute2 names it: ip/ipv6 is IPv4 in IPv6. */
  readonly kind: string;
  readonly local: string;
  readonly remote: string;
  readonly device: string | undefined;
  readonly encapsulationLimit: string;
  readonly hopLimit: string;
  readonly trafficClass: string;
  readonly flowLabel: string;
}

/**
 * One line a tunnel: `mape: ip/ipv6 remote R local L dev eth1 encaplimit 4 hoplimit 64 ...` (iproute2: ip/ip6tunnel.c). The
 * kernel's own ip6tnl0 is left out: it is there as soon as its module is. A line that is none is passed over.
 */
export function parseTunnels(output: string): KernelTunnel[] {
  return output.split("\n").flatMap((line): KernelTunnel[] => {
    const [, name, kind, rest = ""] = /^(\S+): (\S+) (remote .*)$/.exec(line.trim()) ?? [];
    if (name === undefined || kind === undefined || name === "ip6tnl0") return [];
    const words = rest.split(/\s+/);
    const value = (word: string): string | undefined =>
      words.includes(word) ? words[words.indexOf(word) + 1] : undefined;
    return [
      {
        name,
        kind,
        local: value("local") ?? "",
        remote: value("remote") ?? "",
        device: value("dev"),
        encapsulationLimit: value("encaplimit") ?? "none",
        hopLimit: value("hoplimit") ?? "",
        trafficClass: value("tclass") ?? "",
        flowLabel: value("flowlabel") ?? "",
      },
    ];
  });
}
