/** Which uplink a stack wants, with its figures, from its configuration. Pure. Every key is parsed, those of the other uplinks too. */

import { InvalidValue } from "../errors.ts";
import type { LineInput } from "../mape/line.ts";
import type { DsLiteSheet, FixedIpSheet } from "../mape/softwire.ts";
import { freeNumber } from "../vyos/declared-path.ts";
import { type InterfaceName, type Ipv6, isLinkLocal } from "../vyos/values.ts";
import { type Given, type ValuesOf, valuesOf } from "./given.ts";
import { uplinkKeys } from "./keys.ts";
import { routerKeys } from "./router-keys.ts";

type Values = ValuesOf<typeof uplinkKeys>;

/** The way out on the NGN's side. */
export interface Gateway {
  readonly nextHop: Ipv6;
  readonly interface: InterfaceName;
}

/** How the line is told: by rule, by the sheet of a fixed-IP contract, or by an AFTR. */
export type ToldLine =
  | LineInput
  | ({ readonly kind: "fixed-ip" } & FixedIpSheet)
  | ({ readonly kind: "ds-lite" } & DsLiteSheet);

type AnyUplink = ReturnType<typeof commonOf>;
export type WxrConfig = AnyUplink & { readonly uplink: "wxr" };
/** IPv4 goes by a tunnel of this router's to the provider. */
export type TunnelConfig = AnyUplink &
  ReturnType<typeof tunnelOf> & { readonly uplink: "mape" | "dslite" | "ipip"; readonly gateway: Gateway };
export type UplinkConfig = TunnelConfig | WxrConfig;
export type FailoverSettings = NonNullable<ReturnType<typeof failoverOf>>;

/** Throws InvalidValue for the first value that is wrong. */
export function uplinkConfig(given: Given): UplinkConfig {
  const values = valuesOf(uplinkKeys, given);
  refuseProbed(values, given);
  const common = commonOf(values);
  switch (values.uplink) {
    case "wxr":
      return { uplink: "wxr", ...common };
    case "mape":
    case "dslite":
    case "ipip":
      return {
        uplink: values.uplink,
        ...common,
        ...tunnelOf(values),
        gateway: required(common.gateway, values.uplink),
      };
    default:
      return values.uplink satisfies never;
  }
}

function commonOf(values: Values) {
  return {
    /** Change what stands on the router already, instead of refusing. */
    takeOver: values.takeOver,
    wxrNextHop: values.wxrNextHop,
    delegatedPrefix: values.delegatedPrefix,
    gateway: gatewayOf(values),
    /** The interface whose DHCPv6 lease a task on the router guards; undefined: none does. */
    guardedInterface: guardedInterfaceOf(values),
  };
}

function tunnelOf(values: Values) {
  return {
    line: toldLineOf(values),
    /** Octets; undefined: the line's. */
    mtu: values.tunnelMtu,
    mss: values.tunnelMss,
    tunnelName: values.tunnelName,
    /** What of the router's firewall it joins. */
    zone: values.tunnelZone,
    groups: values.tunnelGroups,
    firstRule: values.natRuleBase,
    stripeWidth: values.natStripeWidth,
    reservedPorts: values.reservedPorts,
    forwards: values.portForwards,
    napt: values.napt,
    /** Number of the forward filter's rule that drops invalid packets, `free`: as the router's rules leave it; undefined: none. */
    dropInvalidRule: values.naptDropInvalid ? (values.naptDropInvalidRule ?? freeNumber) : undefined,
    failover: failoverOf(values),
  };
}

function gatewayOf({ ipv6NextHop, ipv6Interface }: Values): Gateway | undefined {
  if (ipv6NextHop === undefined) return undefined;
  if (ipv6Interface !== undefined) return { nextHop: ipv6NextHop, interface: ipv6Interface };
  const reason = isLinkLocal(ipv6NextHop)
    ? "is link-local, so it names no router without an interface"
    : "is reached by no interface that is named";
  throw new InvalidValue("ipv6NextHop", ipv6NextHop, reason, "pulumi config set ipv6Interface eth1");
}

