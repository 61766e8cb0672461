/**
 * The answer of an HB46PP provisioning server (IPv6 Promotion Council of Japan, section 3.4) read as MAP-E rules. It
 * must never fetch anything, and never guess a form: `map_e.version` tells it.
 */
import type { CeAddressForm } from "./ce-address.ts";
import { parseAddress6, printAddress6 } from "./prefix.ts";
import { MapRefused, type RefusalCode } from "./refusal.ts";
import { asObject, type MapRule, parseRule, readNumber, readString } from "./rule.ts";

export interface Hb46pp {
  borderRelay: string;
  ceAddressForm: CeAddressForm;
  /** mesh: CEs also send to each other; hub-and-spoke: everything goes by the BR. */
  topology: "hub-and-spoke" | "mesh";
  rules: MapRule[];
  /** The provider's own names, for messages; empty when it gives none. */
  service: string;
}

/** `text` is the JSON body of the server's answer. */
export function parseHb46pp(text: string): Hb46pp {
  const answer = asObject(parseJson(text), "the HB46PP answer");
  checkOffered(answer);
  const mapE = asObject(answer.map_e, "map_e");
  const { rules } = mapE;
  if (!Array.isArray(rules) || rules.length === 0) {
    throw refused("hb46pp-malformed", "map_e.rules is not a list with at least one rule");
  }
  return {
    borderRelay: printAddress6(parseAddress6(readString(mapE, "br"))),
    ceAddressForm: formOf(mapE.version),
    topology: mapE.mesh === true || mapE.mesh === 1 ? "mesh" : "hub-and-spoke",
    rules: rules.map(readHb46ppRule),
    service: [answer.enabler_name, answer.service_name].filter((name) => typeof name === "string").join(" "),
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw refused("hb46pp-malformed", `the answer is not JSON: ${String(cause)}`);
  }
}

/** `order: []` means that the server offers this line nothing; map_e left out of it must not be used. */
function checkOffered({ order, map_e }: Record<string, unknown>): void {
  const offered = Array.isArray(order) ? order : ["map_e"];
  if (offered.includes("map_e") && map_e !== undefined) return;
  const others = offered.filter((name) => name !== "map_e");
  const instead = others.length > 0 ? `; it offers ${others.join(", ")}` : "";
  throw refused("hb46pp-no-map-e", `the server does not offer MAP-E to this line${instead}`);
}

/** 0 or absent = draft-ietf-softwire-map-03, 1 = RFC 7597. */
function formOf(version: unknown): CeAddressForm {
  if (version === undefined || version === 0) return "draft03";
  if (version === 1) return "rfc7597";
  throw refused("hb46pp-malformed", `map_e.version ${JSON.stringify(version)} is neither 0 nor 1`);
}

function readHb46ppRule(value: unknown): MapRule {
  const fields = asObject(value, "a rule of map_e.rules");
  const rule: MapRule = {
    ipv6Prefix: readString(fields, "ipv6"),
    ipv4Prefix: readString(fields, "ipv4"),
    eaBitsLength: readNumber(fields, "ea_length"),
    psidOffset: readNumber(fields, "psid_offset"),
  };
  parseRule(rule);
  return rule;
}

function refused(code: RefusalCode, reason: string): MapRefused {
  return new MapRefused(
    code,
    reason,
    "ask the server named by the TXT record of 4over6.info again, from this line",
  );
}
