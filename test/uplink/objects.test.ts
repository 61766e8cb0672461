import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { parseRouterSettings } from "../../config/router-settings.ts";
import { naptRules } from "../../uplink/napt.ts";
import { parseUplink } from "../../uplink/objects.ts";
import { parseResource } from "../../vyos/resources/registry.ts";

/** The home stack as people keep it, read without a YAML library: it is a flat list of keys. */
const home = new Map(
  readFileSync(join(__dirname, "../../Pulumi.home.yaml"), "utf8")
    .split("\n")
    .flatMap((line): [string, string][] => {
      const match = /^ {2}vyos-uplink:(\w+): "?([^"]*)"?$/.exec(line);
      return match ? [[match[1] ?? "", match[2] ?? ""]] : [];
    }),
);
type Changes = Readonly<Record<string, string>>;
const reader = (changes: Changes) => (key: string) => changes[key] ?? home.get(key);
const mape = (changes: Changes = {}) => parseUplink(reader({ uplink: "mape", ...changes }));

test("parseUplink() derives the first router's line from its delegated prefix", () => {
  const line = mape({ borderRelay: "", ceAddress: "", ipv4Address: "", psid: "", service: "auto" }).mape
    ?.line;
  expect(line).toMatchObject({
    ipv4: "133.209.13.2",
    psid: 0x41,
    ceAddress: "2404:7a82:4d02:4100:85:d10d:200:4100",
    borderRelay: "2001:260:700:1::1:275",
  });
  expect(line?.portBlocks).toHaveLength(15);
  expect(line?.portBlocks?.[0]).toEqual([5136, 5151]);
});

test("parseUplink() takes the same line in figures alone", () => {
  const figures = { delegatedPrefix: "", service: "", psidLength: "8", psidOffset: "4" };
  expect(mape(figures).mape?.line).toEqual({ ...mape().mape?.line, warnings: [] });
});

test("parseUplink() takes the same line by an explicit rule", () => {
  const rule = {
    mapRuleIpv6Prefix: "2404:7a82:4c00::/38",
    mapRuleIpv4Prefix: "133.209.12.0/22",
    mapRuleEaBits: "18",
    psidOffset: "4",
  };
  const warnings = [expect.stringContaining("does not say the form")];
  expect(mape(rule).mape?.line).toEqual({ ...mape().mape?.line, warnings });
});

test("parseUplink() keeps the default route one object in both modes, and lists what mape's requires", () => {
  const wxr = parseUplink(reader({}));
  expect(wxr.defaultRoute).toEqual({
    prefix: "0.0.0.0/0",
    nextHop: "192.168.100.1",
    probe: { gateway: "192.168.100.1" },
  });
  expect(wxr.mape).toBeUndefined();
  expect(wxr.requires).toEqual([]);
  const declared = parseUplink(reader({ uplink: "mape" }));
  expect(declared.defaultRoute).toEqual({
    prefix: "0.0.0.0/0",
    interface: "tun0",
    probe: {
      borderRelay: "2001:260:700:1::1:275",
      sourceAddress: "133.209.13.2",
      sourcePorts: "5136-5151",
    },
  });
  expect(declared.requires).toEqual(
    expect.arrayContaining(["interfaces tunnel tun0", "nat source rule 1016"]),
  );
});

test("parseUplink() forwards a port to a host inside, and keeps it out of source NAT", () => {
  const objects = mape({ portForwards: "tcp:5136>192.168.100.10:22", reservedPorts: "9233" }).mape;
  expect(objects?.forwards).toEqual([
    {
      number: 1000,
      description: "MAP-E forward 5136 to 192.168.100.10 port 22",
      inboundInterface: "tun0",
      protocol: "tcp",
      destinationAddress: "133.209.13.2",
      destinationPort: "5136",
      translationAddress: "192.168.100.10",
      translationPort: "22",
    },
  ]);
  const ranges = objects?.rules.map(({ translationPort }) => translationPort);
  expect(ranges?.slice(0, 4)).toEqual(["5137-5151", "9232", "9234-9247", "13328-13343"]);
  expect(objects?.rules).toHaveLength(16 + 2);
  expect(parseResource("dnats", { rules: objects?.forwards }).id).toBe("nat destination rule 1000-1000");
});

