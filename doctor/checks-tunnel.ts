/** The tunnel in the kernel against the declared one: the configuration says what shall be, iproute2 what is. Pure. */

import type { KernelLink } from "../vyos/kernel/network.ts";
import type { KernelTunnel } from "../vyos/kernel/tunnels.ts";
import { type Check, notMape, notRead, ok, skipped, type Verdict, wrong } from "./check.ts";
import type { Declared, DeclaredTunnel } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew } from "./remedies.ts";

/** VyOS's own default when the configuration says nothing (interfaces_tunnel.xml.in). */
const standardHopLimit = "64";

export const tunnelChecks: readonly Check[] = [
  {
    code: "tunnel-missing",
    title: "the tunnel is configured, and is not in the kernel",
    dependsOn: ["config-tunnel", "other-uplink", "tunnel-blocked"],
    judge: ({ tunnels }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      if (tunnels === undefined) return notRead;
      if (tunnels.some(({ name }) => name === tunnel.name)) return ok(`${tunnel.name} is there`);
      return wrong(`no ${tunnel.name} in ip -6 tunnel show`, anew(`interfaces tunnel ${tunnel.name}`));
    },
  },
  {
    code: "tunnel-parameters",
    title: "the tunnel in the kernel has other parameters than declared",
    dependsOn: ["config-tunnel"],
    judge: judgeParameters,
  },
  {
    code: "tunnel-down",
    title: "the tunnel is switched off",
    dependsOn: ["config-tunnel"],
    judge: ({ links }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      const link = links?.find(({ name }) => name === tunnel.name);
      if (link === undefined) return skipped(`there is no ${tunnel.name}`);
      return link.up
        ? ok(`${tunnel.name} is up`)
        : wrong(`${tunnel.name} is down`, `sudo ip link set ${tunnel.name} up`);
    },
  },
  {
    code: "tunnel-address",
    title: "the tunnel lacks its IPv4 address",
    dependsOn: ["config-tunnel", "tunnel-missing"],
    judge: ({ addresses }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      if (addresses === undefined) return notRead;
      const on = addresses.filter(({ device }) => device === tunnel.name);
      const held = on.map(({ address, length }) => `${address}/${length}`);
      const missing = tunnel.addresses.filter((wanted) => !held.includes(wanted));
      if (missing.length === 0) return ok(tunnel.addresses.join(", "));
      return wrong(
        `${missing.join(", ")} is not on ${tunnel.name}`,
        missing.map((address) => `sudo ip addr add ${address} dev ${tunnel.name}`).join("; "),
      );
    },
  },
  {
    code: "tunnel-drops",
    title: "the kernel drops what is sent into the tunnel",
    dependsOn: ["ce-address", "tunnel-parameters", "relay-unrouted"],
    judge: ({ txErrors }, { tunnel }) => {
      if (tunnel === undefined) return notMape;
      const errors = txErrors?.get(tunnel.name);
      if (errors === undefined) return skipped(`there is no ${tunnel.name}`);
      return errors === 0
        ? ok("no TX errors while probing")
        : wrong(`${errors} TX errors while probing`, `ip -6 route get ${tunnel.remote} from ${tunnel.local}`);
    },
  },
];

function judgeParameters({ tunnels, links }: Facts, { tunnel }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (tunnels === undefined) return notRead;
  const kernel = tunnels.find(({ name }) => name === tunnel.name);
  if (kernel === undefined) return skipped(`there is no ${tunnel.name}`);
  const differences = parametersOf(
    kernel,
    links?.find(({ name }) => name === tunnel.name),
    tunnel,
  ).filter(([, is, shall]) => shall !== undefined && is !== shall);
  if (differences.length === 0) return ok("as declared");
  return wrong(
    differences.map(([name, is, shall]) => `${name} ${is}, declared ${shall}`).join("; "),
    differences.map(([name, , shall]) => repair(tunnel, name, shall ?? "")).join("; "),
  );
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
