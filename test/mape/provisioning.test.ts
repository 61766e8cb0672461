/** The two ways a network tells its rule: DHCPv6 option 94, and the HB46PP answer. */
import { describe, expect, test } from "@jest/globals";
import { mapOfferIn, readProvisioning } from "../../mape/provisioning.ts";
import { parseS46 } from "../../mape/s46.ts";
import { printS46 } from "./print-s46.ts";

const wire =
  "005e002d0059001501121685d10c002624047a824c005d000404000000005a001020010260070000010000000000010275";

describe("parseS46()", () => {
  test("printS46() gives the same bytes back", () => {
    expect(printS46(parseS46(wire))).toBe(wire);
  });

  test("takes offset 6 where option 93 is missing", () => {
    const bare = "005e00250059000d01121685d10c002624047a824c005a001020010260070000010000000000010275";
    expect(parseS46(bare).rules[0]?.psidOffset).toBe(6);
  });

  test("ignores bits beyond the prefix lengths, as the RFC demands of a client", () => {
    expect(parseS46(wire.replace("85d10c00", "85d10f0f").replace("7a824c", "7a824f")).rules[0]).toMatchObject(
      {
        ipv4Prefix: "133.209.12.0/22",
        ipv6Prefix: "2404:7a82:4c00::/38",
      },
    );
  });

  test.each([
    { name: "odd digits", hex: "005", code: "s46-malformed" },
    { name: "a cut container", hex: wire.slice(0, -2), code: "s46-malformed" },
    { name: "bytes after it", hex: `${wire}00`, code: "s46-malformed" },
    { name: "a MAP-T container", hex: wire.replace("005e", "005f"), code: "s46-not-map-e" },
    { name: "a DMR inside", hex: "005e0004005b0000", code: "s46-forbidden-option" },
    { name: "nothing inside", hex: "005e0000", code: "s46-incomplete" },
    {
      name: "an offset of 16",
      hex: wire.replace("005d000404", "005d000410"),
      code: "psid-offset-out-of-range",
    },
  ])("refuses $name as $code", ({ hex, code }) => {
    expect(() => parseS46(hex)).toThrow(`[${code}]`);
  });
});

describe("readProvisioning()", () => {
  const rule = { ipv6: "2001:db8:1:2000::/52", ipv4: "203.0.113.0/24", ea_length: 12, psid_offset: 4 };
  const mapE = { br: "2001:DB8:1::1", rules: [rule] };
  const answer = { enabler_name: "A VNE", service_name: "4over6", order: ["map_e", "dslite"], map_e: mapE };

  test("reads br and rules, and takes a missing version as draft-03", () => {
    const rules = [{ ipv6Prefix: rule.ipv6, ipv4Prefix: rule.ipv4, eaBitsLength: 12, psidOffset: 4 }];
    const shared = {
      borderRelay: "2001:db8:1::1",
      ceAddressForm: "draft03",
      topology: "hub-and-spoke",
      rules,
    };
    expect(readProvisioning(JSON.stringify(answer))).toEqual({
      format: "HB46PP",
      service: "A VNE 4over6",
      offers: [{ uplink: "mape", ...shared }],
    });
  });

  test("reads version 1 as the RFC form, and mesh", () => {
    const value = { ...answer, map_e: { ...mapE, version: 1, mesh: true } };
    expect(mapOfferIn(readProvisioning(JSON.stringify(value)))).toMatchObject({
      ceAddressForm: "rfc7597",
      topology: "mesh",
    });
  });

  test.each([
    { name: "text that is not JSON", value: "<html>", code: "hb46pp-malformed" },
    { name: "an empty order", value: { ...answer, order: [] }, code: "hb46pp-no-map-e" },
    { name: "DS-Lite only", value: { order: ["dslite"] }, code: "hb46pp-no-map-e" },
    { name: "no rules", value: { ...answer, map_e: { ...mapE, rules: [] } }, code: "hb46pp-malformed" },
    { name: "version 2", value: { ...answer, map_e: { ...mapE, version: 2 } }, code: "hb46pp-malformed" },
    {
      name: "host bits in a rule",
      value: { ...answer, map_e: { ...mapE, rules: [{ ...rule, ipv4: "203.0.113.1/24" }] } },
      code: "host-bits-set",
    },
  ])("refuses $name as $code", ({ value, code }) => {
    const text = typeof value === "string" ? value : JSON.stringify(value);
    expect(() => mapOfferIn(readProvisioning(text))).toThrow(`[${code}]`);
  });
});
