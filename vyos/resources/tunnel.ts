/**
 * `interfaces tunnel tunN` (vyos-1x: interface-definitions/interfaces_tunnel.xml.in). Pure. The rules that VyOS checks
 * only at commit are checked here, so that preview refuses them.
 */

import { InvalidValue } from "../../errors.ts";
import { treeOf } from "../tree.ts";
import {
  type FreeText,
  type InterfaceName,
  type InterfacePrefix,
  type Ipv4,
  type Ipv6,
  parseAddress,
  parseChoice,
  parseFreeText,
  parseInterfaceName,
  parseInterfacePrefix,
  parseTunnelName,
  parseWhole,
  type TunnelName,
} from "../values.ts";
import { type Inputs, optional, optionalText, requiredText, textList } from "./inputs.ts";
import type { OwnedNode, ResourceModel } from "./resource.ts";

const overIpv6 = ["ipip6", "ip6ip6", "ip6gre"] as const;
const overIpv4 = ["ipip", "gre", "sit"] as const;
const encapsulations = [...overIpv6, ...overIpv4];
export type Encapsulation = (typeof encapsulations)[number];

export interface TunnelArgs {
  /** tunN: VyOS takes no other name. */
  readonly name: string;
  readonly encapsulation?: "ipip6" | "ip6ip6" | "ip6gre" | "ipip" | "gre" | "sit";
  readonly sourceAddress?: string;
  readonly sourceInterface?: string;
  readonly remote: string;
  /** Addresses with their length: 133.209.13.2/32. */
  readonly addresses?: readonly string[];
  /** Octets; 1460 when left out. */
  readonly mtu?: number;
  readonly encapsulationLimit?: "none" | number;
  /** Octets. */
  readonly adjustMss?: number;
  readonly description?: string;
  /** Change what stands there already instead of refusing. */
  readonly takeOver?: boolean;
}

export interface TunnelValue {
  readonly name: TunnelName;
  /** ipip6 is IPv4 in IPv6: MAP-E and DS-Lite. */
  readonly encapsulation: Encapsulation;
  readonly sourceAddress: Ipv4 | Ipv6 | undefined;
  readonly sourceInterface: InterfaceName | undefined;
  readonly remote: Ipv4 | Ipv6;
  readonly addresses: readonly InterfacePrefix[];
  /** Octets, 68-16000. VyOS's default of 1476 is a GRE figure; 1460 fits IPv4 in IPv6 over 1500 (RFC 2473). */
  readonly mtu: number;
  /** RFC 2473 section 4.1.1. VyOS's default 4 adds an 8-octet option that many border relays drop. */
  readonly encapsulationLimit: "none" | number | undefined;
  /** Octets, 536-65535. */
  readonly adjustMss: number | undefined;
  readonly description: FreeText | undefined;
}

export const tunnelModel: ResourceModel<TunnelValue> = {
  identity: ["name"],
  id: (tunnel) => `interfaces tunnel ${tunnel.name}`,
  parse: parseTunnel,
  nodes: (tunnel): OwnedNode[] => [
    { path: ["interfaces", "tunnel", tunnel.name], tree: treeOf(lines(tunnel)) },
  ],
};

function parseTunnel(inputs: Inputs): TunnelValue {
  const encapsulation = parseChoice(
    "encapsulation",
    optionalText(inputs, "encapsulation") ?? "ipip6",
    encapsulations,
  );
  const tunnel: TunnelValue = {
    name: parseTunnelName("name", requiredText(inputs, "name")),
    encapsulation,
    sourceAddress: optional(inputs, "sourceAddress", parseAddress),
    sourceInterface: optional(inputs, "sourceInterface", parseInterfaceName),
    remote: parseAddress("remote", requiredText(inputs, "remote")),
    addresses: textList(inputs, "addresses")
      .map((text) => parseInterfacePrefix("addresses", text))
      .sort(),
    mtu: parseWhole("mtu", inputs.mtu ?? 1460, 68, 16_000),
    encapsulationLimit: optional(inputs, "encapsulationLimit", parseEncapsulationLimit),
    adjustMss: optional(inputs, "adjustMss", (field, text) => parseWhole(field, text, 536, 65_535)),
    description: optional(inputs, "description", parseFreeText),
  };
  if (tunnel.sourceAddress === undefined && tunnel.sourceInterface === undefined) {
    throw new InvalidValue(
      "sourceAddress",
      "",
      "is missing, and so is sourceInterface",
      "give one of the two",
    );
  }
  checkFamily("remote", tunnel.remote, encapsulation);
  if (tunnel.sourceAddress !== undefined) checkFamily("sourceAddress", tunnel.sourceAddress, encapsulation);
  return tunnel;
}

function parseEncapsulationLimit(field: string, text: string): "none" | number {
  return text === "none" ? "none" : parseWhole(field, text, 0, 255);
}

function checkFamily(field: string, address: string, encapsulation: Encapsulation): void {
  const wanted = overIpv6.some((kind) => kind === encapsulation) ? "IPv6" : "IPv4";
  const is = address.includes(":") ? "IPv6" : "IPv4";
  if (is !== wanted) {
    throw new InvalidValue(
      field,
      address,
      `is ${is}, and ${encapsulation} runs over ${wanted}`,
      `write an ${wanted} address`,
    );
  }
}

function lines(tunnel: TunnelValue): string[][] {
  const leaf = (value: string | number | undefined, ...path: string[]): string[][] =>
    value === undefined ? [] : [[...path, String(value)]];
  return [
    ...tunnel.addresses.map((address) => ["address", address]),
    ...leaf(tunnel.description, "description"),
    ...leaf(tunnel.encapsulation, "encapsulation"),
    ...leaf(tunnel.adjustMss, "ip", "adjust-mss"),
    ...leaf(tunnel.mtu, "mtu"),
    ...leaf(tunnel.encapsulationLimit, "parameters", "ipv6", "encaplimit"),
    ...leaf(tunnel.remote, "remote"),
    ...leaf(tunnel.sourceAddress, "source-address"),
    ...leaf(tunnel.sourceInterface, "source-interface"),
  ];
}
