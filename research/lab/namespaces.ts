/**
 * The lab's network: client hosts, the CE and the border relay, each in a network namespace of its own. It must never touch
 * an address, a rule or a setting outside the namespaces it made, and takes them away however the run ends.
 */

import { spawnSync } from "node:child_process";

export const clientCount = 5;
export const tunnelDevice = "tun0";
export const clientAddress = (index: number): string => `192.168.100.${10 + index}`;
/** TEST-NET-2, RFC 5737. */
const internet = "198.51.100";
/** All served by the border relay's namespace. */
export const internetHosts = Array.from({ length: 100 }, (_, index) => `${internet}.${1 + index}`);

/** Why the lab cannot run here; undefined when it can. */
export function whyNot(): string | undefined {
  if (process.platform !== "linux") return "network namespaces are Linux's";
  if (process.geteuid?.() !== 0) return "making network namespaces needs root";
  if (spawnSync("ping", ["-V"]).error) return "there is no ping command (package iputils-ping)";
  const name = `napt-probe-${process.pid}`;
  const made = spawnSync("ip", ["netns", "add", name], { encoding: "utf8" });
  if (made.error) return "there is no ip command (package iproute2)";
  if (made.status !== 0) return `no network namespace can be made here: ${made.stderr.trim()}`;
  try {
    const table = "table ip x { chain y { type nat hook postrouting priority 90; }; }";
    const nft = spawnSync("ip", ["netns", "exec", name, "nft", "-f", "-"], {
      encoding: "utf8",
      input: table,
    });
    if (nft.status === 0) return undefined;
    return /No such file/.test(nft.stderr) && /exec of/.test(nft.stderr)
      ? "there is no nft command (package nftables)"
      : `nft cannot translate addresses here: ${nft.stderr.trim()}`;
  } finally {
    spawnSync("ip", ["netns", "del", name]);
  }
}

export class Network {
  readonly #prefix = `napt-${process.pid}`;
  readonly ce = `${this.#prefix}-ce`;
  readonly borderRelay = `${this.#prefix}-br`;
  readonly clients = Array.from({ length: clientCount }, (_, index) => `${this.#prefix}-c${index}`);
  /** What carries IPv4 to the border relay: the kernel's own IPv4-in-IPv6, or a plain link where it has none. */
  readonly carrier: "ip6tnl" | "veth";

  constructor(address: string, line: { readonly ceAddress: string; readonly borderRelay: string }) {
    try {
      for (const name of this.#all()) {
        ip("netns", "add", name);
        ip("-n", name, "link", "set", "lo", "up");
      }
      for (const [index, name] of this.clients.entries()) this.#joinClient(index, name);
      this.carrier = this.#joinBorderRelay(address, line);
      this.run(this.ce, ["sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** Runs to the end; throws with the program's own words. */
  run(namespace: string, command: readonly string[], input = ""): string {
    return must("ip", ["netns", "exec", namespace, ...command], input);
  }

  /** Takes the place of whatever rules the namespace had. */
  load(namespace: string, ruleset: string): void {
    this.run(namespace, ["nft", "-f", "-"], `flush ruleset\n${ruleset}\n`);
  }

  close(): void {
    for (const name of this.#all()) spawnSync("ip", ["netns", "del", name]);
  }

  #all(): string[] {
    return [this.ce, this.borderRelay, ...this.clients];
  }

  #joinClient(index: number, name: string): void {
    const device = `lan${index}`;
    ip("-n", this.ce, "link", "add", device, "type", "veth", "peer", "name", "eth0", "netns", name);
    ip("-n", this.ce, "addr", "add", "192.168.100.2/32", "dev", device);
    ip("-n", this.ce, "link", "set", device, "up");
    ip("-n", this.ce, "route", "add", `${clientAddress(index)}/32`, "dev", device);
    ip("-n", name, "addr", "add", `${clientAddress(index)}/24`, "dev", "eth0");
    ip("-n", name, "link", "set", "eth0", "up");
    ip("-n", name, "route", "add", "default", "via", "192.168.100.2");
  }

  #joinBorderRelay(
    address: string,
    { ceAddress, borderRelay }: { readonly ceAddress: string; readonly borderRelay: string },
  ): "ip6tnl" | "veth" {
    const ends = [
      { name: this.ce, local: ceAddress, remote: borderRelay },
      { name: this.borderRelay, local: borderRelay, remote: ceAddress },
    ];
    const tunnel = hasTunnel(this.ce);
    const link = tunnel ? "ngn0" : tunnelDevice;
    ip("-n", this.ce, "link", "add", link, "type", "veth", "peer", "name", link, "netns", this.borderRelay);
    for (const { name, local, remote } of ends) {
      ip("-n", name, "link", "set", link, "up");
      if (!tunnel) continue;
      ip("-n", name, "addr", "add", `${local}/128`, "dev", link, "nodad");
      ip("-n", name, "route", "add", `${remote}/128`, "dev", link);
      // As VyOS makes it: one `ip tunnel add` with both ends and no encapsulation limit.
      const parts = ["local", local, "remote", remote, "encaplimit", "none"];
      ip("-n", name, "-6", "tunnel", "add", tunnelDevice, "mode", "ipip6", ...parts);
      ip("-n", name, "link", "set", tunnelDevice, "mtu", "1460", "up");
    }
    ip("-n", this.ce, "addr", "add", `${address}/32`, "dev", tunnelDevice);
    ip("-n", this.ce, "route", "add", "default", "dev", tunnelDevice);
    ip("-n", this.borderRelay, "route", "add", `${address}/32`, "dev", tunnelDevice);
    ip("-n", this.borderRelay, "route", "add", "local", `${internet}.0/24`, "dev", "lo");
    // What flows from the internet to the CE come from.
    ip("-n", this.borderRelay, "addr", "add", `${internet}.254/32`, "dev", "lo");
    return tunnel ? "ip6tnl" : "veth";
  }
}

function hasTunnel(namespace: string): boolean {
  const probe = ["-n", namespace, "link", "add", "probe0", "type", "ip6tnl", "mode", "ipip6"];
  const made = spawnSync("ip", [...probe, "local", "::1", "remote", "::2"]);
  if (made.status === 0) ip("-n", namespace, "link", "del", "probe0");
  return made.status === 0;
}

function ip(...args: string[]): void {
  must("ip", args, "");
}

function must(command: string, args: readonly string[], input: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: "utf8", input });
  if (status === 0) return stdout;
  throw new Error(`${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`);
}
