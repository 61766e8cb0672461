import { describe, expect, it } from "@jest/globals";
import { Address4, Address6 } from "ip-address";
import { fallbackRule } from "../../uplink/failover.ts";
import { forwardRules } from "../../uplink/forwards.ts";
import { leaseGuard } from "../../uplink/lease-guard.ts";
import { dropInvalid, naptRules } from "../../uplink/napt.ts";
import { parseResource, type ResourceType } from "../../vyos/resources/registry.ts";
import type { Inputs } from "../../vyos/resources/row.ts";
import { pathsOf } from "../../vyos/tree.ts";
import { parseInterfaceName, parseIpv4 } from "../../vyos/values.ts";
import schema from "./fixtures/vyos-schema.json" with { type: "json" };

/** One node of VyOS's own interface definitions, as the fixture keeps it. */
interface Node {
  path: string[];
  kind: string;
  valueless?: boolean;
  constraint?: string;
}

/** What the validators named by the definitions take, written here anew and not taken from the program. */
const validators: Readonly<Record<string, (value: string) => boolean>> = {
  "ip-host": (value) => /\/\d+$/.test(value) && (Address4.isValid(value) || Address6.isValid(value)),
  "interface-address": (value) =>
    /\/\d+$/.test(value) && (Address4.isValid(value) || Address6.isValid(value)),
  "ip-address": (value) => !value.includes("/") && (Address4.isValid(value) || Address6.isValid(value)),
  "ipv4-address": (value) => !value.includes("/") && Address4.isValid(value),
  "ipv6-address": (value) => !value.includes("/") && Address6.isValid(value),
  "ipv4-prefix": (value) =>
    value.includes("/") &&
    Address4.isValid(value) &&
    new Address4(value).startAddress().address === value.split("/")[0],
  "ipv6-prefix": (value) =>
    value.includes("/") &&
    Address6.isValid(value) &&
    new Address6(value).startAddress().correctForm() === value.split("/")[0],
  "port-range": (value) => /^\d+(-\d+)?$/.test(value),
  "port-multi": (value) => value.split(",").every((part) => /^\d+(-\d+)?$/.test(part)),
  "ip-protocol": (value) => ["all", "tcp", "udp", "tcp_udp", "icmp"].includes(value),
};

function takes(constraint: string | undefined, value: string): boolean {
  if (constraint === undefined) return true;
  return constraint.split(" | ").some((alternative) => {
    const [kind = "", ...rest] = alternative.split(":");
    const rule = rest.join(":");
    if (kind === "enum") return rule.split("|").includes(value);
    if (kind === "u32") {
      const [from = 0, to = 0] = rule.split("-").map(Number);
      return /^\d+$/.test(value) && Number(value) >= from && Number(value) <= to;
    }
    if (kind === "regex")
      return new RegExp(`^(?:${constraint.slice("regex:".length).split(" | validator:")[0]})$`).test(value);
    return validators[rule.split(" ")[0] ?? ""]?.(value) ?? false;
  });
}

function complaints(nodes: Node[], path: string[]): string[] {
  const fits = (node: Node, words: string[]): boolean =>
    node.path.length === words.length &&
    node.path.every((part, index) => part.startsWith("<") || part === words[index]);
  for (let length = 1; length <= path.length; length += 1) {
    const node = nodes.find((candidate) => fits(candidate, path.slice(0, length)));
    const rest = path.length - length;
    if (node === undefined) {
      const parent = nodes.find((candidate) => fits(candidate, path.slice(0, length - 1)));
      if (parent?.kind === "tag" && takes(parent.constraint, path[length - 1] ?? "")) continue;
      return [`${path.slice(0, length).join(" ")} is no path`];
    }
    if (node.kind === "leaf") {
      if (node.valueless) return rest === 0 ? [] : [`${path.join(" ")} has a value too many`];
      const value = path[length] ?? "";
      if (rest === 1 && takes(node.constraint, value)) return [];
      return [`${node.path.join(" ")} does not take ${value}`];
    }
  }
  return [];
}

