/** The resources of `mape`, `dslite` and `ipip`: the tunnel to the provider, the NAPT where it is ours, and what guards them. Pure. */

import type { TunnelConfig } from "../config/uplink-config.ts";
import type { RouteProbeArgs } from "../vyos/resources/route-probe.ts";
import { exactNaptResources } from "./exact-napt.ts";
import { failoverFallback, failoverPins, failoverRoute, fallbackRule } from "./failover.ts";
import { forwardRules, takenPorts, withoutPorts } from "./forwards.ts";
import { type CarriedLine, carriedLineOf } from "./line.ts";
import { defaultRoute, type NamedResource, requirementsOn } from "./named-resource.ts";
import { dropInvalid, naptRules } from "./napt.ts";

/** Octets of IPv4's and TCP's headers, which a segment does not count. */
const headers = 40;

interface TunnelResources {
  /** Without one of these nothing gets through. The default route requires them and what guards them: a switch is whole. */
  readonly carrying: readonly NamedResource[];
  readonly guarding: readonly NamedResource[];
  /** By these IPv4 goes out. */
  readonly routes: readonly NamedResource[];
}

export function tunnelResources(config: TunnelConfig): TunnelResources {
  const { takeOver, gateway, tunnelName, failover } = config;
  const line = carriedLineOf(config);
  const ceAddress = `${line.ceAddress}/128`;
  const { napt, files, forwards } = naptResources(config, line);
  const prefix = `${line.borderRelay}/128`;
  const carrying: NamedResource[] = [
    {
      name: "ce-address",
      type: "addr",
      args: { interface: gateway.interface, address: ceAddress, takeOver },
    },
    { name: "border-relay-route", type: "route", args: { prefix, ...gateway, takeOver } },
    tunnelResource(config, line),
    ...memberships(config),
    ...napt,
    ...files.filter(({ type }) => type === "script"),
    ...(failover ? failoverPins(failover, tunnelName, takeOver) : []),
  ];
  const number = line.translated === "here" ? config.dropInvalidRule : undefined;
  const guard = number === undefined ? [] : [dropInvalid(number, config)];
  const required = [...carrying, ...forwards, ...guard].flatMap(requirementsOn);
  return {
    carrying,
    guarding: [...forwards, ...files.filter(({ type }) => type === "boot"), ...guard],
    routes: routesOf(config, line, required),
  };
}

function tunnelResource(config: TunnelConfig, line: CarriedLine): NamedResource {
  const { gateway, tunnelName, takeOver, mtu = line.mtu, mss = mtu - headers } = config;
  const args = {
    name: tunnelName,
    encapsulation: "ipip6",
    sourceAddress: line.ceAddress,
    sourceInterface: gateway.interface,
    remote: line.borderRelay,
    addresses: [line.address],
    mtu,
    encapsulationLimit: "none",
    adjustMss: mss,
    description: line.kind,
    takeOver,
  } as const;
  return { name: "tunnel", type: "tun", args };
}

/** Of the firewall that the router has: the tunnel joins what is there, and nothing of it is made. */
function memberships({ zone, groups, tunnelName, takeOver }: TunnelConfig): NamedResource[] {
  const at = { interface: tunnelName, takeOver };
  const inZone: NamedResource[] =
    zone === undefined
      ? []
      : [{ name: "tunnel-zone", type: "zone", args: { zone, ...at, requires: [`firewall zone ${zone}`] } }];
  const inGroups = groups.map((group): NamedResource => {
    const requires = [`firewall group interface-group ${group}`];
    return { name: `tunnel-group-${group}`, type: "group", args: { group, ...at, requires } };
  });
  return [...inZone, ...inGroups];
}

interface NaptResources {
  /** None where the provider translates. */
  readonly napt: readonly NamedResource[];
  readonly files: readonly NamedResource[];
  readonly forwards: readonly NamedResource[];
}

function naptResources(config: TunnelConfig, line: CarriedLine): NaptResources {
  const { tunnelName, firstRule, stripeWidth, takeOver, failover } = config;
  const blocks = withoutPorts(line.portBlocks, takenPorts(config, line));
  const place = { outboundInterface: tunnelName, address: line.ipv4, blocks };
  const rules = line.translated === "here" ? naptRules({ ...place, firstRule, stripeWidth }) : [];
  if (failover?.masqueradeOn) rules.push(fallbackRule(failover.masqueradeOn, firstRule + rules.length));
  const at = { inboundInterface: tunnelName, address: line.ipv4, firstRule };
  const inbound = { rules: forwardRules(config.forwards, at), takeOver };
  return {
    napt: rules.length === 0 ? [] : [{ name: "napt", type: "rules", args: { rules, takeOver } }],
    // Where every port is its own, there are no ranges to share out.
    files:
      config.napt === "exact" && blocks !== null ? exactNaptResources({ ...place, blocks }, takeOver) : [],
    forwards: inbound.rules.length === 0 ? [] : [{ name: "port-forwards", type: "dnats", args: inbound }],
  };
}

function routesOf(
  { tunnelName, failover, takeOver }: TunnelConfig,
  line: CarriedLine,
  requires: readonly string[],
): NamedResource[] {
  const probe = probeOf(line);
  if (failover === undefined) return [defaultRoute({ interface: tunnelName, probe, requires, takeOver })];
  const over = failoverRoute(failover, tunnelName, probe, { requires, takeOver });
  const both = [...requires, ...requirementsOn(over)];
  return [over, defaultRoute({ ...failoverFallback(failover, probe), requires: both, takeOver })];
}

/** Any own port will do; a line with an address of its own has all of them. */
function probeOf(line: CarriedLine): RouteProbeArgs {
  const [from, to] = line.portBlocks?.[0] ?? [49_152, 65_535];
  return { borderRelay: line.borderRelay, sourceAddress: line.ipv4, sourcePorts: `${from}-${to}` };
}
