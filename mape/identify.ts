/**
 * Whose an address is: a relay or AFTR, one digit from one, the CE of a line (in the right form, the wrong one, or nearly), a port of a
 * shared IPv4 address, or an address of a service's customers.
 */
import { type CeAddressForm, ceAddressForms } from "./ce-address.ts";
import { derive } from "./derive.ts";
import { portRanges } from "./ports.ts";
import {
  bitsOf,
  contains,
  mask,
  type Prefix6,
  parseAddress4,
  parseAddress6,
  parsePrefix4,
  printAddress4,
  printAddress6,
  printPrefix6,
} from "./prefix.ts";
import { MapRefused } from "./refusal.ts";
import { forward, type ParsedCeAddress } from "./relay.ts";
import { type TableRule, tableRules } from "./rule-table.ts";
import { findSpace, findTableRule, nearRelay, type RelayOwner, whoseRelay } from "./services.ts";
import { readTyped6 } from "./typed.ts";

interface Reading {
  endUserPrefix: string;
  ceAddress: string;
}

export type Identity = { service: string; region: string } & (
  | { kind: RelayOwner["kind"] }
  | { kind: "near-relay"; right: string }
  /** `serviceForm`: what the service uses; `right`: this line's CE in it. */
  | ({
      kind: "ce";
      form: CeAddressForm;
      serviceForm: CeAddressForm;
      right: string;
      borderRelay: string;
    } & ParsedCeAddress)
  /** One group from a CE: the prefix is right, or the rest is. */
  | { kind: "near-ce"; readings: Reading[] }
  | ({ kind: "shared-port"; psid: number | null; borderRelay: string } & Reading)
  | { kind: "line"; mechanism: string }
);

/** @example identify("240b:11:52c1:9300:6a:4952:c100:9300/128").kind // "ce" */
export function identify(text: string): Identity {
  const [, ipv4, port] = /^([0-9.]+):([0-9]+)$/.exec(text.normalize("NFKC").trim()) ?? [];
  if (ipv4 !== undefined) return portAt(ipv4, Number(port));
  const { bits, length } = readTyped6(text);
  const whole = length === 128 || bits !== mask(bits, length, 128);
  return (whole ? addressAt(bits) : undefined) ?? lineAt(text, { bits, length });
}

export function printIdentity(text: string, identity: Identity): string {
  const { service, region } = identity;
  const of = `${service}, ${region}`;
  switch (identity.kind) {
    case "border-relay":
      return `${text} is the border relay of ${of}`;
    case "fixed-ip-relay":
      return `${text} is the relay for fixed IP of ${of}: such a line is uplink ipip, and has all ports`;
    case "aftr":
      return `${text} is the AFTR of ${of} (DS-Lite): uplink dslite`;
    case "near-relay":
      return `${text} is no relay; it is one digit from ${identity.right} of ${of}`;
    case "line":
      return `${text} is a line of ${of} (${identity.mechanism})`;
    case "near-ce":
      return [
        `${text} is one group from a CE of ${of}`,
        ...identity.readings.map(
          ({ endUserPrefix, ceAddress }) => `if the line is ${endUserPrefix}, write ${ceAddress}`,
        ),
      ].join("\n");
    case "shared-port":
      return [
        `${text} is a port of a line of ${of}`,
        `PSID          ${identity.psid ?? "none"}`,
        `prefix        ${identity.endUserPrefix}`,
        `CE address    ${identity.ceAddress}`,
        `border relay  ${identity.borderRelay}`,
      ].join("\n");
    case "ce":
      return printCe(text, of, identity);
    default:
      return identity satisfies never;
  }
}

function printCe(text: string, of: string, identity: Identity & { kind: "ce" }): string {
  const { form, serviceForm, right } = identity;
  const wrong = `this line uses ${serviceForm}; yours is written the ${form} way (it sends and gets no answer): write ${right}`;
  return [
    `${text} is the CE of a line of ${of}`,
    ...(form === serviceForm ? [] : [wrong]),
    `IPv4          ${identity.ipv4}/${identity.ipv4PrefixLength}`,
    `PSID          ${identity.psid ?? "none"}`,
    `form          ${form}`,
    `prefix        ${identity.endUserPrefix}`,
    `border relay  ${identity.borderRelay}`,
  ].join("\n");
}

