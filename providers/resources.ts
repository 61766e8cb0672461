/** The resource classes of a program: one for each row of vyos/resources/registry.ts, which says what its fields mean. */

import { resourceClass } from "./shim.ts";

export class Tunnel extends resourceClass("tun") {}
export class InterfaceAddress extends resourceClass("addr") {}
export class StaticRoute extends resourceClass("route") {}
export class FailoverRoute extends resourceClass("failover") {}
export class NatRule extends resourceClass("rule") {}
export class NatRules extends resourceClass("rules") {}
export class DestinationNatRules extends resourceClass("dnats") {}
export class ConfigNode extends resourceClass("node") {}
export class RouterScript extends resourceClass("script") {}
export class BootLine extends resourceClass("boot") {}
export class ZoneMember extends resourceClass("zone") {}
export class InterfaceGroupMember extends resourceClass("group") {}
