import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Given } from "../../config/given.ts";
import { defaultRouteName, parsed, requirementOn } from "../../uplink/named-resource.ts";
import { homeResources, resource } from "../config/home.ts";

const names = (changes: Given = {}): string[] => homeResources(changes).map(({ name }) => name);

describe("resourcesOf()", () => {
  it("keeps the default route one resource in both modes, last of all", () => {
    expect(names({ uplink: "wxr" })).toEqual(["ipv6-default-route", defaultRouteName]);
    expect(names()).toEqual([
      "ce-address",
      "border-relay-route",
      "tunnel",
      "napt",
      "ipv6-default-route",
      defaultRouteName,
    ]);
  });

  it("routes wxr by its next-hop, which requires nothing", () => {
    expect(resource(homeResources({ uplink: "wxr" }), "route", defaultRouteName)).toEqual({
      prefix: "0.0.0.0/0",
      nextHop: "192.168.100.1",
      probe: { gateway: "192.168.100.1" },
      requires: [],
      takeOver: false,
    });
  });

  it("routes mape into the tunnel, once everything that carries it is there", () => {
    expect(resource(homeResources(), "route", defaultRouteName)).toMatchObject({
      interface: "tun0",
      probe: {
        borderRelay: "2001:260:700:1::1:275",
        sourceAddress: "133.209.13.2",
        sourcePorts: "5136-5151",
      },
      requires: [
        "interfaces ethernet eth1 address 2404:7a82:4d02:4100:85:d10d:200:4100/128",
        "protocols static route6 2001:260:700:1::1:275/128",
        "interfaces tunnel tun0",
        "nat source rule 1016",
      ],
    });
  });

  it("forwards a port to a host inside, and keeps it out of source NAT", () => {
    const resources = homeResources({
      portForwards: "tcp:5136>192.168.100.10:22",
      reservedPorts: "9233",
    });
    expect(resource(resources, "dnats", "port-forwards").rules).toEqual([
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
    const { rules } = resource(resources, "rules", "napt");
    const ranges = rules.map(({ translationPort }) => translationPort);
    expect(ranges.slice(0, 4)).toEqual(["5137-5151", "9232", "9234-9247", "13328-13343"]);
    expect(rules).toHaveLength(16 + 2);
  });
});

describe("resourcesOf(), whatever the uplink and its options", () => {
  const options = fc.record({
    uplink: fc.constantFrom("mape", "wxr"),
    ipv6Interface: fc.constantFrom("eth1", "eth1.10", "bond0.4000", "br0", "eth1.100.20", "wlan0"),
    ipv6NextHop: fc.constantFrom("fe80::a611:bbff:fe7d:ee11", "2404:7a82:4d02:4100::1"),
    tunnelName: fc.constantFrom("tun0", "tun7"),
    natRuleBase: fc.constantFrom("1", "1000"),
    napt: fc.constantFrom("stripes", "exact"),
    naptDropInvalid: fc.constantFrom("true", "false"),
    failover: fc.constantFrom("none", "wxr"),
    failoverTargets: fc.constantFrom("1.0.0.2", "1.0.0.2,9.9.9.10"),
    wxrMasquerade: fc.constantFrom("true", "false"),
    leaseGuard: fc.constantFrom("true", "false"),
    portForwards: fc.constantFrom("", "tcp:5136>192.168.100.10:22"),
    reservedPorts: fc.constantFrom("", "9232-9240"),
    takeOver: fc.constantFrom("true", "false"),
  });

  it("brings each requirement by a resource before the one that requires it", () => {
    fc.assert(
      fc.property(options, (given) => {
        const resources = homeResources(given);
        for (const [index, one] of resources.entries()) {
          const before = resources.slice(0, index).map(requirementOn);
          for (const required of parsed(one).requires) expect(before).toContain(required);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has for each a name and a path of its own, and takes over all or none", () => {
    fc.assert(
      fc.property(options, (given) => {
        const resources = homeResources(given);
        const unique = (words: readonly string[]): void => expect(new Set(words).size).toBe(words.length);
        unique(resources.map(({ name }) => name));
        unique(resources.flatMap((one) => parsed(one).nodes.map(({ path }) => path.join(" "))));
        for (const { type, args } of resources) {
          if (type !== "boot") expect(args.takeOver).toBe(given.takeOver === "true");
        }
      }),
      { numRuns: 300 },
    );
  });

  it("requires in mape, for the default route, whatever a packet of the LAN passes", () => {
    fc.assert(
      fc.property(options, (given) => {
        const resources = homeResources(given);
        const last = resources.at(-1);
        const requires = last === undefined ? [] : parsed(last).requires;
        const carries = ["addr", "tun", "rules", "failover"];
        const wanted = resources.filter(
          ({ type, name }) => carries.includes(type) || /^(border-relay|failover-check|napt-hook)/.test(name),
        );
        expect(requires).toEqual(expect.arrayContaining(wanted.map(requirementOn)));
        if (given.uplink === "wxr") expect(requires).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
