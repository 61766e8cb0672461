/**
 * The End-user prefix of a line as a router shows it, surest first: the delegation in the DHCPv6 client's log, a CE address,
 * the /64 of a router advertisement, the /64 of a LAN. Pure.
 */

import { identify } from "../mape/identify.ts";
import { mask, parseAddress6, parsePrefix6, printPrefix6 } from "../mape/prefix.ts";
import { MapRefused } from "../mape/refusal.ts";
import { findTableRule } from "../mape/services.ts";
import type { KernelAddress } from "../vyos/kernel/network.ts";
import type { Facts } from "./facts.ts";

export interface Seen {
  readonly value: string;
  readonly from: string;
}

/** `ngn`: the interface to the NGN, when it is known. */
export function seenPrefixes(facts: Facts, ngn: string | undefined): Seen[] {
  const global = (facts.addresses ?? []).filter(({ address }) => isGlobal(address));
  const outside = global.filter(({ device }) => device === ngn);
  const inside = global.filter(({ device }) => device !== ngn);
  return [
    ...(facts.dhcpLog?.delegated
      ? [
          {
            value: facts.dhcpLog.delegated,
            from: `the delegation in the log of dhcp6c${ngn ? ` on ${ngn}` : ""}`,
          },
        ]
      : []),
    ...global.flatMap(customerEdge),
    ...outside.flatMap((one) => subnet(one, `the address ${one.address}/${one.length} on ${one.device}`)),
    ...inside
      .flatMap((one) => subnet(one, `the address ${one.address}/${one.length} on ${one.device}`))
      .map(ofLine),
  ];
}

/** 2000::/3, what the internet uses today. */
function isGlobal(address: string): boolean {
  return /^[23][0-9a-f]{0,3}:/i.test(address);
}

function subnet({ address, length }: KernelAddress, from: string): Seen[] {
  if (length > 64) return [];
  return [{ value: printPrefix6({ bits: mask(parseAddress6(address), length, 128), length }), from }];
}

/** A LAN may have any subnet of the delegation: its line begins where the rule's EA bits end. */
function ofLine({ value, from }: Seen): Seen {
  const prefix = parsePrefix6(value);
  const found = findTableRule(prefix);
  if (found === undefined) return { value, from };
  const length = found.prefix.length + found.rule.eaBitsLength;
  const line = printPrefix6({ bits: mask(prefix.bits, length, 128), length });
  return { value: line, from: `${from}, cut to the /${length} that the service delegates` };
}

/** A CE address holds its line's prefix. */
function customerEdge({ address, device }: KernelAddress): Seen[] {
  try {
    const identity = identify(address);
    if (identity.kind !== "ce") return [];
    return [{ value: identity.endUserPrefix, from: `the CE address ${address} on ${device}` }];
  } catch (error) {
    if (error instanceof MapRefused) return [];
    throw error;
  }
}
