/** What each way of telling a line says of it, before any figure is worked out: rules to choose from, relay and form. */
import { InvalidValue } from "../errors.ts";
import { type CeAddressForm, ceAddressForms } from "./ce-address.ts";
import { derive } from "./derive.ts";
import type { PortLayout } from "./ports.ts";
import { mask, parseAddress4, printAddress4, printAddress6, printPrefix6 } from "./prefix.ts";
import { mapOfferIn, readProvisioning } from "./provisioning.ts";
import type { MapRule } from "./rule.ts";
import { parseS46 } from "./s46.ts";
import { findServiceLine, type ServiceLine, type ServiceName } from "./services.ts";
import { readTyped6 } from "./typed.ts";

/** Addresses and prefixes are texts in any spelling that people have: they are read here, once. */
export type LineSource =
  | { readonly kind: "service"; readonly delegatedPrefix: string; readonly service: ServiceName }
  | { readonly kind: "rule"; readonly delegatedPrefix: string; readonly rule: MapRule }
  | { readonly kind: "hb46pp"; readonly delegatedPrefix: string; readonly answer: string }
  | { readonly kind: "option94"; readonly delegatedPrefix: string; readonly option: string }
  | Figures;

/** No prefix and no rule: what the old router's status page shows. `psid` is null for an address that is not shared. */
export interface Figures {
  readonly kind: "figures";
  readonly ipv4Address: string;
  readonly psid: number | null;
  readonly layout: PortLayout;
  readonly ceAddress: string;
}

export interface Told {
  readonly source: string;
  readonly service: Pick<ServiceLine, "id" | "service" | "region" | "confidence"> | null;
  readonly delegatedPrefix: string;
  readonly rules: readonly MapRule[];
  /** `assumed`: no word about it came with the rule. */
  readonly form: CeAddressForm;
  readonly formIs: "told" | "assumed";
  readonly borderRelay: string | null;
  readonly mtu: number;
  readonly warnings: readonly string[];
}

/** NTT's IPv6 path carries 1500 bytes, 40 of them the outer header; every service of the table runs over it. */
const nobody = { service: null, borderRelay: null, formIs: "told", mtu: 1460, warnings: [] } as const;

export function toldBy(line: LineSource): Told {
  switch (line.kind) {
    case "service": {
      const found = findServiceLine(line.delegatedPrefix, line.service);
      const {
        id,
        service,
        region,
        confidence,
        rule,
        borderRelay,
        ceAddressForm: form,
        mtu,
        warnings,
      } = found;
      return {
        source: `${service}, ${region}`,
        service: { id, service, region, confidence },
        delegatedPrefix: line.delegatedPrefix,
        rules: [rule],
        ...{ form, formIs: "told", borderRelay, mtu, warnings },
      };
    }
    case "rule": {
      const { delegatedPrefix, rule } = line;
      return {
        ...{ ...nobody, source: "the rule given", delegatedPrefix, rules: [rule] },
        ...{ form: "draft03", formIs: "assumed" },
      };
    }
    case "hb46pp": {
      const read = readProvisioning(line.answer);
      const { rules, borderRelay, ceAddressForm: form, topology } = mapOfferIn(read);
      const source = `the answer of ${read.service || "the provisioning server"} (${read.format})`;
      const mesh = "the answer asks for a mesh; this router sends everything to the BR";
      const warnings = topology === "mesh" ? [mesh] : [];
      return { ...nobody, source, delegatedPrefix: line.delegatedPrefix, rules, form, borderRelay, warnings };
    }
    case "option94": {
      const { rules, br } = parseS46(line.option);
      const several = `the option names ${br.length} border relays; the first is shown`;
      return {
        ...{ ...nobody, source: "DHCPv6 option 94", delegatedPrefix: line.delegatedPrefix },
        rules: rules.map(({ fmr: _forwarding, ...rule }) => rule),
        form: "rfc7597", // RFC 7598 provisions CEs of RFC 7597, and has no field for another form
        borderRelay: br[0] ?? null,
        warnings: br.length > 1 ? [several] : [],
      };
    }
    case "figures":
      return figuresTold(line);
    default:
      return line satisfies never;
  }
}

/** The CE address must say the same as IPv4 address and PSID, in one of its two forms. */
function figuresTold({ ipv4Address, psid, ceAddress, layout }: Figures): Told {
  const ipv4 = printAddress4(parseAddress4(ipv4Address));
  const { bits } = readTyped6(ceAddress);
  const delegatedPrefix = printPrefix6({ bits: mask(bits, 64, 128), length: 64 });
  const whole = { ipv6Prefix: delegatedPrefix, ipv4Prefix: `${ipv4}/32`, eaBitsLength: 0 };
  const { psidOffset, psidLength } = layout;
  const rule: MapRule = { ...whole, psidOffset, ...(psid === null ? {} : { psidLength, psid }) };
  const right = derive(rule, delegatedPrefix).ceAddress;
  const form = ceAddressForms.find((candidate) => right[candidate] === printAddress6(bits));
  if (form !== undefined)
    return { ...nobody, source: "the figures given", delegatedPrefix, rules: [rule], form };
  const reason = `does not hold ${ipv4} and PSID ${psid ?? 0}`;
  throw new InvalidValue("ceAddress", ceAddress, reason, `write ${right.draft03}`);
}
