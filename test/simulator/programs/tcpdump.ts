/**
 * `tcpdump`: one line a packet of a file; `tcpdump -w -` on eth1: a small capture file of what the simulated network would show in a few seconds, made from its
 * facts and the kernel's state. Octets stand as Latin-1 characters, as everything here is text.
 */
import { toNumber } from "../configuration/addresses.ts";
import { ngn } from "../kernel/kernel.ts";
import { translate } from "../kernel/nat.ts";
import type { Tunnel } from "../kernel/tables.ts";
import { fail, type Program, say } from "../system/program.ts";
import type { Uses } from "./devices.ts";
import { countIn } from "./tcpdump-filter.ts";

/** The first octets of the file: little endian, microseconds. */
export const pcapMagic = "\u00d4\u00c3\u00b2\u00a1";

const own = { six: "fe80::5054:ff:fe00:11", lan: "192.168.1.7" };
const server = "198.51.100.9";
const servers = "ff02::1:2";
const dhcp = { solicit: 1, renew: 5, reply: 7 };

type Sees = Uses<"kernel" | "network" | "uplink" | "clock">;

export function tcpdumpProgram(machine: Sees): Program {
  return ({ args, user, stdin }) => {
    if (args.includes("-r")) return say("packet\n".repeat(countIn(stdin, args.at(-1) ?? "")));
    const device = args[args.indexOf("-i") + 1] ?? "";
    if (user !== "root")
      return fail(`tcpdump: ${device}: You don't have permission to perform this capture on that device`);
    if (!machine.kernel.devices().includes(device)) return fail(`tcpdump: ${device}: No such device exists`);
    const most = Number(args[args.indexOf("-c") + 1] ?? 100);
    const frames = device === "eth1" && machine.kernel.isUp(device) ? framesOf(machine) : [];
    return say(pcap(frames.slice(0, most), machine.clock.now()));
  };
}

function framesOf(machine: Sees): string[] {
  const { leasePresent, routerAdvertisement, gatewayAnswers } = machine.network.facts;
  const lease = leasePresent
    ? [
        ipv6(own.six, servers, 17, dhcpMessage(dhcp.renew)),
        ipv6(ngn.gateway, own.six, 17, dhcpMessage(dhcp.reply)),
      ]
    : [1, 2, 3].map(() => ipv6(own.six, servers, 17, dhcpMessage(dhcp.solicit)));
  return [
    ...lease,
    ...(routerAdvertisement ? [ipv6(ngn.gateway, "ff02::1", 58, octets(134, 0, 0, 0, 64, 0, 7, 8))] : []),
    ipv6(own.six, "ff02::1:ff7d:ee11", 58, neighbour(135, ngn.gateway)),
    ...(gatewayAnswers ? [ipv6(ngn.gateway, own.six, 58, neighbour(136, ngn.gateway))] : []),
    ...tunnelled(machine),
  ];
}

/** One connection of the LAN into the tunnel that the default route leads to, and its answer when it works. */
function tunnelled(machine: Sees): string[] {
  const { kernel, uplink } = machine;
  const device = kernel.lookup(server)?.device;
  const tunnel = kernel.tunnels().find((one) => one.name === device);
  const holds = kernel.addresses().some(({ address }) => address.split("/")[0] === tunnel?.local);
  if (tunnel === undefined || !holds) return [];
  const packet = uplink.fromLan({ source: own.lan, destination: server });
  if (packet === undefined) return [];
  const { address, ports } = translate(kernel, packet);
  const out = encapsulated(tunnel, tcp(address, server, ports[0], 443));
  const works =
    uplink.connect({ target: server, port: 443, source: "-", sourcePort: 0 }).result === "connected";
  return works
    ? [out, ipv6(tunnel.remote, tunnel.local, 4, tcp(server, address, 443, ports[0]))]
    : [out, out];
}

/** With a limit a destination option stands before IPv4 (RFC 2473 section 4.1.1; recorded). */
function encapsulated({ local, remote, encaplimit }: Tunnel, inner: string): string {
  if (encaplimit === "none") return ipv6(local, remote, 4, inner);
  return ipv6(local, remote, 60, octets(4, 0, 4, 1, Number(encaplimit), 1, 1, 0) + inner);
}

function ipv6(source: string, destination: string, next: number, payload: string): string {
  const ethernet = octets(2, 0, 0, 0, 0, 0x99, 0x52, 0x54, 0, 0, 0, 0x11, 0x86, 0xdd);
  const head = octets(0x60, 0, 0, 0) + word(payload.length) + octets(next, 64);
  return ethernet + head + address6(source) + address6(destination) + payload;
}

function tcp(source: string, destination: string, from: number, to: number): string {
  const addresses = [...source.split("."), ...destination.split(".")].map(Number);
  const head = octets(0x45, 0, 0, 40, 0, 1, 0x40, 0, 64, 6, 0, 0, ...addresses);
  return head + word(from) + word(to) + octets(...Array<number>(16).fill(0));
}

function neighbour(type: number, target: string): string {
  return octets(type, 0, 0, 0, 0, 0, 0, 0) + address6(target);
}

function dhcpMessage(message: number): string {
  const [from, to] = message === dhcp.reply ? [547, 546] : [546, 547];
  return word(from) + word(to) + word(12) + octets(0, 0, message, 1, 2, 3);
}

function pcap(frames: readonly string[], now: number): string {
  const head = `${pcapMagic}${octets(2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)}${little(160)}${little(1)}`;
  const packets = frames.map((frame, index) => {
    const length = little(frame.length);
    return `${little(Math.floor(now) + index)}${little(0)}${length}${length}${frame}`;
  });
  return head + packets.join("");
}

function octets(...values: readonly number[]): string {
  return String.fromCharCode(...values);
}

function word(value: number): string {
  return octets((value >> 8) & 0xff, value & 0xff);
}

function little(value: number): string {
  return octets(value & 0xff, (value >> 8) & 0xff, (value >> 16) & 0xff, (value >>> 24) & 0xff);
}

function address6(address: string): string {
  const number = toNumber(address, 6);
  return octets(
    ...Array.from({ length: 16 }, (_octet, index) => Number((number >> BigInt(120 - 8 * index)) & 0xffn)),
  );
}
