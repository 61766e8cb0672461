import { describe, expect, it } from "@jest/globals";
import { parseOtherWay, parsePortForwards, parsePorts, parseProbeTargets } from "../../config/parsers.ts";

describe("parseOtherWay()", () => {
  it.each([
    { text: "192.168.100.1", way: { kind: "next-hop", address: "192.168.100.1" } },
    { text: "dhcp:eth0.10", way: { kind: "dhcp", interface: "eth0.10" } },
    { text: "interface:pppoe0", way: { kind: "interface", interface: "pppoe0" } },
  ])("reads $text", ({ text, way }) => {
    expect(parseOtherWay("wxrNextHop", text)).toEqual(way);
  });

  it.each([
    { text: "pppoe0", says: "is not an IPv4 address" },
    { text: "dhcp:", says: "is not an interface name" },
    { text: "interface:$(reboot)", says: "is not an interface name" },
    { text: "interface:eth0", says: "wxrNextHop dhcp:eth0" }, // it would ask its neighbours for the whole internet
  ])("refuses $text", ({ text, says }) => {
    expect(() => parseOtherWay("wxrNextHop", text)).toThrow(says);
  });
});

describe("parsePortForwards()", () => {
  const read = (text: string) => parsePortForwards("portForwards", text);

  it.each([
    "tcp:5136>192.168.100.10:22, udp:9232>192.168.100.11:53",
    '["tcp:5136>192.168.100.10:22", "udp:9232>192.168.100.11:53"]',
  ])("reads %s", (text) => {
    expect(read(text)).toEqual([
      { protocol: "tcp", port: 5136, address: "192.168.100.10", targetPort: 22 },
      { protocol: "udp", port: 9232, address: "192.168.100.11", targetPort: 53 },
    ]);
  });

  it("lets tcp and udp share a port", () => {
    expect(read("tcp:5136>192.168.100.10:53,udp:5136>192.168.100.11:53")).toHaveLength(2);
  });

  it.each([
    { text: "tcp:5136>server:22", says: /portForwards: "server" is not an IPv4 address/ },
    { text: "tcp:5136>192.168.100.10:0", says: /portForwards: "0" leaves the ports/ },
    { text: "icmp:5136>192.168.100.10:22", says: /is not a port forward[\s\S]*tcp:5136>/ },
    { text: "tcp:5136", says: /is not a port forward/ },
    {
      text: "tcp:5136>192.168.100.10:22,tcp_udp:5136>192.168.100.11:22",
      says: /forwarded twice, to 192.168.100.10/,
    },
    { text: '["tcp:5136', says: /is not a list of texts/ },
    { text: '[{"tcp":1}]', says: /is not a list of texts/ },
  ])("refuses $text", ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });
});

describe("parsePorts()", () => {
  const read = (text: string) => parsePorts("reservedPorts", text);

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
    { text: "9247-5136", says: /reservedPorts: .*upside down/ },
    { text: "http", says: /reservedPorts: .*not a port/ },
  ])("refuses $text", ({ text, says }) => {
    expect(() => read(text)).toThrow(says);
  });
});

describe("parseProbeTargets()", () => {
  it("reads none as nobody to ask", () => {
    expect(parseProbeTargets("probeTargets", "none")).toEqual([]);
    expect(parseProbeTargets("probeTargets", "1.1.1.1:443")).toEqual([{ host: "1.1.1.1", port: 443 }]);
  });

  it.each(["1.1.1.1", "one.one:443", "1.1.1.1:443:1"])("refuses %s", (text) => {
    expect(() => parseProbeTargets("probeTargets", text)).toThrow(/probeTargets/);
  });
});