describe("parseUplink() and parseRouterSettings() refuse", () => {
  it.each<{ name: string; change: Changes; says: RegExp }>([
    { name: "an unknown uplink", change: { uplink: "both" }, says: /uplink: "both" is none of mape, wxr/ },
    {
      name: "a tunnel named mape",
      change: { tunnelName: "mape" },
      says: /tunnelName: "mape" is not a tunnel name[\s\S]*tun0/,
    },
    {
      name: "v6plus's border relay on a BIGLOBE line",
      change: { borderRelay: "2404:9200:225:100::64" },
      says: /borderRelay: .*belongs to v6plus.*BIGLOBE[\s\S]*2001:260:700:1::1:275/i,
    },
    {
      name: "a CE address that does not match the prefix",
      change: { ceAddress: "2404:7a82:4d02:4100:85:d10d:200:4200" },
      says: /ceAddress: .*does not match[\s\S]*2404:7a82:4d02:4100:85:d10d:200:4100/,
    },
    {
      name: "an IPv4 address that does not match",
      change: { ipv4Address: "133.209.13.3" },
      says: /ipv4Address: .*does not match[\s\S]*133\.209\.13\.2/,
    },
    { name: "a PSID that does not match", change: { psid: "0x42" }, says: /psid: .*does not match[\s\S]*65/ },
    {
      name: "a link-local next-hop without interface",
      change: { ipv6Interface: "" },
      says: /ipv6NextHop: .*link-local[\s\S]*ipv6Interface eth1/,
    },
    {
      name: "a prefix that is shorter than the service's",
      change: { delegatedPrefix: "2404:7a82:4d02:4100::/48" },
      says: /shorter than the \/56[\s\S]*2404:7a82:4d02:4100::\/56/,
    },
    { name: "rule base 0", change: { natRuleBase: "0" }, says: /natRuleBase: "0"[\s\S]*999999/ },
    { name: "rule base 1000000", change: { natRuleBase: "1000000" }, says: /natRuleBase: "1000000"/ },
    {
      name: "a missing router",
      change: { routerHost: "" },
      says: /routerHost: "" is missing[\s\S]*pulumi config set routerHost/,
    },
    {
      name: "a host key that is none",
      change: { routerHostKey: "SHA256:short" },
      says: /routerHostKey: .*fingerprint/,
    },
    { name: "a quote in the host", change: { routerHost: "a'b" }, says: /routerHost: .*not a host name/ },
    { name: "a newline in the user", change: { routerUser: "vyos\nroot" }, says: /routerUser: .*login name/ },
    { name: "a line of another service", change: { service: "ocn" }, says: /BIGLOBE/i },
    {
      name: "a prefix of a DS-Lite service",
      change: { delegatedPrefix: "2409:10:1234:5600::/56", service: "auto" },
      says: /transix[\s\S]*DS-Lite|DS-Lite[\s\S]*transix/i,
    },
  ])("$name", ({ change, says }) => {
    const read = reader({ uplink: "mape", ...change });
    expect(() => [
      parseRouterSettings((key) => read(key) ?? (key === "routerPassword" ? "x" : undefined)),
      parseUplink(read),
    ]).toThrow(says);
  });
});

describe("naptRules()", () => {
  const blocks = mape().mape?.line.portBlocks ?? [];
  const rules = naptRules({
    outboundInterface: "tun0",
    address: "133.209.13.2",
    blocks,
    firstRule: 1000,
    stripeWidth: 32,
  });

  test("gives every client port to exactly one block before the catch-all", () => {
    const owners = new Map<number, number>();
    for (const rule of rules) {
      for (const range of rule.sourcePort?.split(",") ?? []) {
        const [from = 0, to = from] = range.split("-").map(Number);
        for (let port = from; port <= to; port += 1) {
          expect(owners.has(port)).toBe(false);
          owners.set(port, rule.number);
        }
      }
    }
    expect(owners.size).toBeGreaterThan(61_000); // the last of 15 stripes is the catch-all, so 14/15 of 65535
    expect(owners.get(32_768)).not.toBe(owners.get(32_768 + 32));
  });

  test("uses all 240 ports, ends with icmp and the guard, and VyOS takes every rule", () => {
    expect(rules.map(({ translationPort }) => translationPort).filter(Boolean)).toEqual(
      blocks.map(([from, to]) => `${from}-${to}`),
    );
    expect(rules.slice(-3).map(({ protocol, sourcePort }) => ({ protocol, sourcePort }))).toEqual([
      { protocol: "tcp_udp", sourcePort: undefined },
      { protocol: "icmp", sourcePort: undefined },
      { protocol: "all", sourcePort: undefined },
    ]);
    expect(parseResource("rules", { rules }).nodes).toHaveLength(17);
  });

  test("gives a range that a reservation made small a share of the clients by its size", () => {
    const cut = naptRules({
      outboundInterface: "tun0",
      address: "133.209.13.2",
      blocks: [
        [5136, 5136],
        [5138, 5151],
        [9232, 9247],
        [13_328, 13_343],
      ],
      firstRule: 1000,
      stripeWidth: 32,
    });
    const clients = cut.slice(0, 3).map(({ sourcePort = "" }) =>
      sourcePort.split(",").reduce((sum, range) => {
        const [from = 0, to = from] = range.split("-").map(Number);
        return sum + to - from + 1;
      }, 0),
    );
    const perPort = clients.map((count, index) => count / ([1, 14, 16][index] ?? 1));
    expect(Math.max(...perPort) / Math.min(...perPort)).toBeLessThan(1.05);
    expect(cut[0]?.translationPort).toBe("5136");
    expect(cut).toHaveLength(6);
  });

  test("restricts no port on a line with a whole address", () => {
    const whole = naptRules({
      outboundInterface: "tun0",
      address: "192.0.2.18",
      blocks: null,
      firstRule: 1,
      stripeWidth: 32,
    });
    expect(whole.every(({ translationPort }) => translationPort === undefined)).toBe(true);
  });
});
