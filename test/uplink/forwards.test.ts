import { describe, expect, it, test } from "@jest/globals";
import { parsePortForwards, parsePorts } from "../../config/parsers.ts";
import { derive } from "../../mape/derive.ts";
import { findServiceLine } from "../../mape/services.ts";
import { takenPorts, withoutPorts } from "../../uplink/forwards.ts";

const prefix = "2404:7a82:4d02:4100::/56";
const { rule } = findServiceLine(prefix, "auto");
const { psid, psidLength, psidOffset, portRanges } = derive(rule, prefix);
const line = {
  translated: "here" as const,
  psid,
  layout: { psidOffset, psidLength },
  portBlocks: portRanges,
};
const whole = {
  translated: "here" as const,
  psid: null,
  layout: { psidOffset: 4, psidLength: 0 },
  portBlocks: null,
};
const taken = (reserved: string, forwards: string, of = line) =>
  takenPorts(
    {
      reservedPorts: parsePorts("reservedPorts", reserved),
      forwards: parsePortForwards("portForwards", forwards),
    },
    of,
  );

describe("takenPorts()", () => {
  it("is what is reserved and what is forwarded", () => {
    expect(taken("5136-5139", "tcp:9232>192.168.100.10:22")).toEqual([
      [5136, 5139],
      [9232, 9232],
    ]);
    expect(taken("", "tcp:80>192.168.100.10:80", whole)).toEqual([[80, 80]]);
  });

  it.each([
    {
      forwards: "tcp:5152>192.168.100.10:22",
      says: /portForwards: .*5152 belongs to PSID 66.*PSID 65[\s\S]*5136-5151, 9232/,
    },
    { forwards: "tcp:443>192.168.100.10:443", says: /portForwards: .*443 belongs to no customer/ },
    { reserved: "5150-5152", says: /reservedPorts: .*5152 belongs to PSID 66/ }, // the range begins in our block
  ])("refuses $reserved$forwards", ({ reserved = "", forwards = "", says }) => {
    expect(() => taken(reserved, forwards)).toThrow(says);
  });

  it("refuses a reservation on an address that is not shared", () => {
    expect(() => taken("5136", "", whole)).toThrow(/not shared/);
  });
});

describe("withoutPorts()", () => {
  const blocks = [
    [16, 31],
    [48, 63],
  ] as const;

  it.each([
    {
      name: "the first port",
      reserved: [[16, 16]] as const,
      left: [
        [17, 31],
        [48, 63],
      ],
    },
    {
      name: "the last port",
      reserved: [[31, 31]] as const,
      left: [
        [16, 30],
        [48, 63],
      ],
    },
    {
      name: "a port of the middle",
      reserved: [[20, 20]] as const,
      left: [
        [16, 19],
        [21, 31],
        [48, 63],
      ],
    },
    {
      name: "all but one",
      reserved: [
        [16, 19],
        [21, 31],
      ] as const,
      left: [
        [20, 20],
        [48, 63],
      ],
    },
    { name: "a whole block", reserved: [[48, 63]] as const, left: [[16, 31]] },
    {
      name: "the same port twice",
      reserved: [
        [16, 17],
        [17, 17],
      ] as const,
      left: [
        [18, 31],
        [48, 63],
      ],
    },
  ])("leaves out $name", ({ reserved, left }) => {
    expect(withoutPorts(blocks, reserved)).toEqual(left);
  });

  test("refuses to leave nothing", () => {
    expect(() => withoutPorts(blocks, blocks)).toThrow(/no port to source NAT[\s\S]*reserve fewer/);
  });
});
