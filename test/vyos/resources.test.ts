import { describe, expect, it, test } from "@jest/globals";
import { InvalidValue } from "../../errors.ts";
import { models, parseResource, type ResourceType } from "../../vyos/resources/registry.ts";
import type { Inputs } from "../../vyos/resources/row.ts";
import { pathsOf } from "../../vyos/tree.ts";

const tunnel = {
  name: "tun0",
  sourceAddress: "2404:7a82:4d02:4100:85:d10d:200:4100",
  remote: "2001:260:700:1::1:275",
  addresses: ["133.209.13.2/32"],
};
const route = { prefix: "::/0", nextHop: "fe80::a611:bbff:fe7d:ee11", interface: "eth1" };
const rule = { number: 1000, outboundInterface: "tun0", translationAddress: "133.209.13.2" };
const address = { interface: "eth1", address: "2404:7a82:4d02:4100:85:d10d:200:4100/128" };
const forward = {
  number: 1000,
  inboundInterface: "tun0",
  protocol: "tcp",
  destinationPort: "5136",
  translationAddress: "192.168.100.10",
};
const node = { path: "service ntp server 192.0.2.1", tree: { prefer: null } };

const failover = {
  prefix: "0.0.0.0/0",
  nextHop: "192.0.0.1",
  interface: "tun0",
  targets: ["9.9.9.10", "1.0.0.2"],
  port: 443,
};
const script = { name: "uplink-check", text: "#!/bin/sh\nexit 0\n", start: "start", stop: "stop" };

const good: Readonly<Record<ResourceType, Inputs>> = {
  tun: tunnel,
  addr: address,
  route: route,
  rule: rule,
  rules: { rules: [rule] },
  dnats: { rules: [forward] },
  node: node,
  failover: failover,
  script: script,
  boot: { line: "/config/scripts/uplink-check start" },
  zone: { zone: "WAN", interface: "tun0" },
  group: { group: "WAN-PORTS", interface: "tun0" },
};

interface Refused {
  name: string;
  type: ResourceType;
  change: Inputs;
  field: string;
  says: RegExp;
}

const refused: Refused[] = [
  {
    name: "a zone with a space in its name",
    type: "zone",
    change: { zone: "my WAN" },
    field: "zone",
    says: /is not a name of a zone or group.*\n.*WAN/,
  },
  {
    name: "a tunnel named mape",
    type: "tun",
    change: { name: "mape" },
    field: "name",
    says: /takes only tun and a number.*\n.*tun0/,
  },
  {
    name: "an IPv4 border relay under ipip6",
    type: "tun",
    change: { remote: "192.0.2.1" },
    field: "remote",
    says: /runs over IPv6/,
  },
  {
    name: "a remote that is no address",
    type: "tun",
    change: { remote: "bogus" },
    field: "remote",
    says: /not an IPv4 address/,
  },
  {
    name: "no source at all",
    type: "tun",
    change: { sourceAddress: "" },
    field: "sourceAddress",
    says: /give one of the two/,
  },
  {
    name: "a way out of the folder of scripts",
    type: "script",
    change: { name: "../config.boot" },
    field: "name",
    says: /no name of a script/,
  },
  {
    name: "a hook that run-parts would pass over",
    type: "script",
    change: { name: "commit/post-hooks.d/50.sh" },
    field: "name",
    says: /no name of a script/,
  },
  {
    name: "a script without an interpreter",
    type: "script",
    change: { text: "echo" },
    field: "text",
    says: /#!\/bin\/sh/,
  },
  {
    name: "a carriage return in a script",
    type: "script",
    change: { text: "#!/bin/sh\r\n" },
    field: "text",
    says: /control character/,
  },
  {
    name: "two words as an argument",
    type: "script",
    change: { start: "a b" },
    field: "start",
    says: /one plain argument/,
  },
  {
    name: "a second command in the line of a boot",
    type: "boot",
    change: { line: "/config/scripts/a; reboot" },
    field: "line",
    says: /plain arguments/,
  },
  { name: "an MTU of 10", type: "tun", change: { mtu: 10 }, field: "mtu", says: /68 to 16000/ },
  {
    name: "$(reboot) in a description",
    type: "tun",
    change: { description: "$(reboot)" },
    field: "description",
    says: /root shell/,
  },
  {
    name: "a backtick in a description",
    type: "tun",
    change: { description: "`id`" },
    field: "description",
    says: /root shell/,
  },
  {
    name: "a quote in a description",
    type: "tun",
    change: { description: "it's" },
    field: "description",
    says: /root shell/,
  },
  {
    name: "a newline in a description",
    type: "tun",
    change: { description: "a\nb" },
    field: "description",
    says: /root shell/,
  },
  {
    name: "a newline in a name",
    type: "tun",
    change: { name: "tun0\n" },
    field: "name",
    says: /not a tunnel name/,
  },
  {
    name: "a quote in an address",
    type: "addr",
    change: { address: "192.0.2.1'/32" },
    field: "address",
    says: /not an IPv4 address/,
  },
  {
    name: "a newline in an interface",
    type: "addr",
    change: { interface: "eth1\n" },
    field: "interface",
    says: /not an interface name/,
  },
  {
    name: "a link-local next-hop without interface",
    type: "route",
    change: { interface: "" },
    field: "nextHop",
    says: /link-local.*\n.*add the interface/,
  },
  {
    name: "host bits in a prefix",
    type: "route",
    change: { prefix: "2001:db8::1/32" },
    field: "prefix",
    says: /host bits.*\n.*2001:db8::\/32/,
  },
  {
    name: "a next-hop of the other family",
    type: "route",
    change: { nextHop: "192.0.2.1" },
    field: "nextHop",
    says: /another family/,
  },
  {
    name: "a blackhole with an interface",
    type: "route",
    change: { blackhole: true },
    field: "blackhole",
    says: /excludes/,
  },
  {
    name: "a distance of 256",
    type: "route",
    change: { distance: 256 },
    field: "distance",
    says: /1 to 255/,
  },
  { name: "rule number 0", type: "rule", change: { number: 0 }, field: "number", says: /1 to 999999/ },
  {
    name: "rule number 1000000",
    type: "rule",
    change: { number: 1_000_000 },
    field: "number",
    says: /1 to 999999/,
  },
  {
    name: "a port range upside down",
    type: "rule",
    change: { protocol: "tcp", translationPort: "5151-5136" },
    field: "translationPort",
    says: /upside down.*\n.*5136-5151/,
  },
  {
    name: "a list as translation port",
    type: "rule",
    change: { protocol: "tcp", translationPort: "1-2,5-6" },
    field: "translationPort",
    says: /not a port/,
  },
  {
    name: "a port with icmp",
    type: "rule",
    change: { protocol: "icmp", translationPort: "5136" },
    field: "protocol",
    says: /tcp_udp/,
  },
  {
    name: "a rule twice in a list",
    type: "rules",
    change: { rules: [rule, rule] },
    field: "rules",
    says: /twice/,
  },
  {
    name: "rule number 0 in a list",
    type: "rules",
    change: { rules: [{ ...rule, number: 0 }] },
    field: "rules[0].number",
    says: /1 to 999999/,
  },
  {
    name: "a forward to masquerade",
    type: "dnats",
    change: { rules: [{ ...forward, translationAddress: "masquerade" }] },
    field: "rules[0].translationAddress",
    says: /address inside/,
  },
  {
    name: "a forward of a port without its protocol",
    type: "dnats",
    change: { rules: [{ ...forward, protocol: "all" }] },
    field: "rules[0].protocol",
    says: /only with tcp, udp or tcp_udp/,
  },
  { name: "an empty list", type: "rules", change: { rules: [] }, field: "rules", says: /at least one/ },
  {
    name: "a whole top-level node",
    type: "node",
    change: { path: "service" },
    field: "path",
    says: /everything of others/,
  },
  {
    name: "a command substitution in a tree",
    type: "node",
    change: { tree: { a: "$(id)" } },
    field: "tree.a",
    says: /root shell/,
  },
];

