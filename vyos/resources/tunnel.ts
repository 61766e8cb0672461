/**
 * `interfaces tunnel tunN` (vyos-1x: interface-definitions/interfaces_tunnel.xml.in). Pure. The rules that VyOS checks
 * only at commit are checked here, so that preview refuses them.
 */

import { InvalidValue } from "../../errors.ts";
import { parseWhole } from "../values.ts";
import {
  address,
  addressWithLength,
  choice,
  freeText,
  interfaceName,
  type Kind,
  list,
  readText,
  tunnelName,
  whole,
} from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { optional, preset, required } from "./row.ts";

const overIpv6 = ["ipip6", "ip6ip6", "ip6gre"] as const;
const overIpv4 = ["ipip", "gre", "sit"] as const;
type Encapsulation = (typeof overIpv6)[number] | (typeof overIpv4)[number];

/** RFC 2473 section 4.1.1. VyOS's default 4 adds an 8-octet option that many border relays drop. */
const encapsulationLimit: Kind<"none" | number, "none" | number> = {
  form: "none, 0-255",
  parse: (field, given) => {
    const text = readText(field, given);
    return text === "none" ? text : parseWhole(field, text, 0, 255);
  },
};

export const tunnel = resource({
  label: "Tunnel",
  meaning: "an IPv4-in-IPv6 tunnel, or another kind that VyOS knows",
  owns: "interfaces tunnel tunN",
  keys: { name: required(tunnelName, { meaning: "VyOS takes no other name" }) },
  fields: {
    encapsulation: preset("ipip6", choice([...overIpv6, ...overIpv4]), {
      at: "encapsulation",
      meaning: "ipip6 is IPv4 in IPv6: MAP-E and DS-Lite",
    }),
    remote: required(address, { at: "remote", meaning: "the far end: the border relay, the AFTR" }),
    sourceAddress: optional(address, {
      at: "source-address",
      meaning: "the near end; this or sourceInterface",
    }),
    sourceInterface: optional(interfaceName, {
      at: "source-interface",
      meaning: "the interface it leaves by",
    }),
    addresses: preset([], list(addressWithLength, "sorted"), {
      at: "address",
      meaning: "own addresses inside",
    }),
    // VyOS's default of 1476 is a GRE figure; 1460 fits IPv4 in IPv6 over 1500 (RFC 2473).
    mtu: preset(1460, whole(68, 16_000), { at: "mtu", unit: "octets", meaning: "largest inner packet" }),
    encapsulationLimit: optional(encapsulationLimit, {
      at: "parameters ipv6 encaplimit",
      meaning: "how deep it may be nested; anything but none adds an option that many relays drop",
    }),
    adjustMss: optional(whole(536, 65_535), {
      at: "ip adjust-mss",
      unit: "octets",
      meaning: "TCP segments that leave by it are held to this",
    }),
    description: optional(freeText, { at: "description", meaning: "for people" }),
  },
  paths: ({ name }) => [["interfaces", "tunnel", name]],
  // The kernel says "File exists".
  alone: {
    of: ({ remote, sourceAddress }) => [remote, sourceAddress],
    word: "endpoints",
    remedy:
      "take the old one away first: pulumi config set uplink wxr && pulumi up; then back: pulumi config set uplink mape && pulumi up",
  },
  check: ({ encapsulation, remote, sourceAddress, sourceInterface }) => {
    if (sourceAddress === undefined && sourceInterface === undefined) {
      const reason = "is missing, and so is sourceInterface";
      throw new InvalidValue("sourceAddress", "", reason, "give one of the two");
    }
    checkFamily("remote", remote, encapsulation);
    if (sourceAddress !== undefined) checkFamily("sourceAddress", sourceAddress, encapsulation);
  },
});

export type TunnelArgs = ArgsOf<typeof tunnel>;

function checkFamily(field: string, end: string, encapsulation: Encapsulation): void {
  const wanted = overIpv6.some((kind) => kind === encapsulation) ? "IPv6" : "IPv4";
  const is = end.includes(":") ? "IPv6" : "IPv4";
  if (is === wanted) return;
  const reason = `is ${is}, and ${encapsulation} runs over ${wanted}`;
  throw new InvalidValue(field, end, reason, `write an ${wanted} address`);
}
