/**
 * `failover: wxr`: the router itself leaves the tunnel while nobody answers through it, and comes back. Pure. The route into
 * the tunnel is VyOS's failover route; the WXR is a floating static route beneath it.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import type { FailoverRouteArgs } from "../vyos/resources/failover-route.ts";
import type { RouteProbeArgs, StaticRouteArgs } from "../vyos/resources/static-route.ts";
import { type Ipv4, parseChoice, parseInterfaceName, parseIpv4, parseWhole } from "../vyos/values.ts";
import type { Rule } from "./napt.ts";

export interface FailoverSettings {
  readonly fallback: Ipv4;
  readonly targets: readonly Ipv4[];
  readonly port: number;
  readonly checkSeconds: number;
  readonly policy: "any-available" | "all-available";
  /** Translate what leaves by the WXR's side; undefined: the WXR has a route back to the LAN. */
  readonly masqueradeOn: string | undefined;
}

export interface FailoverObjects {
  readonly route: FailoverRouteArgs;
  /** One a target: a check is not bound to the tunnel, it goes where the routes say. */
  readonly pins: readonly StaticRouteArgs[];
  readonly defaultRoute: StaticRouteArgs;
}

/** Undefined: `failover: none`. Read in both modes, so that a wrong value does not wait for the switch. */
export function parseFailover(read: ReadConfig): FailoverSettings | undefined {
  if (parseChoice("failover", read("failover") || "none", ["none", "wxr"]) === "none") return undefined;
  const targets = (read("failoverTargets") || defaultTargets)
    .split(",")
    .map((text) => parseIpv4("failoverTargets", text.trim()));
  if (new Set(targets).size < targets.length) {
    throw new InvalidValue("failoverTargets", targets.join(","), "names one twice", "name each once");
  }
  const masquerade = parseChoice("wxrMasquerade", read("wxrMasquerade") || "false", ["true", "false"]);
  const device = parseInterfaceName("wxrInterface", read("wxrInterface") || "eth0");
  return {
    fallback: parseIpv4("wxrNextHop", read("wxrNextHop") ?? ""),
    targets,
    port: parseWhole("failoverPort", read("failoverPort") || 443, 1, 65_535),
    checkSeconds: parseWhole("failoverCheckSeconds", read("failoverCheckSeconds") || 5, 1, 255),
    policy: parseChoice("failoverPolicy", read("failoverPolicy") || "any-available", [
      "any-available",
      "all-available",
    ]),
    masqueradeOn: masquerade === "true" ? device : undefined,
  };
}

/**
 * Public resolvers that answer TCP on 443 and that few use: a target is reached through the tunnel alone, so whoever has it
 * for a resolver loses that while the router has failed over.
 */
const defaultTargets = "1.0.0.2,9.9.9.10";

/** RFC 7335: for IPv4 over IPv6, and never seen on a LAN. Nobody needs to hold it: a tunnel asks for no neighbour. */
const formalGateway = "192.0.0.1";

/** Below 1, FRR's default for a static route, anything would do; this is what VyOS gives a route from DHCP. */
const floatingDistance = 210;

export function failoverObjects(
  settings: FailoverSettings,
  tunnelName: string,
  tunnelProbe: RouteProbeArgs,
): FailoverObjects {
  const { fallback, targets, port, checkSeconds, policy } = settings;
  // The default route may be by the WXR at this moment: only the pinned addresses prove the tunnel.
  const probe = { ...tunnelProbe, targets: targets.map((target) => `${target}:${port}`) };
  return {
    route: {
      prefix: "0.0.0.0/0",
      nextHop: formalGateway,
      interface: tunnelName,
      metric: 1,
      targets,
      port,
      checkSeconds,
      policy,
      probe,
      probeGone: { gateway: fallback },
    },
    pins: targets.map((target) => ({
      prefix: `${target}/32`,
      interface: tunnelName,
      description: "failover check by the tunnel alone",
    })),
    defaultRoute: { prefix: "0.0.0.0/0", nextHop: fallback, distance: floatingDistance, probe },
  };
}

/** Both ways are translated all the time, each by its own interface: a failover changes no configuration. */
export function fallbackRule(device: string, number: number): Rule {
  return {
    number,
    description: "failover to the WXR",
    outboundInterface: device,
    protocol: "all",
    translationAddress: "masquerade",
  };
}