describe("parseResource()", () => {
  it.each(refused)("refuses $name and says what to write", ({ type, change, field, says }) => {
    const parse = (): unknown => parseResource(type, { ...good[type], ...change });
    expect(parse).toThrow(InvalidValue);
    expect(parse).toThrow(expect.objectContaining({ field }));
    expect(parse).toThrow(says);
  });

  it.each(Object.entries(good))("takes a right %s and owns paths below its id only", (type, inputs) => {
    const resource = parseResource(type as ResourceType, inputs);
    if (type === "script" || type === "boot") {
      expect(resource.files.map(({ path }) => resource.id.split(": ")[0] === path)).toEqual([true]);
      expect(resource.nodes).toEqual([]);
      return;
    }
    expect(resource.nodes.length).toBeGreaterThan(0);
    if (!type.endsWith("s")) expect(resource.nodes.map(({ path }) => path.join(" "))).toEqual([resource.id]);
  });

  test("writes an address in one spelling, whatever was given", () => {
    const spelled = { ...tunnel, remote: "2001:0260:0700:0001:0000:0000:0001:0275" };
    expect(models.tun.compare(tunnel, spelled)).toEqual({ kind: "same" });
  });
});

describe("compare()", () => {
  it.each<{ name: string; type: ResourceType; change: Inputs; verdict: object }>([
    {
      name: "updates a new remote in place",
      type: "tun",
      change: { remote: "2001:db8::2" },
      verdict: { kind: "update", changed: ["remote"] },
    },
    {
      name: "replaces a renamed tunnel",
      type: "tun",
      change: { name: "tun1" },
      verdict: { kind: "replace", because: ["name"] },
    }, // the name is the identity
    {
      name: "sees no change in reordered addresses",
      type: "tun",
      change: { addresses: ["133.209.13.2/32"] },
      verdict: { kind: "same" },
    },
    {
      name: "replaces a route to another prefix",
      type: "route",
      change: { prefix: "2001:db8::/32" },
      verdict: { kind: "replace", because: ["prefix"] },
    },
    {
      name: "updates a list of rules, never replaces it",
      type: "rules",
      change: { rules: [{ ...rule, number: 2 }] },
      verdict: { kind: "update", changed: ["rules"] },
    },
  ])("$name", ({ type, change, verdict }) => {
    expect(models[type].compare(good[type], { ...good[type], ...change })).toEqual(verdict);
  });
});

test("the first router's tunnel is these lines", () => {
  const [owned] = parseResource("tun", {
    ...tunnel,
    sourceInterface: "eth1",
    encapsulationLimit: "none",
    adjustMss: 1420,
  }).nodes;
  expect(owned && pathsOf(owned.tree).map((path) => path.join(" "))).toEqual([
    "address 133.209.13.2/32",
    "encapsulation ipip6",
    "ip adjust-mss 1420",
    "mtu 1460",
    "parameters ipv6 encaplimit none",
    "remote 2001:260:700:1::1:275",
    "source-address 2404:7a82:4d02:4100:85:d10d:200:4100",
    "source-interface eth1",
  ]);
});
