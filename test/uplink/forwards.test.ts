import { describe, expect, it, test } from "@jest/globals";
import { derive } from "../../mape/derive.ts";
import { findServiceLine } from "../../mape/services.ts";
import { parsePortForwards, parseReservedPorts, withoutPorts } from "../../uplink/forwards.ts";
import type { MapLine } from "../../uplink/line.ts";

const prefix = "2404:7a82:4d02:4100::/56";
const { rule, borderRelay } = findServiceLine(prefix, "auto");
const { ipv4, psid, psidLength, psidOffset, portRanges, ceAddress } = derive(rule, prefix);
const line: MapLine = {
  ipv4,
  psid,
  layout: { psidOffset, psidLength },
  portBlocks: portRanges,
  ceAddress: ceAddress.draft03,
  borderRelay,
  warnings: [],
};
const whole: MapLine = { ...line, psid: null, layout: { psidOffset: 4, psidLength: 0 }, portBlocks: null };
const reading = (key: string, text: string) => (asked: string) => (asked === key ? text : undefined);

describe("parsePortForwards()", () => {
  const read = (text: string, of = line) => parsePortForwards(reading("portForwards", text), of);

  it.each([
    "tcp:5136>192.168.100.10:22, udp:9232>192.168.100.11:53",
    '["tcp:5136>192.168.100.10:22", "udp:9232>192.168.100.11:53"]',
  ])("reads %s", (text) => {
    expect(read(text)).toEqual([
      { protocol: "tcp", port: 5136, address: "192.168.100.10", targetPort: 22 },
      { protocol: "udp", port: 9232, address: "192.168.100.11", targetPort: 53 },
    ]);
  });

  it("lets tcp and udp share a port, and a whole address forward any", () => {
    expect(read("tcp:5136>192.168.100.10:53,udp:5136>192.168.100.11:53")).toHaveLength(2);
    expect(read("tcp:80>192.168.100.10:80", whole)).toHaveLength(1);
  });

  it.each([
    {
      text: "tcp:5152>192.168.100.10:22",
      says: /portForwards: .*5152 belongs to PSID 66.*PSID 65[\s\S]*5136-5151, 9232/,
    },
    { text: "tcp:443>192.168.100.10:443", says: /portForwards: .*443 belongs to no customer/ },
    { text: "tcp:5136>server:22", says: /portForwards: "server" is not an IPv4 address/ },
    { text: "tcp:5136>192.168.100.10:0", says: /portForwards: "0" leaves the ports/ },
    { text: "icmp:5136>192.168.100.10:22", says: /is no port forward[\s\S]*tcp:5136>/ },
    { text: "tcp:5136", says: /is no port forward/ },
    {
      text: "tcp:5136>192.168.100.10:22,tcp_udp:5136>192.168.100.11:22",
      says: /forwarded twice, to 192.168.100.10/,
    },
    { text: '["tcp:5136', says: /is no list of texts/ },
    { text: '[{"tcp":1}]', says: /is no list of texts/ },
  ])("refuses $text", ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });
});

describe("parseReservedPorts()", () => {
  const read = (text: string, of = line) => parseReservedPorts(reading("reservedPorts", text), of);

  it("reads ports and ranges, by commas and as JSON", () => {
    const ports = [
      [5136, 5139],
      [9232, 9232],
    ];
    expect(read("5136-5139,9232")).toEqual(ports);
    expect(read('["5136-5139", 9232]')).toEqual(ports);
    expect(read("")).toEqual([]);
  });

  it.each([
    { text: "5150-5152", says: /reservedPorts: .*5152 belongs to PSID 66/ }, // the range begins in our block
    { text: "9247-5136", says: /reservedPorts: .*upside down/ },
    { text: "http", says: /reservedPorts: .*not a port/ },
  ])("refuses $text", ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });

  it("refuses a reservation on an address that is not shared", () => {
    expect(() => read("5136", whole)).toThrow(/not shared/);
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
