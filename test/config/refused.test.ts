import { describe, expect, it } from "@jest/globals";
import { routerSettings } from "../../config/router-settings.ts";
import { uplinkConfig } from "../../config/uplink-config.ts";
import { resourcesOf } from "../../uplink/resources.ts";
import { home } from "./home.ts";

type Changes = Readonly<Record<string, string>>;

describe("a configuration is refused at preview that holds", () => {
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
    const given = { ...home, routerPassword: "x", uplink: "mape", ...change };
    expect(() => [routerSettings(given), resourcesOf(uplinkConfig(given))]).toThrow(says);
  });
});

describe("uplinkConfig() refuses", () => {
  it.each([
    [{ napt: "perfect" }, /napt: "perfect" is none of stripes, exact/],
    [{ naptDropInvalid: "yes" }, /naptDropInvalid: "yes"/],
    [{ naptDropInvalid: "true", naptDropInvalidRule: "0" }, /naptDropInvalidRule: "0"/],
    [{ failover: "lte" }, /failover: "lte" is none of none, wxr/],
    [{ failover: "wxr", failoverTargets: "one.one.one.one" }, /failoverTargets: "one/],
    [{ failover: "wxr", failoverTargets: "1.0.0.2,1.0.0.2" }, /names one twice/],
    [
      { failover: "wxr", failoverTargets: "1.1.1.1,9.9.9.10", probeTargets: "1.1.1.1:443" },
      /failoverTargets: "1\.1\.1\.1" is one of probeTargets too/,
    ],
    [{ failover: "wxr", failoverPort: "0" }, /failoverPort: "0"/],
    [{ failover: "wxr", failoverCheckSeconds: "300" }, /failoverCheckSeconds: "300".*1 to 255/],
    [{ failover: "wxr", failoverPolicy: "most" }, /failoverPolicy: "most"/],
    [{ failover: "wxr", wxrMasquerade: "maybe" }, /wxrMasquerade: "maybe"/],
    [{ failover: "wxr", wxrInterface: "wan" }, /wxrInterface: "wan"/],
    [{ uplink: "wxr", failover: "wxr", failoverPort: "x" }, /failoverPort: "x"/],
    [{ leaseGuard: "on" }, /leaseGuard: "on"/],
    [{ uplink: "wxr", leaseGuard: "true", ipv6Interface: "", ipv6NextHop: "" }, /leaseGuard.*interface/],
  ])("%p", (changes, says) =>
    expect(() => uplinkConfig({ ...home, uplink: "mape", ...changes })).toThrow(says),
  );
});
