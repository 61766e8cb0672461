import { describe, expect, it } from "@jest/globals";
import type { Given } from "../../config/given.ts";
import { defaultRouteName } from "../../uplink/named-resource.ts";
import { homeResources, resource, sheet, transix } from "../config/home.ts";

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
      "napt-drop-invalid",
      defaultRouteName,
    ]);
  });

  it("routes wxr by its next-hop, which requires nothing", () => {
    expect(resource(homeResources({ uplink: "wxr" }), "route", defaultRouteName)).toEqual({
      prefix: "0.0.0.0/0",
      nextHop: "192.168.100.1",
      probe: { gateway: "192.168.100.1" },
      releases: true,
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
        ...Array.from({ length: 17 }, (_, index) => `nat source rule ${1000 + index}`),
        "firewall ipv4 forward filter rule free",
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

describe("resourcesOf() of a line that shares no ports", () => {
  it("makes of dslite the same tunnel to the service's own AFTR, and leaves NAT to the provider", () => {
    const resources = homeResources(transix);
    expect(resources.map(({ name }) => name)).not.toContain("napt");
    expect(resource(resources, "tun", "tunnel")).toMatchObject({
      remote: "2404:8e00::feed:100",
      sourceAddress: "2409:10:a1b2:c300:c0:0:200:0",
      addresses: ["192.0.0.2/29"],
      mtu: 1460,
      adjustMss: 1420,
    });
    expect(resource(resources, "route", defaultRouteName)).toMatchObject({
      interface: "tun0",
      requires: expect.arrayContaining(["protocols static route6 2404:8e00::feed:100/128"]),
    });
  });

  it("makes of ipip a tunnel from the provider's identifier, and translates to the fixed address, whatever the port", () => {
    const resources = homeResources(sheet);
    expect(resource(resources, "addr", "ce-address")).toMatchObject({
      address: "240b:11:52c1:9300:cb:71:4d00:0/128",
    });
    expect(resource(resources, "tun", "tunnel")).toMatchObject({
      remote: "2404:9200:225:100::65",
      addresses: ["203.0.113.77/32"],
    });
    const { rules } = resource(resources, "rules", "napt");
    expect(rules).toEqual([
      {
        number: 1000,
        description: "to the own address, whatever the port",
        outboundInterface: "tun0",
        protocol: "all",
        translationAddress: "203.0.113.77",
      },
    ]);
  });

  it("uses of several fixed addresses the one that is named", () => {
    const several = { ...sheet, ipv4Address: "203.0.113.77/29" };
    const { rules } = resource(homeResources(several), "rules", "napt");
    expect(rules[0]?.translationAddress).toBe("203.0.113.77");
  });

  it("forwards any port in ipip, and none in dslite", () => {
    const forwards = { portForwards: "tcp:443>192.168.100.10:443" };
    const { rules } = resource(homeResources({ ...sheet, ...forwards }), "dnats", "port-forwards");
    expect(rules[0]).toMatchObject({ destinationAddress: "203.0.113.77", destinationPort: "443" });
    expect(() => homeResources({ ...transix, ...forwards })).toThrow(
      /portForwards: .*the provider translates/,
    );
  });

  it("fails over as mape does", () => {
    const names = homeResources({ ...transix, failover: "wxr", wxrMasquerade: "true" }).map(
      ({ name }) => name,
    );
    expect(names).toEqual(
      expect.arrayContaining(["ipv4-failover-route", "napt", "failover-check-1.0.0.2/32"]),
    );
  });

  it("takes MTU and MSS from the stack where they are given", () => {
    const tunnel = (given: Given) => resource(homeResources(given), "tun", "tunnel");
    expect(tunnel({ ...transix, tunnelMtu: "1280" })).toMatchObject({ mtu: 1280, adjustMss: 1240 });
    expect(tunnel({ tunnelMtu: "1452", tunnelMss: "1400" })).toMatchObject({ mtu: 1452, adjustMss: 1400 });
  });

  it.each([
    {
      name: "a fixed-IP sheet in mape",
      given: { ...sheet, uplink: "mape" },
      says: /fixed-IP contract.*[\s\S]*uplink ipip/,
    },
    {
      name: "a sheet without its address",
      given: { ...sheet, ipv4Address: "" },
      says: /ipv4Address: "" is missing/,
    },
    {
      name: "a shared relay",
      given: { ...sheet, borderRelay: "2404:9200:225:100::64" },
      says: /shared addresses of v6plus/,
    },
    {
      name: "one digit wrong",
      given: { ...sheet, borderRelay: "2404:9200:255:100::65" },
      says: /one digit from/,
    },
    {
      name: "transix in mape",
      given: { ...transix, uplink: "mape" },
      says: /DS-Lite to gw.transix.jp.*[\s\S]*uplink dslite/,
    },
    {
      name: "an unknown AFTR name",
      given: { ...transix, aftr: "aftr.example.net" },
      says: /aftr.*host -t AAAA aftr.example.net/s,
    },
    {
      name: "a predicted rule",
      given: { delegatedPrefix: "240d:f:6b31:4200::/56" },
      says: /219.104.235.49.*acceptPredictedRule true/s,
    },
  ])("refuses $name", ({ given, says }) => {
    expect(() => homeResources({ service: "auto", ceAddress: "", ...given })).toThrow(says);
  });
});
