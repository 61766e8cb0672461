/**
 * Ports of the own set that inbound services take. Pure. A port that belongs to a neighbour behind the same address is refused here: the border relay would hand it to that neighbour.
 */

import type { TunnelConfig } from "../config/uplink-config.ts";
import { InvalidValue } from "../errors.ts";
import { ownerOfPort, type PortRange } from "../mape/ports.ts";
import type { DestinationNatRuleArgs } from "../vyos/resources/destination-nat-rules.ts";
import type { CarriedLine } from "./line.ts";
import { printRange } from "./napt.ts";

type Line = Pick<CarriedLine, "portBlocks" | "psid" | "layout" | "translated">;
type Forwards = TunnelConfig["forwards"];

/** What no client may be given: the reserved ports, and those that are forwarded. */
export function takenPorts(
  { reservedPorts, forwards }: Pick<TunnelConfig, "reservedPorts" | "forwards">,
  line: Line,
): readonly PortRange[] {
  const [first] = reservedPorts;
  if (line.portBlocks === null && first !== undefined) {
    const reason = "needs no reservation: the address of this line is not shared, so every port is free";
    throw new InvalidValue("reservedPorts", printRange(first), reason, "pulumi config rm reservedPorts");
  }
  const [inbound] = forwards;
  if (line.translated === "by the provider" && inbound !== undefined) {
    const reason = "cannot come in: the provider translates this line, and no port of an address is ours";
    throw new InvalidValue("portForwards", String(inbound.port), reason, "pulumi config rm portForwards");
  }
  const forwarded = forwards.map(({ port }): PortRange => [port, port]);
  for (const ports of forwarded) checkOwn("portForwards", ports, line);
  for (const ports of reservedPorts) checkOwn("reservedPorts", ports, line);
  return [...reservedPorts, ...forwarded];
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
  forwards: Forwards,
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

function checkOwn(field: string, [from, to]: PortRange, { portBlocks, psid, layout }: Line): void {
  if (portBlocks === null) return;
  for (let port = from; port <= to; port += 1) {
    const { inSet, ownerPsid } = ownerOfPort(layout, psid, port);
    if (inSet) continue;
    const whose = ownerPsid === null ? "belongs to no customer" : `belongs to PSID ${ownerPsid}`;
    const reason = `is not ours: port ${port} ${whose}, and this line is PSID ${psid}`;
    throw new InvalidValue(
      field,
      printRange([from, to]),
      reason,
      `use ports of ${portBlocks.map(printRange).join(", ")}`,
    );
  }
}
