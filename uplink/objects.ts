/**
 * mape or wxr as the objects that it needs, from the stack's configuration. Pure: it declares nothing and reads no router.
 * The default route is the same object in both modes, so that a switch moves it instead of taking it away.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import type { DestinationNatRuleArgs } from "../vyos/resources/destination-nat-rule.ts";
import type { InterfaceAddressArgs } from "../vyos/resources/interface-address.ts";
import { scriptFolder } from "../vyos/resources/router-script.ts";
import type { RouteProbeArgs, StaticRouteArgs } from "../vyos/resources/static-route.ts";
import type { TunnelArgs } from "../vyos/resources/tunnel.ts";
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
import {
  type FailoverObjects,
  type FailoverSettings,
  failoverObjects,
  fallbackRule,
  parseFailover,
} from "./failover.ts";
import { forwardRules, parsePortForwards, parseReservedPorts, withoutPorts } from "./forwards.ts";
import { leaseGuard } from "./lease-guard.ts";
import { type MapLine, parseMapLine } from "./line.ts";
import { defaultStripeWidth, naptRules, type PortRange, type Rule } from "./napt.ts";
import { dropInvalid, exactNapt, type OnRouter, together } from "./on-router.ts";

export interface UplinkObjects {
  readonly uplink: "mape" | "wxr";
  readonly defaultRoute: StaticRouteArgs;
  /** What must stand before the default route may point where it does. */
  readonly requires: readonly string[];
  /** IPv6 default by the NGN gateway: outlives the DHCPv6 lease. Undefined when no gateway is configured. */
  readonly ipv6DefaultRoute: StaticRouteArgs | undefined;
  readonly mape: MapObjects | undefined;
  readonly onRouter: OnRouter;
}

export interface MapObjects {
  readonly line: MapLine;
  readonly ceAddress: InterfaceAddressArgs;
  readonly borderRelayRoute: StaticRouteArgs;
  readonly tunnel: TunnelArgs;
  readonly rules: readonly Rule[];
  readonly forwards: readonly DestinationNatRuleArgs[];
  /** What may be given out to clients. */
  readonly blocks: readonly PortRange[] | null;
  readonly failover: FailoverObjects | undefined;
}

interface Gateway {
  readonly nextHop: string;
  readonly interface: string;
}

export function parseUplink(read: ReadConfig): UplinkObjects {
  const uplink = parseChoice("uplink", read("uplink") ?? "", ["mape", "wxr"]);
  const gateway = read("ipv6NextHop") ? parseGateway(read) : undefined;
  const ipv6DefaultRoute = gateway && { prefix: "::/0", ...gateway };
  const failover = parseFailover(read);
  switch (uplink) {
    case "wxr": {
      const nextHop = parseIpv4("wxrNextHop", read("wxrNextHop") ?? "");
      const defaultRoute = { prefix: "0.0.0.0/0", nextHop, probe: { gateway: nextHop } };
      const onRouter = leaseGuard(read, undefined);
      return { uplink, defaultRoute, requires: [], ipv6DefaultRoute, mape: undefined, onRouter };
    }
    case "mape": {
      const mape = mapObjects(read, gateway ?? parseGateway(read), failover);
      const { line, tunnel, blocks, ceAddress } = mape;
      const at = { outboundInterface: tunnel.name, address: line.ipv4, blocks };
      const onRouter = together(
        exactNapt(read, at),
        dropInvalid(read, tunnel.name),
        leaseGuard(read, ceAddress.address),
      );
      const intoTunnel = { prefix: "0.0.0.0/0", interface: tunnel.name, probe: probeOf(line) };
      const defaultRoute = mape.failover?.defaultRoute ?? intoTunnel;
      return { uplink, defaultRoute, requires: paths(mape, onRouter), ipv6DefaultRoute, mape, onRouter };
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

function mapObjects(read: ReadConfig, gateway: Gateway, failover: FailoverSettings | undefined): MapObjects {
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
    ...natObjects(read, line, tunnelName, failover?.masqueradeOn),
    failover: failover && failoverObjects(failover, tunnelName, probeOf(line)),
  };
}

function natObjects(
  read: ReadConfig,
  line: MapLine,
  tunnelName: string,
  masqueradeOn: string | undefined,
): Pick<MapObjects, "rules" | "forwards" | "blocks"> {
  const firstRule = parseNatRuleNumber("natRuleBase", read("natRuleBase") || 1000);
  const forwards = parsePortForwards(read, line);
  const taken = forwards.map(({ port }) => [port, port] as const);
  const at = { address: line.ipv4, firstRule };
  const blocks = withoutPorts(line.portBlocks, [...parseReservedPorts(read, line), ...taken]);
  const stripeWidth = parseWhole("natStripeWidth", read("natStripeWidth") || defaultStripeWidth, 1, 4096);
  const rules = naptRules({ ...at, outboundInterface: tunnelName, blocks, stripeWidth });
  const fallback = masqueradeOn === undefined ? [] : [fallbackRule(masqueradeOn, firstRule + rules.length)];
  return {
    blocks,
    rules: [...rules, ...fallback],
    forwards: forwardRules(forwards, { ...at, inboundInterface: tunnelName }),
  };
}

/** Any own port will do; a line with an address of its own has all of them. */
function probeOf(line: MapLine): RouteProbeArgs {
  const [from, to] = line.portBlocks?.[0] ?? [49_152, 65_535];
  return { borderRelay: line.borderRelay, sourceAddress: line.ipv4, sourcePorts: `${from}-${to}` };
}

/** What must stand before the default route may point into the tunnel. The rules come together, so the last stands for all. */
function paths(mape: MapObjects, { scripts }: OnRouter): string[] {
  const last = mape.rules.at(-1)?.number;
  return [
    `interfaces tunnel ${mape.tunnel.name}`,
    `interfaces ethernet ${mape.ceAddress.interface} address ${mape.ceAddress.address}`,
    `protocols static route6 ${mape.borderRelayRoute.prefix}`,
    `nat source rule ${last}`,
    ...(mape.failover?.pins ?? []).map(({ prefix }) => `protocols static route ${prefix}`),
    ...Object.values(scripts).map(({ name }) => `${scriptFolder}/${name}`),
  ];
}
