/** The tunnel in the kernel against the declared one: the configuration says what shall be, iproute2 what is. Pure. */

import type { KernelLink } from "../vyos/kernel/network.ts";
import type { KernelTunnel } from "../vyos/kernel/tunnels.ts";
import { type Check, ok, skipped, tunnelCheck, wrong } from "./check.ts";
import type { DeclaredTunnel } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew } from "./remedies.ts";

/** VyOS's own default when the configuration says nothing (interfaces_tunnel.xml.in). */
const standardHopLimit = "64";

export const tunnelChecks: readonly Check[] = [
  tunnelCheck({
    code: "tunnel-missing",
    title: "the tunnel is configured, and is not in the kernel",
    dependsOn: ["config-tunnel", "other-uplink", "tunnel-blocked"],
    reads: ["tunnels"],
    judge: ({ tunnels }, tunnel) => {
      if (tunnels.some(({ name }) => name === tunnel.name)) return ok(`${tunnel.name} is there`);
      return wrong(`no ${tunnel.name} in ip -6 tunnel show`, anew(`interfaces tunnel ${tunnel.name}`));
    },
  }),
  tunnelCheck({
    code: "tunnel-parameters",
    title: "the tunnel in the kernel has other parameters than declared",
    dependsOn: ["config-tunnel"],
    reads: ["tunnels"],
    judge: ({ tunnels, links }, tunnel) => {
      const kernel = tunnels.find(({ name }) => name === tunnel.name);
      if (kernel === undefined) return skipped(`there is no ${tunnel.name}`);
      const link = links?.find(({ name }) => name === tunnel.name);
      const differences = parametersOf(kernel, link, tunnel).filter(
        ([, is, shall]) => shall !== undefined && is !== shall,
      );
      if (differences.length === 0) return ok("as declared");
      return wrong(
        differences.map(([name, is, shall]) => `${name} ${is}, declared ${shall}`).join("; "),
        differences.map(([name, , shall]) => repair(tunnel, name, shall ?? "")).join("; "),
      );
    },
  }),
  tunnelCheck({
    code: "tunnel-down",
    title: "the tunnel is switched off",
    dependsOn: ["config-tunnel"],
    reads: [],
    judge: ({ links }, tunnel) => {
      const link = links?.find(({ name }) => name === tunnel.name);
      if (link === undefined) return skipped(`there is no ${tunnel.name}`);
      return link.up
        ? ok(`${tunnel.name} is up`)
        : wrong(`${tunnel.name} is down`, `sudo ip link set ${tunnel.name} up`);
    },
  }),
  tunnelCheck({
    code: "tunnel-address",
    title: "the tunnel lacks its IPv4 address",
    dependsOn: ["config-tunnel", "tunnel-missing"],
    reads: ["addresses"],
    judge: ({ addresses }, tunnel) => {
      const on = addresses.filter(({ device }) => device === tunnel.name);
      const held = on.map(({ address, length }) => `${address}/${length}`);
      const missing = tunnel.addresses.filter((wanted) => !held.includes(wanted));
      if (missing.length === 0) return ok(tunnel.addresses.join(", "));
      return wrong(
        `${missing.join(", ")} is not on ${tunnel.name}`,
        missing.map((address) => `sudo ip addr add ${address} dev ${tunnel.name}`).join("; "),
      );
    },
  }),
  tunnelCheck({
    code: "tunnel-drops",
    title: "the kernel drops what is sent into the tunnel",
    dependsOn: ["ce-address", "ce-address-taken", "tunnel-parameters", "relay-unrouted"],
    reads: [],
    judge: (facts, { name, remote, local }) => {
      const errors = txErrors(facts, name);
      if (errors === undefined) return skipped(`there is no ${name}`);
      return errors === 0
        ? ok("no TX errors while probing")
        : wrong(`${errors} TX errors while probing`, `ip -6 route get ${remote} from ${local}`);
    },
  }),
];

/** How many packets the kernel refused to send while the doctor probed. */
export function txErrors({ links, linksBefore }: Facts, device: string): number | undefined {
  const [before, after] = [linksBefore, links].map((all) => all?.find(({ name }) => name === device));
  return after && before && after.txErrors - before.txErrors;
}

/** Name, what is, what shall be. The remote has a check of its own: it says whose relay it is. */
function parametersOf(kernel: KernelTunnel, link: KernelLink | undefined, tunnel: DeclaredTunnel) {
  return [
    ["mode", kernel.kind === "ip/ipv6" ? "ipip6" : kernel.kind, "ipip6"],
    ["local", kernel.local, tunnel.local],
    ["dev", kernel.device ?? "none", tunnel.device],
    ["encaplimit", kernel.encapsulationLimit, tunnel.encapsulationLimit],
    ["hoplimit", kernel.hopLimit, standardHopLimit],
    ["mtu", String(link?.mtu), link === undefined ? undefined : tunnel.mtu?.toString()],
  ] as const;
}

function repair({ name }: DeclaredTunnel, parameter: string, value: string): string {
  if (parameter === "mtu") return `sudo ip link set ${name} mtu ${value}`;
  return parameter === "mode"
    ? `sudo ip -6 tunnel del ${name}`
    : `sudo ip -6 tunnel change ${name} mode ipip6 ${parameter} ${value}`;
}
