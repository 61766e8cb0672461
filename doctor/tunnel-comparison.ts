/**
 * A tunnel made by hand against one made by VyOS, line by line, with what each difference does on the wire. Pure. The
 * effects were seen in packets: VyOS 1.4's tun0 and `ip -6 tunnel add` on one machine, captured on eth1.
 */

import type { KernelAddress, KernelLink } from "../vyos/kernel/network.ts";
import type { KernelTunnel } from "../vyos/kernel/tunnels.ts";

/** One tunnel as the kernel has it. */
export interface TunnelView {
  readonly name: string;
  readonly tunnel: KernelTunnel;
  /** Octets; undefined when it could not be read. */
  readonly mtu: number | undefined;
  readonly addresses: readonly string[];
  /** Octets; undefined: TCP is not clamped. */
  readonly adjustMss: number | undefined;
}

export interface ComparedLine {
  readonly parameter: string;
  readonly byHand: string;
  readonly byVyos: string;
  /** Undefined: no difference. */
  readonly effect: string | undefined;
}

/** The headers of IPv6 (40) and, with a limit, of the destination options (8), RFC 2473 sections 4.1.1 and 7. */
const headerOctets = (limit: string): number => (limit === "none" ? 40 : 48);

/** What `ip -6 tunnel add NAME mode ip4ip6 remote R local L dev D` makes when nothing more is said (iproute2 6.1). */
export function handMadeDefaults(name: string, like: TunnelView): TunnelView {
  const tunnel: KernelTunnel = {
    ...like.tunnel,
    name,
    encapsulationLimit: "4",
    hopLimit: "64",
    trafficClass: "0x00",
    flowLabel: "0x00000",
  };
  return { name, tunnel, mtu: 1452, addresses: like.addresses, adjustMss: undefined };
}

export function viewOf(
  name: string,
  read: {
    readonly tunnels: readonly KernelTunnel[];
    readonly links: readonly KernelLink[];
    readonly addresses: readonly KernelAddress[];
  },
  adjustMss: number | undefined,
): TunnelView | undefined {
  const tunnel = read.tunnels.find((one) => one.name === name);
  if (tunnel === undefined) return undefined;
  const held = read.addresses.filter(({ device, address }) => device === name && !address.includes(":"));
  return {
    name,
    tunnel,
    mtu: read.links.find((link) => link.name === name)?.mtu,
    addresses: held.map(({ address, length }) => `${address}/${length}`).sort(),
    adjustMss,
  };
}

type Figure = (view: TunnelView) => string;
type Effect = string | ((byHand: TunnelView, byVyos: TunnelView) => string);

/** Each parameter, its figure, and what it does on the wire when it differs. */
const parameters: readonly (readonly [parameter: string, figure: Figure, effect: Effect])[] = [
  ["name", ({ name }) => name, "none on the wire; VyOS's configuration takes only tun and a number"],
  ["mode", of("kind"), "another encapsulation: the relay takes ip/ipv6, next header 4"],
  ["remote", of("remote"), "packets go to another relay, which may not know this line"],
  ["local", of("local"), "the relay drops a source that does not hold the IPv4 address and PSID"],
  ["dev", of("device"), "without one the route to the relay chooses the interface"],
  ["encaplimit", of("encapsulationLimit"), limitEffect],
  ["hoplimit", of("hopLimit"), "hop limit of the outer header; too few and the relay is not reached"],
  ["tclass", of("trafficClass"), "inherit copies the inner TOS to the outer header, 0x00 hides it"],
  ["flowlabel", of("flowLabel"), "flow label of the outer header; load balancing on the way"],
  ["mtu", ({ mtu = "none" }) => String(mtu), mtuEffect],
  [
    "address",
    ({ addresses }) => addresses.join(", ") || "none",
    "the router's own packets have another source",
  ],
  [
    "adjust-mss",
    ({ adjustMss = "none" }) => String(adjustMss),
    "TCP that is not clamped sends segments too large for the tunnel, and hangs where ICMP is filtered",
  ],
];

function of(name: Exclude<keyof KernelTunnel, "name">): Figure {
  return ({ tunnel }) => tunnel[name] ?? "none";
}

export function compareTunnels(byHand: TunnelView, byVyos: TunnelView): ComparedLine[] {
  const lines = parameters.map(([parameter, figure, effect]): ComparedLine => {
    const [hand, vyos] = [figure(byHand), figure(byVyos)];
    const seen = typeof effect === "string" ? effect : effect(byHand, byVyos);
    return { parameter, byHand: hand, byVyos: vyos, effect: hand === vyos ? undefined : seen };
  });
  const reboot = { parameter: "after a reboot", byHand: "gone", byVyos: "there" };
  return [...lines, { ...reboot, effect: "what is typed with ip is in no configuration" }];
}

function limitEffect(byHand: TunnelView, byVyos: TunnelView): string {
  const withOption = byHand.tunnel.encapsulationLimit === "none" ? byVyos.name : byHand.name;
  return `${withOption} puts a destination option of 8 octets before every packet: next header 60 instead of 4, which many relays drop`;
}

/** The tunnel whose packets do not fit into 1500 octets is told by name. */
function mtuEffect(byHand: TunnelView, byVyos: TunnelView): string {
  const tooLarge = [byHand, byVyos].filter(
    ({ mtu, tunnel }) => mtu !== undefined && mtu + headerOctets(tunnel.encapsulationLimit) > 1500,
  );
  const smaller = Math.min(byHand.mtu ?? 0, byVyos.mtu ?? 0);
  if (tooLarge.length === 0)
    return `inner packets above ${smaller} octets are fragmented by one and not by the other`;
  return `${tooLarge.map(({ name }) => name).join(" and ")} makes outer packets above 1500 octets: they are fragmented or lost`;
}