const ce = "2404:7a82:4d02:4100:85:d10d:200:4100";
const blocks = Array.from({ length: 15 }, (_, index): [number, number] => [
  5136 + index * 4096,
  5151 + index * 4096,
]);
const eth1 = { guardedInterface: parseInterfaceName("interface", "eth1"), takeOver: false };
const task = leaseGuard(eth1).find(({ type }) => type === "node");
const drop = dropInvalid(5, { tunnelName: "tun0", takeOver: false });
const emitted: { name: string; type: ResourceType; inputs: Inputs }[] = [
  {
    name: "the tunnel",
    type: "tun",
    inputs: {
      name: "tun0",
      sourceAddress: ce,
      sourceInterface: "eth1",
      remote: "2001:260:700:1::1:275",
      addresses: ["133.209.13.2/32"],
      encapsulationLimit: "none",
      adjustMss: 1420,
      description: "MAP-E",
    },
  },
  {
    name: "the CE address on eth1",
    type: "addr",
    inputs: { interface: "eth1", address: `${ce}/128` },
  },
  {
    name: "an address on dum0",
    type: "addr",
    inputs: { interface: "dum0", address: "192.0.2.1/32" },
  },
  {
    name: "the route by a link-local next-hop",
    type: "route",
    inputs: { prefix: "::/0", nextHop: "fe80::a611:bbff:fe7d:ee11", interface: "eth1" },
  },
  {
    name: "the default route into the tunnel",
    type: "route",
    inputs: { prefix: "0.0.0.0/0", interface: "tun0", distance: 5, description: "x" },
  },
  {
    name: "the default route to the WXR",
    type: "route",
    inputs: { prefix: "0.0.0.0/0", nextHop: "192.168.100.1", distance: 9 },
  },
  {
    name: "a blackhole",
    type: "route",
    inputs: { prefix: "2001:db8::/32", blackhole: true, distance: 250 },
  },
  {
    name: "NAPT over 15 blocks",
    type: "rules",
    inputs: {
      rules: naptRules({
        outboundInterface: "tun0",
        address: "133.209.13.2",
        blocks,
        firstRule: 1000,
        stripeWidth: 32,
      }),
    },
  },
  {
    name: "the failover route into the tunnel",
    type: "failover",
    inputs: {
      prefix: "0.0.0.0/0",
      nextHop: "192.0.0.1",
      interface: "tun0",
      targets: ["1.0.0.2", "9.9.9.10"],
      port: 443,
      checkSeconds: 5,
    },
  },
  {
    name: "a check's target by the tunnel alone",
    type: "route",
    inputs: { prefix: "1.0.0.2/32", interface: "tun0", description: "failover check by the tunnel alone" },
  },
  {
    name: "the task of the lease guard",
    type: "node",
    inputs: { ...task?.args },
  },
  {
    name: "the rule that drops what is invalid",
    type: "node",
    inputs: { ...drop.args },
  },
  {
    name: "masquerading to the WXR",
    type: "rules",
    inputs: { rules: [fallbackRule("eth0", 1017)] },
  },
  {
    name: "port forwards",
    type: "dnats",
    inputs: {
      rules: forwardRules(
        [{ protocol: "tcp", port: 5136, address: parseIpv4("address", "192.168.100.10"), targetPort: 22 }],
        { inboundInterface: "tun0", address: "133.209.13.2", firstRule: 1000 },
      ),
    },
  },
];

/**
 * The fixture has no `nat destination`. vyos-1x builds it from the same include as `nat source` (interface-definitions:
 * nat.xml.in, include/nat-rule.xml.i) with inbound-interface in place of outbound-interface, and no masquerade.
 */
function withDestinationNat(nodes: readonly Node[]): Node[] {
  const mirrored = nodes
    .filter(({ path }) => path[0] === "nat" && path[1] === "source" && path[4] !== "load-balance")
    .map((node) => ({
      ...node,
      path: node.path.map((word, index) =>
        index === 1 ? "destination" : word === "outbound-interface" ? "inbound-interface" : word,
      ),
      constraint: node.constraint?.replace(" | enum:masquerade", ""),
    }));
  return [...nodes, ...mirrored];
}

/**
 * The fixture has the groups of the firewall alone. Restated from vyos-1x of both releases (interface-definitions:
 * include/firewall/ipv4-hook-forward.xml.i, outbound-interface.xml.i, state.xml.i): a rule's own words, as far as one is made.
 */
const rule = ["firewall", "ipv4", "forward", "filter", "rule", "<rule>"];
const filter: Node[] = [
  ...[1, 2, 3, 4].map((length) => ({ path: rule.slice(0, length), kind: "node" })),
  { path: rule.slice(0, 5), kind: "tag", constraint: "u32:1-999999" },
  {
    path: [...rule, "action"],
    kind: "leaf",
    constraint: "enum:accept|continue|jump|reject|return|drop|queue|offload",
  },
  { path: [...rule, "description"], kind: "leaf", constraint: "regex:.{0,255}" },
  { path: [...rule, "outbound-interface"], kind: "node" },
  { path: [...rule, "outbound-interface", "name"], kind: "leaf", constraint: "regex:[a-z]+[0-9]+" },
  { path: [...rule, "state"], kind: "leaf", constraint: "enum:established|invalid|new|related" },
];

describe.each(["1.4", "rolling"] as const)("VyOS %s", (version) => {
  const nodes = [...withDestinationNat(schema.schema[version]), ...filter];

  it.each(emitted)("has every path and takes every value of $name", ({ type, inputs }) => {
    const paths = parseResource(type, inputs).nodes.flatMap(({ path, tree }) => {
      const below = pathsOf(tree);
      return below.length === 0 ? [[...path]] : below.map((words) => [...path, ...words]);
    });
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.flatMap((path) => complaints(nodes, path))).toEqual([]);
  });

  it.each([
    "interfaces tunnel tun0 mtu 10",
    "nat source rule 1 outbound-interface eth1",
    "protocols static route 10.0.0.1/8 blackhole",
    "nat source rule 1 translation port 1-2,3",
    "nat destination rule 1 inbound-interface tun0",
    "protocols failover route 0.0.0.0/0 interface tun0",
    "protocols failover route 0.0.0.0/0 next-hop 192.0.0.1 check timeout 300",
    "system task-scheduler task guard interval 1x",
    "firewall ipv4 forward filter rule 5 state invalid enable",
    "nat destination rule 1 translation address masquerade",
  ])("would complain about %s", (line) => expect(complaints(nodes, line.split(" "))).not.toEqual([]));
});
