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

/** What each parameter does on the wire when it differs. */
const effects = {
  name: "none on the wire; VyOS's configuration takes only tun and a number",
  mode: "another encapsulation: the relay takes ip/ipv6, next header 4",
  remote: "packets go to another relay, which may not know this line",
  local: "the relay drops a source that does not hold the IPv4 address and PSID",
  dev: "without one the route to the relay chooses the interface",
  hoplimit: "hop limit of the outer header; too few and the relay is not reached",
  tclass: "inherit copies the inner TOS to the outer header, 0x00 hides it",
  flowlabel: "flow label of the outer header; load balancing on the way",
  address: "the router's own packets have another source",
  "adjust-mss":
    "TCP that is not clamped sends segments too large for the tunnel, and hangs where ICMP is filtered",
  "after a reboot": "what is typed with ip is in no configuration",
} as const;

export function compareTunnels(byHand: TunnelView, byVyos: TunnelView): ComparedLine[] {
  const parameters = ["name", "mode", "remote", "local", "dev", "encaplimit", "hoplimit", "tclass"] as const;
  const others = ["flowlabel", "mtu", "address", "adjust-mss", "after a reboot"] as const;
  const special = { encaplimit: limitEffect(byHand, byVyos), mtu: mtuEffect(byHand, byVyos) };
  const [hand, vyos] = [figuresOf(byHand, "gone"), figuresOf(byVyos, "there")];
  return [...parameters, ...others].map((parameter) => {
    const effect = { ...effects, ...special }[parameter];
    const [a, b] = [hand[parameter], vyos[parameter]];
    return { parameter, byHand: a, byVyos: b, effect: a === b ? undefined : effect };
  });
}

function figuresOf({ name, tunnel, mtu, addresses, adjustMss }: TunnelView, afterReboot: string) {
  return {
    name,
    mode: tunnel.kind,
    remote: tunnel.remote,
    local: tunnel.local,
    dev: tunnel.device ?? "none",
    encaplimit: tunnel.encapsulationLimit,
    hoplimit: tunnel.hopLimit,
    tclass: tunnel.trafficClass,
    flowlabel: tunnel.flowLabel,
    mtu: octets(mtu),
    address: text(addresses),
    "adjust-mss": octets(adjustMss),
    "after a reboot": afterReboot,
  };
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

function octets(value: number | undefined): string {
  return value === undefined ? "none" : String(value);
}

function text(values: readonly string[]): string {
  return values.length === 0 ? "none" : values.join(", ");
}
