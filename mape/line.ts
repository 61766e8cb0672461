/**
 * The one line module: a MAP-E line by whichever way it is told, for the calculator and the product alike. A border relay or a form that
 * its source does not say is never chosen here, but for the form of a rule by hand; figures that are given must agree with what follows.
 */
import { InvalidValue } from "../errors.ts";
import type { CeAddressForm } from "./ce-address.ts";
import { type Derivation, derive } from "./derive.ts";
import type { PortLayout, PortRange } from "./ports.ts";
import { parseAddress4, printAddress4, printAddress6 } from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import type { MapRule } from "./rule.ts";
import { nearRelay, whoseRelay } from "./services.ts";
import { localByIpv4 } from "./softwire.ts";
import { type LineSource, type Told, toldBy } from "./told.ts";
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

export interface Line {
  /** Who says the rule, for people: "BIGLOBE IPv6 option, east". */
  readonly source: string;
  /** What the table says of it; null where the line is told otherwise. */
  readonly service: Told["service"];
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

export type LineInput = LineSource & { readonly given: GivenFigures };

const formAssumed =
  "a rule does not say the form of the CE address: draft03 is what every Japanese service uses";

/** @example lineOf({ kind: "service", delegatedPrefix: "2404:7a82:4d02:4100::/56", service: "auto", given: {} }).psid // 65 */
export function lineOf(input: LineInput): Line {
  const { given } = input;
  const { rules, delegatedPrefix, formIs, ...told } = toldBy(input);
  const { rule, endUserPrefix, warnings } = delegationOf(delegatedPrefix, rules);
  const derivation = derive(rule, endUserPrefix);
  const { ipv4, psid, portRanges, psidOffset, psidLength, ceAddress } = derivation;
  const form = given.ceAddressForm ?? told.form;
  if (told.service?.confidence === "predicted" && given.acceptPredictedRule !== true) {
    const guess = `${ipv4}, PSID ${psid}, CE ${ceAddress[form]}`;
    const reason = `${endUserPrefix} would be ${guess} by a predicted rule, which no line was seen to use`;
    throw new MapRefused("predicted-rule", reason);
  }
  refuseFixedIp(endUserPrefix, given, ipv4);
  checkGiven("psid", given.psid?.toString(), String(psid ?? 0), (text) => text);
  checkGiven("ceAddress", given.ceAddress, ceAddress[form], (text) => printAddress6(readTyped6(text).bits));
  return {
    ...told,
    endUserPrefix,
    rule,
    derivation,
    form,
    ipv4,
    psid,
    portBlocks: portRanges,
    layout: { psidOffset, psidLength },
    ceAddress: ceAddress[form],
    borderRelay: relayOf(told, given.borderRelay),
    warnings: [
      ...told.warnings,
      ...(formIs === "assumed" && given.ceAddressForm === undefined ? [formAssumed] : []),
      ...warnings,
    ],
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

/** Figures that agree only as a fixed-IP contract get no shared address: its relay, its identifier, or its own IPv4 address. */
function refuseFixedIp(endUserPrefix: string, given: GivenFigures, derived: string): void {
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
  const local = localByIpv4(readTyped6(endUserPrefix).bits, address ?? "");
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

function relayOf(
  { borderRelay, source, service }: Pick<Told, "borderRelay" | "source" | "service">,
  given: string | undefined,
): string | null {
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
