import { expect, test } from "@jest/globals";
import { refusalOf } from "../../cli/init-choice.ts";

const line = { delegatedPrefix: "2404:7a82:4d02:4100::/56" };

test.each([
  ["uplink", "mape", undefined],
  ["uplink", "both", /none of/],
  ["wxrNextHop", "192.168.100.1", undefined],
  ["wxrNextHop", "192.168.100.256", /wxrNextHop/],
  ["ipv6Interface", "eth1", undefined],
  ["ipv6Interface", "eth 1; reboot", /ipv6Interface/],
  ["delegatedPrefix", "2404:zz::/56", /delegatedPrefix/],
  ["service", "biglobe", undefined],
  ["service", "bigglobe", /service/],
  // A service of the table, and not this line's.
  ["service", "ocn", /./],
  ["service", "", undefined],
] as const)("refusalOf() judges %s %j when it is typed", (key, value, refusal) => {
  const said = refusalOf(key, value, key === "service" ? line : {});
  if (refusal === undefined) expect(said).toBeUndefined();
  else expect(said).toMatch(refusal);
});
