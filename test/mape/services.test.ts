/** Which service a prefix is of, and what a line without MAP-E is told. */
import { describe, expect, test } from "@jest/globals";
import { derive } from "../../mape/derive.ts";
import { contains } from "../../mape/prefix.ts";
import { spaces, tableRules } from "../../mape/rule-table.ts";
import { findServiceLine, type ServiceName, serviceNames, whoseRelay } from "../../mape/services.ts";

describe("findServiceLine()", () => {
  test("finds BIGLOBE east with its own border relay, sure because a real line showed it", () => {
    expect(findServiceLine("2404:7a82:4d02:4100::/56", "auto")).toEqual({
      service: "BIGLOBE IPv6 option",
      id: "biglobe",
      region: "east",
      rule: {
        ipv6Prefix: "2404:7a82:4c00::/38",
        ipv4Prefix: "133.209.12.0/22",
        eaBitsLength: 18,
        psidOffset: 4,
      },
      borderRelay: "2001:260:700:1::1:275",
      ceAddressForm: "draft03",
      confidence: "high",
      mtu: 1460,
      warnings: [],
    });
  });

  test.each([
    { prefix: "2404:7a84::/56", id: "biglobe", relay: "2001:260:700:1::1:276" },
    { prefix: "240b:10:f0ba:dd00::/56", id: "v6plus", relay: "2404:9200:225:100::64" },
    { prefix: "2400:4051:1c90:4400::/64", id: "ocn", relay: "2001:380:a120::9" },
    { prefix: "240d:f:ea2:1800::/56", id: "nuro", relay: "2001:3b8:200:ff9::1" },
  ])("finds $prefix as $id", ({ prefix, id, relay }) => {
    expect(findServiceLine(prefix, "auto")).toMatchObject({ id, borderRelay: relay });
  });

  test.each<{ prefix: string; service?: ServiceName; says: string }>([
    { prefix: "2409:10:1::/56", says: "transix: DS-Lite to gw.transix.jp" },
    { prefix: "2409:250:1::/56", says: "transix: DS-Lite" },
    { prefix: "2001:f70:1::/56", says: "Xpass: DS-Lite" },
    { prefix: "2405:6580::/56", says: "v6 Connect: DS-Lite" },
    { prefix: "2400:2410::/56", says: "SoftBank Hikari: proprietary IPIP" },
    { prefix: "2408:212:3456:7800::/56", says: "IPoE is not in service on this line" },
    { prefix: "240b:10::/56", service: "biglobe", says: "is of v6plus, not of biglobe" },
    { prefix: "2404:7a82:4d02:4101::/48", says: "write 2404:7a82:4d02:4100::/56" },
    { prefix: "2404:7a82::/32", says: "shorter than the /56" }, // no rule holds it, but rules are inside it
    { prefix: "2400:4150:ffff::/56", says: "no published rule covers it" },
    { prefix: "2001:db8::/56", says: "no known service" },
    { prefix: "2404:7a82::/", says: "is not an address with a length" },
  ])("refuses $prefix and says: $says", ({ prefix, service = "auto", says }) => {
    expect(() => findServiceLine(prefix, service)).toThrow(says);
  });

  test("serviceNames start with auto", () => {
    expect(serviceNames).toEqual(["auto", "biglobe", "v6plus", "ocn", "nuro"]);
  });
});

describe("whoseRelay()", () => {
  test.each([
    "2404:9200:225:100::64",
    "2404:9200:0225:0100:0000:0000:0000:0064",
    "2404:9200:225:100::0.0.0.100",
  ])("%s is of v6plus", (address) => {
    expect(whoseRelay(address)).toEqual({ kind: "border-relay", service: "v6plus", region: "east and west" });
  });

  test("an address of nobody is undefined", () => {
    expect(whoseRelay("2001:db8::1")).toBeUndefined();
  });
});

describe("tableRules", () => {
  test("there are 752, each in a space of its own service and region", () => {
    expect(tableRules).toHaveLength(752);
    const astray = tableRules.filter(
      ({ prefix, id, region }) =>
        !spaces.some(
          (space) => space.service.id === id && space.region === region && contains(space.prefix, prefix),
        ),
    );
    expect(astray).toEqual([]);
  });

  test("derive() answers for the first customer of every rule", () => {
    for (const { rule } of tableRules) {
      const address = rule.ipv6Prefix.split("/")[0];
      expect(derive(rule, `${address}/56`).ipv4).toBe(rule.ipv4Prefix.split("/")[0]);
    }
  });
});
