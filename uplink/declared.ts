/**
 * The objects of an uplink as the doctor compares them with a router: configuration nodes part by part, and the figures that
 * the kernel must show. Pure.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import type { Declared, DeclaredNat, DeclaredPart, DeclaredTunnel, Part } from "../doctor/declared.ts";
import type { Inputs } from "../vyos/resources/inputs.ts";
import { interfaceAddressModel } from "../vyos/resources/interface-address.ts";
import { natRulesModel } from "../vyos/resources/nat-rule.ts";
import type { ResourceModel } from "../vyos/resources/resource.ts";
import { staticRouteModel } from "../vyos/resources/static-route.ts";
import { tunnelModel } from "../vyos/resources/tunnel.ts";
import { parsePrefix } from "../vyos/values.ts";
import { type MapObjects, parseUplink, type UplinkObjects } from "./objects.ts";

/** Throws InvalidValue for a configuration that preview would refuse too. */
export function declaredBy(read: ReadConfig): Declared {
  const objects = parseUplink(read);
  const gateway = read("ipv6NextHop");
  const device = read("ipv6Interface");
  const prefix = read("delegatedPrefix");
  return {
    uplink: objects.uplink,
    wxrNextHop: read("wxrNextHop") || undefined,
    ngn: gateway && device ? { gateway, interface: device } : undefined,
    delegatedPrefix: prefix ? parsePrefix("delegatedPrefix", prefix) : undefined,
    tunnel: objects.mape && tunnelOf(objects.mape),
    nat: objects.mape?.rules.map(natOf) ?? [],
    parts: partsOf(objects),
  };
}

function tunnelOf({ tunnel }: MapObjects): DeclaredTunnel {
  const { name, sourceAddress, sourceInterface, remote, addresses, mtu, encapsulationLimit } =
    tunnelModel.parse({ ...tunnel });
  return {
    name,
    local: sourceAddress ?? "",
    remote,
    device: sourceInterface,
    mtu,
    encapsulationLimit: encapsulationLimit?.toString(),
    addresses,
  };
}

function natOf({ number, translationAddress, translationPort }: MapObjects["rules"][number]): DeclaredNat {
  const address = String(translationAddress);
  return { number: Number(number), target: translationPort ? `${address}:${translationPort}` : address };
}

function partsOf({ mape, defaultRoute, ipv6DefaultRoute }: UplinkObjects): DeclaredPart[] {
  return [
    part("default-route", staticRouteModel, { ...defaultRoute }),
    ...(ipv6DefaultRoute ? [part("ipv6-default-route", staticRouteModel, { ...ipv6DefaultRoute })] : []),
    ...(mape
      ? [
          part("ce-address", interfaceAddressModel, { ...mape.ceAddress }),
          part("relay-route", staticRouteModel, { ...mape.borderRelayRoute }),
          part("tunnel", tunnelModel, { ...mape.tunnel }),
          part("nat", natRulesModel, { rules: mape.rules }),
        ]
      : []),
  ];
}

function part<Value extends object>(name: Part, model: ResourceModel<Value>, inputs: Inputs): DeclaredPart {
  const value = model.parse(inputs);
  return {
    part: name,
    nodes: model.nodes(value),
    heldOtherwise: (running) => model.heldOtherwise?.(value, running) ?? false,
  };
}
