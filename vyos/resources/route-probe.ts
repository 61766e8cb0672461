/** How to see, from the router, that IPv4 goes out once a change is committed: asked of the router before it is kept. Pure. */

import {
  type InterfaceName,
  type Ipv4,
  type Ipv6,
  parseIpv4,
  parsePortRange,
  parseWhole,
} from "../values.ts";
import { interfaceName, ipv4, ipv6, type Kind, list, text } from "./kinds.ts";
import { type Given, optional, parseRows, readObject, required } from "./row.ts";

/** `tunnel`: from the shared address with an own port, the border relay first. `gateway`: by the router that does MAP-E. `interface`: by whoever is at its far end. */
export type RouteProbe =
  | {
      readonly kind: "tunnel";
      readonly borderRelay: Ipv6;
      readonly sourceAddress: Ipv4;
      /** Both ends included; each attempt takes the next, for the last one's may still be in use. */
      readonly sourcePorts: readonly [number, number];
      /** Whom to ask instead of probeTargets. */
      readonly targets: readonly { readonly host: Ipv4; readonly port: number }[] | undefined;
    }
  | { readonly kind: "gateway"; readonly gateway: Ipv4 }
  | { readonly kind: "interface"; readonly interface: InterfaceName };

const throughGateway = {
  gateway: required(ipv4, { meaning: "the router by which IPv4 goes out" }),
};

const throughInterface = {
  interface: required(interfaceName, { meaning: "the interface by which IPv4 goes out" }),
};

const throughTunnel = {
  borderRelay: required(ipv6, { meaning: "asked first" }),
  sourceAddress: required(ipv4, { meaning: "the shared address" }),
  sourcePorts: required(text("port or range", parsePorts), { meaning: "own ports of the shared address" }),
  targets: optional(list(text("IPv4 address:port", parseTarget)), {
    meaning: "asked instead of probeTargets",
  }),
};

export type RouteProbeArgs =
  | Given<typeof throughGateway>
  | Given<typeof throughInterface>
  | Given<typeof throughTunnel>;

export const routeProbe: Kind<RouteProbeArgs, RouteProbe> = {
  form: [throughGateway, throughInterface, throughTunnel]
    .map((rows) => `{ ${Object.keys(rows).join(", ")} }`)
    .join(" or "),
  parse: (field, given) => {
    const inputs = readObject(field, given);
    if (inputs.gateway) return { kind: "gateway", ...parseRows(throughGateway, inputs) };
    if (inputs.interface) return { kind: "interface", ...parseRows(throughInterface, inputs) };
    return { kind: "tunnel", ...parseRows(throughTunnel, inputs) };
  },
};

function parsePorts(field: string, given: string): readonly [number, number] {
  const [from = "", to = from] = parsePortRange(field, given).split("-");
  return [Number(from), Number(to)];
}

function parseTarget(field: string, given: string): { host: Ipv4; port: number } {
  const [host = "", port] = given.split(":");
  return { host: parseIpv4(field, host), port: parseWhole(field, port, 1, 65_535) };
}
