/** The switch from wxr to mape on the first router as operations on the router, without the engine. */

import { type RouterSettings, routerSettings } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { operationOf } from "../../providers/operation-of.ts";
import type { Operation } from "../../router/change/operation.ts";
import { Router } from "../../router/router.ts";
import type { Simulator } from "../../test/simulator/simulator.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import type { ResourceType } from "../../vyos/resources/registry.ts";

/** The standard of quietMilliseconds, said here so that the benches can tell waiting from work. */
export const quietSeconds = 0.25;

/** The line of Pulumi.home.yaml. */
const line: Readonly<Record<string, string>> = {
  uplink: "mape",
  wxrNextHop: "192.168.100.1",
  ipv6Interface: "eth1",
  ipv6NextHop: "fe80::a611:bbff:fe7d:ee11",
  delegatedPrefix: "2404:7a82:4d02:4100::/56",
  service: "biglobe",
};

/** Seven resources: tunnel, CE address, three routes, the list of NAT rules and the guard; the default route last. */
export function switchOperations(): Operation[] {
  return resourcesOf(uplinkConfig(line)).map(({ type, args }) => operation(type, args));
}

/** So many host routes, each a resource of its own. */
export function routeOperations(count: number): Operation[] {
  return Array.from({ length: count }, (_, index) =>
    operation("route", { prefix: `10.9.${index >> 8}.${index & 255}/32`, nextHop: "192.168.100.1" }),
  );
}

/** A router object as a run of the engine would make it, on another port. Close it after use. */
export function routerOf(simulator: Simulator, port: number, keyFile: string): Router {
  return new Router(settingsOf(simulator, port, keyFile));
}

export function settingsOf(simulator: Simulator, port: number, keyFile: string): RouterSettings {
  return routerSettings({
    routerHost: simulator.host,
    routerPort: String(port),
    routerUser: simulator.user,
    routerHostKey: simulator.hostKeyFingerprint,
    routerPrivateKeyFile: keyFile,
    quietMilliseconds: quietSeconds * 1000,
  });
}

function operation(type: ResourceType, inputs: object): Operation {
  return operationOf(type, { kind: "create", news: { ...inputs, takeOver: true } });
}