function addressAt(bits: bigint): Identity | undefined {
  const address = printAddress6(bits);
  const relay = whoseRelay(address);
  if (relay !== undefined) return relay;
  const near = nearRelay(address);
  if (near !== undefined) return { ...near, kind: "near-relay", right: near.address };
  const found = findTableRule({ bits, length: 128 });
  return found && (ceAt(found, bits) ?? nearCe(found, bits));
}

function ceAt(found: TableRule, bits: bigint): Identity | undefined {
  const { region, rule, borderRelay, ceAddressForm: serviceForm, service } = found;
  const endUserPrefix = delegationAt(found, bits);
  const { eaBits: _ea, sharingRatio: _ratio, ceAddress, ...said } = derive(rule, endUserPrefix);
  const form = ceAddressForms.find((one) => ceAddress[one] === printAddress6(bits));
  if (form === undefined) return undefined;
  const right = ceAddress[serviceForm];
  return {
    kind: "ce",
    service: service.who,
    region,
    form,
    serviceForm,
    right,
    borderRelay,
    ...said,
    endUserPrefix,
  };
}

/** Bits 72..103 of a draft03 CE are its IPv4 address, 104..119 its PSID: they tell a line as well as the prefix does. */
function nearCe(found: TableRule, bits: bigint): Identity | undefined {
  const { rule, ceAddressForm, service, region } = found;
  const endUserPrefix = delegationAt(found, bits);
  const { ceAddress, psidOffset, psidLength } = derive(rule, endUserPrefix);
  const byPrefix = { endUserPrefix, ceAddress: ceAddress[ceAddressForm] };
  if (groupsApart(bits, parseAddress6(byPrefix.ceAddress)) !== 1) return undefined;
  const byRest = whenRight(() => {
    const [range] = portRanges({ psidOffset, psidLength }, Number(bitsOf(bits, 104, 16)));
    const line = forward(rule, printAddress4(bitsOf(bits, 72, 32)), range?.[0]);
    return { endUserPrefix: line.endUserPrefix, ceAddress: line.ceAddress.draft03 };
  });
  const other = byRest && byRest.endUserPrefix !== endUserPrefix ? [byRest] : [];
  return { kind: "near-ce", service: service.who, region, readings: [byPrefix, ...other] };
}

function groupsApart(one: bigint, other: bigint): number {
  return Array.from({ length: 8 }, (_, at) => at * 16).filter(
    (at) => bitsOf(one, at, 16) !== bitsOf(other, at, 16),
  ).length;
}

function delegationAt({ prefix, rule }: TableRule, bits: bigint): string {
  const length = prefix.length + rule.eaBitsLength;
  return printPrefix6({ bits: mask(bits, length, 128), length });
}

function portAt(ipv4: string, port: number): Identity {
  const address = parseAddress4(ipv4);
  const found = tableRules.find(({ rule }) => {
    const prefix = parsePrefix4(rule.ipv4Prefix);
    return mask(address, prefix.length, 32) === prefix.bits;
  });
  if (found === undefined) {
    const reason = `${ipv4} is in no published rule's IPv4 prefix`;
    throw new MapRefused("ipv4-outside-rule", reason, "give the line's IPv6 prefix instead");
  }
  const { service, region, rule, borderRelay, ceAddressForm } = found;
  const { psid, endUserPrefix, ceAddress } = forward(rule, ipv4, port);
  return {
    kind: "shared-port",
    service: service.who,
    region,
    psid,
    endUserPrefix,
    ceAddress: ceAddress[ceAddressForm],
    borderRelay,
  };
}

function whenRight<Value>(parse: () => Value): Value | undefined {
  try {
    return parse();
  } catch (error) {
    if (error instanceof MapRefused) return undefined;
    throw error;
  }
}

function lineAt(text: string, prefix: Prefix6): Identity {
  const space = findSpace({ bits: prefix.bits, length: 128 });
  if (space !== undefined && contains(space.prefix, prefix)) {
    const { service, region } = space;
    const closed = "IPoE is not in service on this line";
    const mechanism = service.kind === "closed" ? closed : service.kind;
    return {
      kind: "line",
      service: service.who,
      region,
      mechanism: service.aftr ? `DS-Lite to ${service.aftr.name}` : mechanism,
    };
  }
  throw new MapRefused(
    "unknown-prefix",
    `${text} is neither a known relay nor in a known service's address space`,
    "check the address; the table holds the Japanese services of mape/rules.json only",
  );
}
