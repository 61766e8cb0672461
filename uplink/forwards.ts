/**
 * Ports of the own set that inbound services take: `reservedPorts` and `portForwards` of the configuration. Pure. A port that
 * belongs to a neighbour behind the same address is refused here: the border relay would hand it to that neighbour.
 */

import type { ReadConfig } from "../config/router-settings.ts";
import { InvalidValue } from "../errors.ts";
import { ownerOfPort } from "../mape/ports.ts";
import type { DestinationNatRuleArgs } from "../vyos/resources/destination-nat-rule.ts";
import { type Ipv4, parseIpv4, parsePortRange } from "../vyos/values.ts";
import type { MapLine } from "./line.ts";
import { type PortRange, printRange } from "./napt.ts";

export interface PortForward {
  readonly protocol: "tcp" | "udp" | "tcp_udp";
  /** Of the shared address. */
  readonly port: number;
  readonly address: Ipv4;
  readonly targetPort: number;
}

const example = "tcp:5136>192.168.100.10:22";

/** `tcp:5136>192.168.100.10:22`, several with commas or as a JSON list; tcp_udp forwards both. */
export function parsePortForwards(read: ReadConfig, line: MapLine): PortForward[] {
  const forwards = listOf("portForwards", read("portForwards")).map((text) => {
    const forward = parseForward(text);
    checkOwn("portForwards", text, [forward.port, forward.port], line);
    return forward;
  });
  for (const [index, { port, protocol }] of forwards.entries()) {
    const clash = forwards
      .slice(0, index)
      .find((other) => other.port === port && shareProtocol(other.protocol, protocol));
    if (clash === undefined) continue;
    const reason = `is forwarded twice, to ${clash.address} and to ${forwards[index]?.address}`;
    throw new InvalidValue("portForwards", `${protocol}:${port}`, reason, "keep one of the two");
  }
  return forwards;
}

/** Ports and ranges with commas or as a JSON list: 5136-5139,9232. */
export function parseReservedPorts(read: ReadConfig, line: MapLine): PortRange[] {
  return listOf("reservedPorts", read("reservedPorts")).map((text) => {
    const [from = 0, to = from] = parsePortRange("reservedPorts", text).split("-").map(Number);
    if (line.portBlocks === null) {
      const reason = "needs no reservation: the address of this line is not shared, so every port is free";
      throw new InvalidValue("reservedPorts", text, reason, "pulumi config rm reservedPorts");
    }
    checkOwn("reservedPorts", text, [from, to], line);
    return [from, to];
  });
}

/** The ranges without the reserved ports. A range is cut where a port is taken from its middle. */
export function withoutPorts(
  blocks: readonly PortRange[] | null,
  reserved: readonly PortRange[],
): readonly PortRange[] | null {
  if (blocks === null || reserved.length === 0) return blocks;
  const left = reserved.reduce<readonly PortRange[]>(
    (ranges, [low, high]) =>
      ranges.flatMap(([from, to]) => {
        const parts: PortRange[] = [
          [from, Math.min(to, low - 1)],
          [Math.max(from, high + 1), to],
        ];
        return low > to || high < from ? [[from, to] as const] : parts.filter(([a, b]) => a <= b);
      }),
    blocks,
  );
  if (left.length > 0) return left;
  const reason = "leaves no port to source NAT, so no client could reach IPv4";
  throw new InvalidValue("reservedPorts", reserved.map(printRange).join(","), reason, "reserve fewer ports");
}

export function forwardRules(
  forwards: readonly PortForward[],
  at: { readonly inboundInterface: string; readonly address: string; readonly firstRule: number },
): DestinationNatRuleArgs[] {
  return forwards.map(({ protocol, port, address, targetPort }, index) => ({
    number: at.firstRule + index,
    description: `MAP-E forward ${port} to ${address} port ${targetPort}`,
    inboundInterface: at.inboundInterface,
    protocol,
    destinationAddress: at.address,
    destinationPort: String(port),
    translationAddress: address,
    translationPort: String(targetPort),
  }));
}

function parseForward(text: string): PortForward {
  const match = /^(tcp|udp|tcp_udp):([0-9]+)>([^:>]+):([0-9]+)$/.exec(text);
  const [, protocol, port = "", address = "", targetPort = ""] = match ?? [];
  if (protocol !== "tcp" && protocol !== "udp" && protocol !== "tcp_udp") {
    throw new InvalidValue("portForwards", text, "is no port forward", `write ${example}`);
  }
  return {
    protocol,
    port: Number(parsePortRange("portForwards", port)),
    address: parseIpv4("portForwards", address),
    targetPort: Number(parsePortRange("portForwards", targetPort)),
  };
}

function shareProtocol(a: string, b: string): boolean {
  return a === b || a === "tcp_udp" || b === "tcp_udp";
}

function checkOwn(field: string, text: string, [from, to]: PortRange, line: MapLine): void {
  const { portBlocks, psid, layout } = line;
  if (portBlocks === null) return;
  for (let port = from; port <= to; port += 1) {
    const { inSet, ownerPsid } = ownerOfPort(layout, psid, port);
    if (inSet) continue;
    const whose = ownerPsid === null ? "belongs to no customer" : `belongs to PSID ${ownerPsid}`;
    const reason = `is not ours: port ${port} ${whose}, and this line is PSID ${psid}`;
    throw new InvalidValue(field, text, reason, `use ports of ${portBlocks.map(printRange).join(", ")}`);
  }
}

/** The parts of a list written with commas, or as JSON, which is how Pulumi keeps a structured value. */
function listOf(field: string, text: string | undefined): string[] {
  if (!text?.trim()) return [];
  if (!text.trim().startsWith("[")) return text.split(",").map((part) => part.trim());
  const list = parsedJson(text);
  if (Array.isArray(list)) {
    const texts = list.map((item) => (typeof item === "number" ? String(item) : item));
    if (texts.every((item) => typeof item === "string")) return texts.map((item) => item.trim());
  }
  throw new InvalidValue(field, text, "is no list of texts", `write them with commas, or as ["...", "..."]`);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
