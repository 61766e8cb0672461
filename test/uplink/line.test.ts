import { expect, test } from "@jest/globals";
import type { Given } from "../../config/given.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { lineOf } from "../../uplink/line.ts";
import { home } from "../config/home.ts";

const line = (changes: Given = {}) => lineOf(uplinkConfig({ ...home, uplink: "mape", ...changes }));
const figures = {
  ipv4: "133.209.13.2",
  psid: 0x41,
  ceAddress: "2404:7a82:4d02:4100:85:d10d:200:4100",
  borderRelay: "2001:260:700:1::1:275",
  layout: { psidOffset: 4, psidLength: 8 },
};

test.each([
  {
    name: "its delegated prefix",
    change: { borderRelay: "", ceAddress: "", ipv4Address: "", psid: "", service: "auto" },
  },
  {
    name: "figures alone",
    change: { delegatedPrefix: "", service: "", psidLength: "8", psidOffset: "4" },
  },
  {
    name: "an explicit rule",
    change: {
      mapRuleIpv6Prefix: "2404:7a82:4c00::/38",
      mapRuleIpv4Prefix: "133.209.12.0/22",
      mapRuleEaBits: "18",
      psidOffset: "4",
    },
  },
])("lineOf() tells the first router's line by $name", ({ change }) => {
  const found = line(change);
  expect(found).toMatchObject(figures);
  expect(found?.portBlocks).toHaveLength(15);
  expect(found?.portBlocks?.[0]).toEqual([5136, 5151]);
});

test("lineOf() warns of a rule that does not say the form of the CE address", () => {
  const rule = {
    mapRuleIpv6Prefix: "2404:7a82:4c00::/38",
    mapRuleIpv4Prefix: "133.209.12.0/22",
    mapRuleEaBits: "18",
    psidOffset: "4",
  };
  expect(line(rule)?.warnings).toEqual([expect.stringContaining("does not say the form")]);
});

test("lineOf() has all ports of an address that is told without a PSID length", () => {
  const alone = { delegatedPrefix: "", psid: "", ceAddress: "2404:7a82:4d02:4100:85:d10d:200:0" };
  expect(line(alone)).toMatchObject({ ipv4: "133.209.13.2", psid: null, portBlocks: null });
});

test("lineOf() is nothing in wxr", () => {
  expect(line({ uplink: "wxr" })).toBeUndefined();
});
