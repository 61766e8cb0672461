/**
 * The one line module: a MAP-E line by whichever way it is told, for the calculator and the product alike. A border relay or a form that
 * its source does not say is never chosen here, but for the form of a rule by hand; figures that are given must agree with what follows.
 */
import { InvalidValue } from "../errors.ts";
import { type CeAddressForm, ceAddressForms } from "./ce-address.ts";
import { type Derivation, derive } from "./derive.ts";
import type { PortLayout, PortRange } from "./ports.ts";
import { mask, parseAddress4, printAddress4, printAddress6, printPrefix6 } from "./prefix.ts";
import { mapOfferIn, readProvisioning } from "./provisioning.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import { parseS46 } from "./s46.ts";
import { findServiceLine, nearRelay, type ServiceLine, type ServiceName, whoseRelay } from "./services.ts";
import { localByIpv4 } from "./softwire.ts";
import { delegationOf, readTyped6 } from "./typed.ts";

/** What the operator says beside the line's source: it must agree with what follows, or supplies what the source does not say. */
export interface GivenFigures {
  readonly ipv4Address?: string | undefined;
  readonly psid?: number | undefined;
  readonly ceAddress?: string | undefined;
  readonly borderRelay?: string | undefined;
  /** Goes before what the source says: some networks use another form than their format has by default. */
  readonly ceAddressForm?: CeAddressForm | undefined;
  /** Takes a rule that nobody saw a line use, once the operator has compared its address with what a test page shows. */
  readonly acceptPredictedRule?: boolean | undefined;
}

/** How the line is told. Addresses and prefixes are texts in any spelling that people have: they are read here, once. */
export type LineInput = { readonly given: GivenFigures } & (
  | { readonly kind: "service"; readonly delegatedPrefix: string; readonly service: ServiceName }
  | { readonly kind: "rule"; readonly delegatedPrefix: string; readonly rule: MapRule }
  | { readonly kind: "hb46pp"; readonly delegatedPrefix: string; readonly answer: string }
  | { readonly kind: "option94"; readonly delegatedPrefix: string; readonly option: string }
  | Figures
);

/** No prefix and no rule: what the old router's status page shows. `psid` is null for an address that is not shared. */
export interface Figures {
  readonly kind: "figures";
  readonly ipv4Address: string;
  readonly psid: number | null;
  readonly layout: PortLayout;
  readonly ceAddress: string;
}

export interface Line {
  /** Who says the rule, for people: "BIGLOBE IPv6 option, east". */
  readonly source: string;
  /** What the table says of it; null where the line is told otherwise. */
  readonly service: Pick<ServiceLine, "id" | "service" | "region" | "confidence"> | null;
  /** What the provider delegates, whatever part of it was given. */
  readonly endUserPrefix: string;
  readonly rule: MapRule;
  readonly derivation: Derivation;
  readonly form: CeAddressForm;
  readonly ipv4: string;
  /** null, as portBlocks, where the address is not shared. */
  readonly psid: number | null;
  readonly portBlocks: readonly PortRange[] | null;
  /** How a port of the shared address is cut: it tells whose a port is. */
  readonly layout: PortLayout;
  readonly ceAddress: string;
  /** null where the source says none and none was given. */
  readonly borderRelay: string | null;
  /** Of the tunnel, bytes; TCP's MSS is 40 less. */
  readonly mtu: number;
  /** What the operator should know and need not act on. */
  readonly warnings: readonly string[];
}

/** A line that a tunnel can be made of. */
export interface RoutableLine extends Line {
  readonly borderRelay: string;
}

/** What a source says of a line, before any figure is worked out. */
type Told = Pick<
  Line,
  "source" | "service" | "endUserPrefix" | "rule" | "form" | "borderRelay" | "mtu" | "warnings"
>;

