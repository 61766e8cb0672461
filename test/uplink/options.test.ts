/** What holds for each uplink with any of its options. */

import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import type { Given } from "../../config/given.ts";
import { parsed, requirementsOn } from "../../uplink/named-resource.ts";
import { homeResources, sheet, transix } from "../config/home.ts";

/** Each uplink has a line of its own kind; where no port is shared none is reserved, and where none is ours none is forwarded. */
function withLine(given: Given): Given {
  if (given.uplink === "ipip") return { ...given, ...sheet, reservedPorts: "" };
  return given.uplink === "dslite" ? { ...given, ...transix, reservedPorts: "", portForwards: "" } : given;
}

describe("resourcesOf(), whatever the uplink and its options", () => {
  const options = fc.record({
    uplink: fc.constantFrom("mape", "wxr", "dslite", "ipip"),
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
        const resources = homeResources(withLine(given));
        for (const [index, one] of resources.entries()) {
          const before = resources.slice(0, index).flatMap(requirementsOn);
          for (const required of parsed(one).requires) expect(before).toContain(required);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("has for each a name and a path of its own, and takes over all or none", () => {
    fc.assert(
      fc.property(options, (given) => {
        const resources = homeResources(withLine(given));
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
        const resources = homeResources(withLine(given));
        const last = resources.at(-1);
        const requires = last === undefined ? [] : parsed(last).requires;
        const carries = ["addr", "tun", "rules", "failover"];
        const wanted = resources.filter(
          ({ type, name }) => carries.includes(type) || /^(border-relay|failover-check|napt-hook)/.test(name),
        );
        expect(requires).toEqual(expect.arrayContaining(wanted.flatMap(requirementsOn)));
        if (given.uplink === "wxr") expect(requires).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
