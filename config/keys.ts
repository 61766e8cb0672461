/**
 * Every key of a stack's configuration, once: the uplink's here, the router's in router-keys.ts. Pure. A new key is a row and whoever
 * uses its value; Pulumi.yaml and docs/keys.md are written from here by test/config/keys.test.ts (UPDATE=1), and otherwise held equal.
 */

import { ceAddressForms } from "../mape/ce-address.ts";
import { serviceNames } from "../mape/services.ts";
import {
  parseFirewallName,
  parseInterfaceName,
  parseIpv6,
  parsePrefix,
  parseTunnelName,
} from "../vyos/values.ts";
import { bounded, choice, decision, flag, type Key, oneOf, optional, text, whole } from "./key.ts";
import {
  parseAftr,
  parseFirewallNames,
  parseIpv4List,
  parseLineAddress,
  parseLineIdentifier,
  parseOtherWay,
  parseOwnIpv4,
  parsePortForwards,
  parsePorts,
  parsePsid,
} from "./parsers.ts";
import { fleetKeys, routerKeys } from "./router-keys.ts";

/** Which uplink, and its figures. */
export const uplinkKeys = {
  uplink: decision(
    ["mape", "wxr", "dslite", "ipip"],
    "Which way IPv4 goes, by this router's tunnel to the provider (mape with a shared address, ipip with a fixed one, dslite with none of its own) or by the router behind it (wxr)",
  ),
  takeOver: flag(false, "Change what stands on the router already and differs, instead of refusing"),
  wxrNextHop: text(
    "192.168.100.1",
    parseOtherWay,
    "IPv4 address, dhcp:eth0, interface:pppoe0",
    "Way out in wxr, which is the LAN address of the router that does MAP-E, the interface whose DHCP lease names a router, or an interface with one far end, such as PPPoE's",
  ),
  ipv6Interface: optional(parseInterfaceName, "interface", "Interface to the NGN"),
  ipv6NextHop: optional(parseIpv6, "IPv6 address", "IPv6 gateway on the NGN, mostly link-local"),
  delegatedPrefix: optional(
    parseLineAddress,
    "IPv6 prefix",
    "End-user IPv6 prefix of the line, /56 by DHCPv6 or /64 by RA",
  ),
  service: choice("auto", serviceNames, "MAP-E service; auto goes by the prefix"),
  borderRelay: optional(
    parseLineAddress,
    "IPv6 address",
    "IPv6 address of the border relay, when the service's is not meant; in ipip the relay of the contract",
  ),
  aftr: optional(
    parseAftr,
    "IPv6 address or name",
    "AFTR of a dslite line, when the service's is not meant; a name must be in the table",
  ),
  interfaceIdentifier: optional(
    parseLineIdentifier,
    "::c6:3364:c800:0",
    "Last 64 bits of the CE address of an ipip line, as the contract says them",
  ),
  ceAddress: optional(
    parseLineAddress,
    "IPv6 address",
    "CE address, to check the derived one or instead of delegatedPrefix",
  ),
  ceAddressForm: optional(
    oneOf(ceAddressForms),
    "draft03, rfc7597",
    "Layout of the CE address, when the service's is not meant",
  ),
  ipv4Address: optional(
    parseOwnIpv4,
    "IPv4 address",
    "Shared IPv4 address, to check the derived one or instead of delegatedPrefix; in ipip the fixed one that the LAN uses, with /29 to /31 when there are several",
  ),
  acceptPredictedRule: flag(false, "Take a published rule that no line was seen to use"),
  psid: optional(
    parsePsid,
    "0 to 65535",
    "Port set id, decimal or 0x41, to check the derived one or instead of delegatedPrefix",
  ),
  psidLength: optional(bounded(0, 16), "0 to 16", "Bits of the PSID, when the line is given in figures"),
  psidOffset: optional(
    bounded(0, 15),
    "0 to 15",
    "Port bits before the PSID, when the line is given by rule or in figures; 6 when left out",
  ),
  mapRuleIpv6Prefix: optional(parsePrefix, "IPv6 prefix", "Rule IPv6 prefix of an explicit MAP rule"),
  mapRuleIpv4Prefix: optional(parsePrefix, "IPv4 prefix", "Rule IPv4 prefix of an explicit MAP rule"),
  mapRuleEaBits: optional(bounded(0, 48), "0 to 48", "EA-bits length of an explicit MAP rule"),
  tunnelName: text("tun0", parseTunnelName, "tun and a number", "Name of the tunnel"),
  tunnelMtu: optional(
    bounded(1280, 1500),
    "1280 to 1500",
    "Bytes of a packet in the tunnel; the service's when left out, 1460 for all that are known",
  ),
  tunnelMss: optional(
    bounded(536, 1460),
    "536 to 1460",
    "TCP's segment size in the tunnel, bytes; tunnelMtu less 40 when left out",
  ),
  tunnelZone: optional(
    parseFirewallName,
    "name",
    "Zone of the router's firewall that the tunnel joins; it must be there",
  ),
  tunnelGroups: text(
    "",
    parseFirewallNames,
    "names",
    "Interface groups of the router's firewall that the tunnel joins, with commas; they must be there",
  ),
  natRuleBase: whole(1000, [1, 999_999], "Number of the first NAT rule; the others follow one by one"),
  natStripeWidth: whole(16, [1, 4096], "Client ports to a stripe of one port block"),
  reservedPorts: text(
    "",
    parsePorts,
    "ports",
    "Ports of the own set that source NAT leaves alone, with commas, such as 5136-5139,9232",
  ),
  portForwards: text(
    "",
    parsePortForwards,
    "forwards",
    "Inbound services, with commas, such as tcp:5136>192.168.100.10:22; their ports are reserved too",
  ),
  napt: choice(
    "stripes",
    ["stripes", "exact"],
    "stripes shares the port ranges out in VyOS's own NAT rules, exact adds an nft table beside them that uses every port and maps ICMP",
  ),
  naptDropInvalid: flag(
    true,
    "Drop, by a firewall rule, what connection tracking calls invalid before it leaves by the tunnel with a LAN source",
  ),
  naptDropInvalidRule: optional(
    bounded(1, 999_999),
    "1 to 999999",
    "Number of that rule in firewall ipv4 forward filter; when left out, the lowest that is free",
  ),
  failover: choice(
    "none",
    ["none", "wxr"],
    "In mape, wxr lets the router itself leave the tunnel for wxrNextHop while nobody answers through it, and come back",
  ),
  // Public resolvers that answer TCP on 443 and that few use: whoever has one for a resolver loses it while the router has failed over.
  failoverTargets: text(
    "1.0.0.2,9.9.9.10",
    parseIpv4List,
    "IPv4 addresses",
    "IPv4 addresses asked through the tunnel, with commas; they are reached by the tunnel alone, so name no resolver in use",
  ),
  failoverPort: whole(443, [1, 65_535], "TCP port on which the targets answer"),
  failoverCheckSeconds: whole(5, [1, 255], "Pause between two checks", "s"),
  failoverPolicy: choice(
    "any-available",
    ["any-available", "all-available"],
    "any-available keeps the tunnel while one target answers, all-available only while all do",
  ),
  wxrMasquerade: flag(
    false,
    "With failover, translate what leaves by wxrInterface; needed only when the router behind it has no route back to the LAN",
  ),
  wxrInterface: text(
    "eth0",
    parseInterfaceName,
    "interface",
    "Interface to the router at wxrNextHop, for wxrMasquerade",
  ),
  leaseGuard: flag(
    false,
    "Keep a task on the router that restarts the DHCPv6 client of ipv6Interface when its lease is lost",
  ),
} as const;

export const keys: Readonly<Record<string, Key<unknown>>> = {
  ...uplinkKeys,
  ...routerKeys,
  ...fleetKeys,
};
