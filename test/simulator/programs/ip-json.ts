/** What `ip -j` and `ip neigh` print: links with their counters, addresses, the route that a packet takes, neighbours. */
import { isIPv6 } from "node:net";
import { type Kernel, ngn } from "../kernel/kernel.ts";
import { type Answer, fail, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";

/** The home router's MAC, on both of its sides, and its own address on the NGN: once mistaken for the gateway. */
const wxr = { mac: "f0:f8:4a:67:58:00", six: "fe80::f2f8:4aff:fe67:5800", four: "192.168.100.1" };

export function linkJson({ kernel, network }: Uses<"kernel" | "network">): string {
  const rows = kernel.devices().map((ifname, index) => {
    const tunnel = kernel.tunnels().find((one) => one.name === ifname);
    const errors = kernel.txErrors.get(ifname) ?? 0;
    const tx = { bytes: 1572, packets: 3, errors, dropped: 0, carrier_errors: errors, collisions: 0 };
    const rx = { bytes: 0, packets: 0, errors: 0, dropped: 0, over_errors: 0, multicast: 0 };
    return {
      ifindex: index + 1,
      ifname,
      ...stateOf(kernel, ifname, network.facts.linkUp),
      mtu: tunnel?.mtu ?? 1500,
      stats64: { rx, tx },
    };
  });
  return `${JSON.stringify(rows)}\n`;
}

/** A cable that is out leaves the interface switched on; a tunnel's state is never known. */
function stateOf(kernel: Kernel, name: string, ngnCable: boolean): { flags: string[]; operstate: string } {
  const tunnel = kernel.tunnels().find((one) => one.name === name);
  const kind = tunnel === undefined ? ["BROADCAST", "MULTICAST"] : ["POINTOPOINT", "NOARP"];
  if (kernel.isUp(name)) return { flags: [...kind, "UP", "LOWER_UP"], operstate: tunnel ? "UNKNOWN" : "UP" };
  const unplugged = name === "eth1" && !ngnCable;
  return { flags: unplugged ? ["NO-CARRIER", ...kind, "UP"] : kind, operstate: "DOWN" };
}

export function addressJson(
  { kernel, network }: Uses<"kernel" | "network">,
  wanted: string | undefined,
): string {
  const rows = kernel.devices().filter((device) => wanted === undefined || device === wanted);
  const objects = rows.map((ifname, index) => ({
    ifindex: index + 1,
    ifname,
    ...stateOf(kernel, ifname, network.facts.linkUp),
    mtu: kernel.tunnels().find((one) => one.name === ifname)?.mtu ?? 1500,
    addr_info: kernel
      .addresses()
      .filter((one) => one.device === ifname)
      .map((one) => {
        const [local, prefixlen] = one.address.split("/");
        return {
          family: isIPv6(local ?? "") ? "inet6" : "inet",
          local,
          prefixlen: Number(prefixlen),
          scope: "global",
          ...(one.by === "network" ? { dynamic: true } : {}),
          ...(kernel.isDuplicate(one) ? { dadfailed: true, tentative: true } : {}),
        };
      }),
  }));
  return `${JSON.stringify(objects)}\n`;
}

/** `ip -j route get A`. */
export function routeGet(kernel: Kernel, target: string): Answer {
  const route = kernel.lookup(target);
  if (route === undefined) return fail("RTNETLINK answers: Network is unreachable", 2);
  const gateway = route.via === undefined ? {} : { gateway: route.via };
  return say(
    `${JSON.stringify([{ dst: target, ...gateway, dev: route.device, flags: [], uid: 1000, cache: [] }])}\n`,
  );
}

/** With a device its name is left out of each line, as iproute2 does. */
export function neighbours(
  { kernel, network }: Uses<"kernel" | "network">,
  device: string | undefined,
): Answer {
  const { gatewayAnswers, wxrAnswers } = network.facts;
  const gateway = gatewayAnswers ? "lladdr a4:11:bb:7d:ee:11 router REACHABLE" : "router FAILED";
  const home = wxrAnswers ? `lladdr ${wxr.mac} STALE` : "FAILED";
  const all = [
    { address: wxr.four, on: "eth0", state: home },
    { address: ngn.gateway, on: "eth1", state: gateway },
    { address: wxr.six, on: "eth1", state: home },
  ].filter(({ on }) => kernel.isUp(on) && (device === undefined || on === device));
  return say(
    all
      .map(({ address, on, state }) => `${address}${device === undefined ? ` dev ${on}` : ""} ${state}\n`)
      .join(""),
  );
}