function required(gateway: Gateway | undefined, uplink: string): Gateway {
  if (gateway !== undefined) return gateway;
  const remedy = "pulumi config set ipv6NextHop with the gateway of the IPv6 default route";
  throw new InvalidValue("ipv6NextHop", "", `is missing, and ${uplink} sends everything to it`, remedy);
}

function guardedInterfaceOf({ leaseGuard, ipv6Interface }: Values): InterfaceName | undefined {
  if (!leaseGuard) return undefined;
  if (ipv6Interface !== undefined) return ipv6Interface;
  const reason = "needs to know the interface whose lease it guards";
  throw new InvalidValue("leaseGuard", "true", reason, "pulumi config set ipv6Interface eth1");
}

/** The checks of the failover are pinned to the tunnel: what is asked there says nothing of the other way. */
function refuseProbed({ failover, failoverTargets }: Values, given: Given): void {
  if (failover === "none" || given.probeTargets === undefined) return;
  const { probeTargets } = valuesOf({ probeTargets: routerKeys.probeTargets }, given);
  const both = failoverTargets.find((target) => probeTargets.some(({ host }) => host === target));
  if (both === undefined) return;
  const reason = "is one of probeTargets too, and with failover the router reaches it by the tunnel alone";
  throw new InvalidValue(
    "failoverTargets",
    both,
    reason,
    "pulumi config set failoverTargets 1.0.0.2,9.9.9.10",
  );
}

function failoverOf(values: Values) {
  if (values.failover === "none") return undefined;
  const { wxrNextHop: fallback } = values;
  const device = fallback.kind === "next-hop" ? values.wxrInterface : fallback.interface;
  return {
    fallback,
    targets: values.failoverTargets,
    port: values.failoverPort,
    checkSeconds: values.failoverCheckSeconds,
    policy: values.failoverPolicy,
    /** Translate what leaves by the WXR's side; undefined: the WXR has a route back to the LAN. */
    masqueradeOn: values.wxrMasquerade ? device : undefined,
  };
}

/** RFC 7597 section 5.1 has no offset of its own: 6 is RFC 7598's. */
const standardOffset = 6;

function toldLineOf(values: Values): ToldLine {
  const { delegatedPrefix, ipv4Address, borderRelay: relay, interfaceIdentifier: identifier, aftr } = values;
  switch (values.uplink) {
    case "dslite":
      return { kind: "ds-lite", delegatedPrefix: said("delegatedPrefix", delegatedPrefix), aftr };
    case "ipip": {
      const prefix = said("delegatedPrefix", delegatedPrefix);
      return { kind: "fixed-ip", delegatedPrefix: prefix, ipv4Address, relay, identifier };
    }
    default:
      return lineOf(values);
  }
}

function lineOf(values: Values): LineInput {
  const { ipv4Address, psid, ceAddress, borderRelay, ceAddressForm, delegatedPrefix, service } = values;
  const { psidLength = 0, psidOffset = standardOffset, mapRuleIpv6Prefix } = values;
  const { acceptPredictedRule } = values;
  const given = { ipv4Address, psid, ceAddress, borderRelay, ceAddressForm, acceptPredictedRule };
  if (delegatedPrefix === undefined) {
    return {
      kind: "figures",
      given,
      ipv4Address: said("ipv4Address", ipv4Address),
      psid: psidLength === 0 ? null : (psid ?? 0),
      layout: { psidOffset, psidLength },
      ceAddress: said("ceAddress", ceAddress),
    };
  }
  if (mapRuleIpv6Prefix === undefined) return { kind: "service", given, delegatedPrefix, service };
  const rule = {
    ipv6Prefix: mapRuleIpv6Prefix,
    ipv4Prefix: said("mapRuleIpv4Prefix", values.mapRuleIpv4Prefix),
    eaBitsLength: said("mapRuleEaBits", values.mapRuleEaBits),
    psidOffset,
  };
  return { kind: "rule", given, delegatedPrefix, rule };
}

function said<Value>(field: string, value: Value | undefined): Value {
  if (value !== undefined) return value;
  const others = field === "delegatedPrefix" ? "" : ", and so is delegatedPrefix";
  const why = field.startsWith("mapRule")
    ? "is missing, and the line is given by rule"
    : `is missing${others}`;
  throw new InvalidValue(field, "", why, "docs/keys.md tells the ways to give a line");
}
