/**
 * mape or wxr as the objects that it needs, from the stack's configuration. Pure: it declares nothing and reads no router.
 * The default route is the same object in both modes, so that a switch moves it instead of taking it away.
 */

import type { DestinationNatRuleArgs } from "../providers/destination-nat-rules.ts";
import type { InterfaceAddressArgs } from "../providers/interface-address.ts";
import type { RouteProbeArgs, StaticRouteArgs } from "../providers/static-route.ts";
import type { TunnelArgs } from "../providers/tunnel.ts";
import type { ReadConfig } from "../router/settings.ts";
import { InvalidValue } from "../vyos/errors.ts";
import {
  isLinkLocal,
  parseChoice,
  parseInterfaceName,
  parseIpv4,
  parseIpv6,
  parseNatRuleNumber,
  parseTunnelName,
  parseWhole,
} from "../vyos/values.ts";
import { forwardRules, parsePortForwards, parseReservedPorts, withoutPorts } from "./forwards.ts";
import { type MapLine, parseMapLine } from "./line.ts";
import { defaultStripeWidth, naptRules, type Rule } from "./napt.ts";

export interface UplinkObjects {
  readonly uplink: "mape" | "wxr";
  readonly defaultRoute: StaticRouteArgs;
  /** What must stand before the default route may point where it does. */
  readonly requires: readonly string[];
  /** IPv6 default by the NGN gateway: outlives the DHCPv6 lease. Undefined when no gateway is configured. */
  readonly ipv6DefaultRoute: StaticRouteArgs | undefined;
  readonly mape: MapObjects | undefined;
}

export interface MapObjects {
  readonly line: MapLine;
  readonly ceAddress: InterfaceAddressArgs;
  readonly borderRelayRoute: StaticRouteArgs;
  readonly tunnel: TunnelArgs;
  readonly rules: readonly Rule[];
  readonly forwards: readonly DestinationNatRuleArgs[];
}

interface Gateway {
  readonly nextHop: string;
  readonly interface: string;
}

export function parseUplink(read: ReadConfig): UplinkObjects {
  const uplink = parseChoice("uplink", read("uplink") ?? "", ["mape", "wxr"]);
  const gateway = read("ipv6NextHop") ? parseGateway(read) : undefined;
  const ipv6DefaultRoute = gateway && { prefix: "::/0", ...gateway };
  switch (uplink) {
    case "wxr": {
      const nextHop = parseIpv4("wxrNextHop", read("wxrNextHop") ?? "");
      const defaultRoute = { prefix: "0.0.0.0/0", nextHop, probe: { gateway: nextHop } };
      return { uplink, defaultRoute, requires: [], ipv6DefaultRoute, mape: undefined };
    }
    case "mape": {
      const mape = mapObjects(read, gateway ?? parseGateway(read));
      const defaultRoute = { prefix: "0.0.0.0/0", interface: mape.tunnel.name, probe: probeOf(mape.line) };
      return { uplink, defaultRoute, requires: paths(mape), ipv6DefaultRoute, mape };
    }
    default:
      return uplink satisfies never;
  }
}

function parseGateway(read: ReadConfig): Gateway {
  const nextHop = parseIpv6("ipv6NextHop", read("ipv6NextHop") ?? "");
  const device = read("ipv6Interface");
  if (!device && isLinkLocal(nextHop)) {
    const reason = "is link-local, so it names no router without an interface";
    throw new InvalidValue("ipv6NextHop", nextHop, reason, "pulumi config set ipv6Interface eth1");
  }
  return { nextHop, interface: parseInterfaceName("ipv6Interface", device ?? "") };
}

/** Octets: 1500 less the 40 of the outer IPv6 header, and 40 more for IPv4 and TCP (RFC 2473 section 7). */
const tunnelMtu = 1460;
const tunnelMss = 1420;

function mapObjects(read: ReadConfig, gateway: Gateway): MapObjects {
  const line = parseMapLine(read);
  const tunnelName = parseTunnelName("tunnelName", read("tunnelName") || "tun0");
  return {
    line,
    ceAddress: { interface: gateway.interface, address: `${line.ceAddress}/128` },
    borderRelayRoute: { prefix: `${line.borderRelay}/128`, ...gateway },
    tunnel: {
      name: tunnelName,
      encapsulation: "ipip6",
      sourceAddress: line.ceAddress,
      sourceInterface: gateway.interface,
      remote: line.borderRelay,
      addresses: [`${line.ipv4}/32`],
      mtu: tunnelMtu,
      encapsulationLimit: "none",
      adjustMss: tunnelMss,
      description: "MAP-E to the border relay",
    },
    ...natObjects(read, line, tunnelName),
  };
}

function natObjects(
  read: ReadConfig,
  line: MapLine,
  tunnelName: string,
): Pick<MapObjects, "rules" | "forwards"> {
  const firstRule = parseNatRuleNumber("natRuleBase", read("natRuleBase") || 1000);
  const forwards = parsePortForwards(read, line);
  const taken = forwards.map(({ port }) => [port, port] as const);
  const at = { address: line.ipv4, firstRule };
  return {
    rules: naptRules({
      ...at,
      outboundInterface: tunnelName,
      blocks: withoutPorts(line.portBlocks, [...parseReservedPorts(read, line), ...taken]),
      stripeWidth: parseWhole("natStripeWidth", read("natStripeWidth") || defaultStripeWidth, 1, 4096),
    }),
    forwards: forwardRules(forwards, { ...at, inboundInterface: tunnelName }),
  };
}

/** Any own port will do; a line with an address of its own has all of them. */
function probeOf(line: MapLine): RouteProbeArgs {
  const [from, to] = line.portBlocks?.[0] ?? [49_152, 65_535];
  return { borderRelay: line.borderRelay, sourceAddress: line.ipv4, sourcePorts: `${from}-${to}` };
}

/** What must stand before the default route may point into the tunnel. The rules come together, so the last stands for all. */
function paths(mape: MapObjects): string[] {
  const last = mape.rules.at(-1)?.number;
  return [
    `interfaces tunnel ${mape.tunnel.name}`,
    `interfaces ethernet ${mape.ceAddress.interface} address ${mape.ceAddress.address}`,
    `protocols static route6 ${mape.borderRelayRoute.prefix}`,
    `nat source rule ${last}`,
  ];
}