/** @example lineOf({ kind: "service", delegatedPrefix: "2404:7a82:4d02:4100::/56", service: "auto", given: {} }).psid // 65 */
export function lineOf(input: LineInput): Line {
  const { given } = input;
  const told = toldBy(input);
  const derivation = derive(told.rule, told.endUserPrefix);
  const { ipv4, psid, portRanges, psidOffset, psidLength, ceAddress } = derivation;
  const form = given.ceAddressForm ?? told.form;
  if (told.service?.confidence === "predicted" && given.acceptPredictedRule !== true) {
    const guess = `${ipv4}, PSID ${psid}, CE ${ceAddress[form]}`;
    const reason = `${told.endUserPrefix} would be ${guess} by a predicted rule, which no line was seen to use`;
    throw new MapRefused("predicted-rule", reason);
  }
  refuseFixedIp(told, given, ipv4);
  checkGiven("psid", given.psid?.toString(), String(psid ?? 0), (text) => text);
  checkGiven("ceAddress", given.ceAddress, ceAddress[form], (text) => printAddress6(readTyped6(text).bits));
  return {
    ...told,
    derivation,
    form,
    ipv4,
    psid,
    portBlocks: portRanges,
    layout: { psidOffset, psidLength },
    ceAddress: ceAddress[form],
    borderRelay: relayOf(told, given.borderRelay),
  };
}

/** The same for the product, which cannot do without a border relay. */
export function routableLineOf(input: LineInput): RoutableLine {
  const line = lineOf(input);
  const { borderRelay } = line;
  if (borderRelay !== null) return { ...line, borderRelay };
  const reason = "is missing: no table names it for a line given by rule or in figures";
  throw new InvalidValue("borderRelay", "", reason, "write the border relay's IPv6 address");
}

function toldBy(input: LineInput): Told {
  switch (input.kind) {
    case "service":
      return serviceLine(input.delegatedPrefix, input.service);
    case "rule":
      return ruleLine(input.delegatedPrefix, input.rule, input.given);
    case "hb46pp":
      return hb46ppLine(input.delegatedPrefix, input.answer);
    case "option94":
      return option94Line(input.delegatedPrefix, input.option);
    case "figures":
      return figuresLine(input);
    default:
      return input satisfies never;
  }
}

/** NTT's IPv6 path carries 1500 bytes, 40 of them the outer header; every service of the table runs over it. */
const mtu = 1460;

const formAssumed =
  "a rule does not say the form of the CE address: draft03 is what every Japanese service uses";

function serviceLine(text: string, name: ServiceName): Told {
  const found = findServiceLine(text, name);
  const { id, service, region, confidence, rule, borderRelay, ceAddressForm, mtu, warnings } = found;
  const delegation = delegationOf(text, [rule]);
  return {
    source: `${service}, ${region}`,
    service: { id, service, region, confidence },
    borderRelay,
    form: ceAddressForm,
    mtu,
    ...delegation,
    warnings: [...warnings, ...delegation.warnings],
  };
}

function ruleLine(text: string, rule: MapRule, { ceAddressForm }: GivenFigures): Told {
  const delegation = delegationOf(text, [rule]);
  return {
    source: "the rule given",
    service: null,
    borderRelay: null,
    form: "draft03",
    mtu,
    ...delegation,
    warnings: [...(ceAddressForm === undefined ? [formAssumed] : []), ...delegation.warnings],
  };
}

function hb46ppLine(text: string, answer: string): Told {
  const read = readProvisioning(answer);
  const { rules, borderRelay, ceAddressForm, topology } = mapOfferIn(read);
  const delegation = delegationOf(text, rules);
  const mesh = "the answer asks for a mesh; this router sends everything to the BR";
  return {
    source: `the answer of ${read.service || "the provisioning server"} (${read.format})`,
    service: null,
    borderRelay,
    form: ceAddressForm,
    mtu,
    ...delegation,
    warnings: [...(topology === "mesh" ? [mesh] : []), ...delegation.warnings],
  };
}

/** RFC 7598 provisions CEs of RFC 7597, and has no field for another form. */
function option94Line(text: string, option: string): Told {
  const { rules, br } = parseS46(option);
  const delegation = delegationOf(
    text,
    rules.map(({ fmr: _forwarding, ...rule }) => rule),
  );
  const several = `the option names ${br.length} border relays; the first is shown`;
  return {
    source: "DHCPv6 option 94",
    service: null,
    borderRelay: br[0] ?? null,
    form: "rfc7597",
    mtu,
    ...delegation,
    warnings: [...(br.length > 1 ? [several] : []), ...delegation.warnings],
  };
}

/** The CE address must say the same as IPv4 address and PSID, in one of its two forms. */
function figuresLine({ ipv4Address, psid, ceAddress, layout }: Figures): Told {
  const ipv4 = printAddress4(parseAddress4(ipv4Address));
  const { bits } = readTyped6(ceAddress);
  const endUserPrefix = printPrefix6({ bits: mask(bits, 64, 128), length: 64 });
  const rule: MapRule = {
    ipv6Prefix: endUserPrefix,
    ipv4Prefix: `${ipv4}/32`,
    eaBitsLength: 0,
    psidOffset: layout.psidOffset,
    ...(psid === null ? {} : { psidLength: layout.psidLength, psid }),
  };
  const right = derive(rule, endUserPrefix).ceAddress;
  const form = ceAddressForms.find((candidate) => right[candidate] === printAddress6(bits));
  if (form === undefined) {
    const reason = `does not hold ${ipv4} and PSID ${psid ?? 0}`;
    throw new InvalidValue("ceAddress", ceAddress, reason, `write ${right.draft03}`);
  }
  return {
    source: "the figures given",
    service: null,
    borderRelay: null,
    form,
    rule,
    mtu,
    endUserPrefix,
    warnings: [],
  };
}

/** Figures that agree only as a fixed-IP contract get no shared address: its relay, its identifier, or its own IPv4 address. */
function refuseFixedIp(told: Told, given: GivenFigures, derived: string): void {
  const owner = given.borderRelay === undefined ? undefined : whoseRelay(given.borderRelay);
  const address = given.ipv4Address && printAddress4(parseAddress4(given.ipv4Address));
  const sure = owner?.kind === "fixed-ip-relay";
  if (!sure && (address === undefined || address === "" || address === derived)) return;
  if (sure && !address) {
    const reason = `${given.borderRelay} is the relay for fixed IP of ${owner.service}, whose line has an IPv4 address of its own`;
    throw new MapRefused(
      "fixed-ip",
      reason,
      "npm run pulumi -- config set uplink ipip, and ipv4Address to the one of the contract sheet",
    );
  }
  const local = localByIpv4(readTyped6(told.endUserPrefix).bits, address ?? "");
  const same = given.ceAddress && printAddress6(readTyped6(given.ceAddress).bits) === local;
  if (sure || same) {
    throw new MapRefused(
      "fixed-ip",
      `${address} with ${local} is a fixed-IP contract's, not a shared address`,
    );
  }
  const reason = `does not match what the delegated prefix and the rule give: ${derived}`;
  const remedy = `write ${derived}, or leave it out; for a fixed-IP contract (local address ${local}): npm run pulumi -- config set uplink ipip`;
  throw new InvalidValue("ipv4Address", given.ipv4Address ?? "", reason, remedy);
}

function checkGiven(
  field: string,
  text: string | undefined,
  derived: string,
  read: (text: string) => string,
): void {
  if (text === undefined || read(text) === derived) return;
  const reason = `does not match what the delegated prefix and the rule give: ${derived}`;
  throw new InvalidValue(field, text, reason, `write ${derived}, or leave it out`);
}

function relayOf({ borderRelay, source, service }: Told, given: string | undefined): string | null {
  if (given === undefined) return borderRelay;
  const address = printAddress6(readTyped6(given).bits);
  if (borderRelay === null || address === borderRelay) return address;
  const owner = whoseRelay(address);
  const near = nearRelay(address);
  const whose = owner
    ? `belongs to ${owner.service}`
    : near
      ? `is one digit from ${near.address} of ${near.service}`
      : "belongs to no service of the table";
  const line = service ? `${service.service} (${service.region})` : `told by ${source}`;
  const reason = `${whose}, and this line is ${line}`;
  throw new InvalidValue("borderRelay", given, reason, `write ${borderRelay}, or leave it out`);
}
