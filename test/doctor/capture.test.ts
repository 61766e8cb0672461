/** Capture files made octet by octet, and two recorded packets, read and told in counts. */

import { describe, expect, test } from "@jest/globals";
import { compareSummaries, type OwnLine, summarize } from "../../doctor/capture-summary.ts";
import { parseFrame } from "../../doctor/packet.ts";
import { parsePcap } from "../../doctor/pcap.ts";
import { ce, gateway, relay } from "./paper-router.ts";
import { dhcp, frame, inner, limitOption, neighbour, pcap } from "./wire-bytes.ts";

const line: OwnLine = { ceAddress: ce, relay, gateway, ipv4: "133.209.13.2", ports: [[5136, 5151]] };
const out = (payload: readonly number[], to = relay, header = 4) => frame(ce, to, header, payload);

function counts(frames: readonly Uint8Array[]): Record<string, number> {
  const rows = summarize(parsePcap(pcap(frames)), line).filter(({ count }) => count > 0);
  return Object.fromEntries(rows.map(({ what, count }) => [what, count]));
}

describe("parsePcap()", () => {
  test.each(["little", "big"] as const)("reads %s-endian files", (order) => {
    const packets = parsePcap(pcap([out(inner("133.209.13.2", 5136)), frame(ce, relay, 58, [1])], order));
    expect(packets.map(({ seconds }) => seconds)).toEqual([1_795_478_000.5, 1_795_478_001.5]);
    expect(packets[1]?.bytes).toHaveLength(55);
  });

  test("gives the whole packets of a file that was cut off", () => {
    const file = pcap([frame(ce, relay, 58, [1]), frame(ce, relay, 58, [2])]);
    expect(parsePcap(file.subarray(0, file.length - 1))).toHaveLength(1);
  });

  test("refuses what is no capture", () => {
    expect(() => parsePcap(new TextEncoder().encode("tcpdump: eth1: No such device exists"))).toThrow(
      "no pcap",
    );
    expect(() => parsePcap(new Uint8Array(3))).toThrow("no pcap");
  });
});

describe("parseFrame()", () => {
  const hex = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text.replaceAll(/\s/g, ""), "hex"));

  test("reads VyOS's own packet, as recorded: next header 4", () => {
    const recorded = hex(`0200 0000 0099 5254 0000 0011 86dd 600c 26eb 0054 0440 2404 7a82 4d02 4100 0085
      d10d 0200 4100 2001 0260 0700 0001 0000 0000 0001 0275 4500 0054 8e2d 4000 4001
      ef6b 85d1 0d02 c633 6409 0800 4953 1d55 0001 28bc`);
    expect(parseFrame(recorded)).toEqual({
      source: ce,
      destination: relay,
      payload: {
        kind: "ipv4",
        withOption: "no",
        inner: { source: "133.209.13.2", destination: "198.51.100.9", protocol: 1, sourcePort: 7509 },
      },
    });
  });

  test("reads the hand-made tunnel's packet, as recorded: next header 60 before it", () => {
    const recorded = hex(`0200 0000 0099 5254 0000 0011 86dd 6004 8056 005c 3c40 2404 7a82 4d02 4100 0085
      d10d 0200 4100 2001 0260 0700 0001 0000 0000 0001 0276 0400 0401 0401 0100 4500
      0054 8f16 4000 4001 ee82 85d1 0d02 c633 6409 0800 dd12 1d5e 0001 29bc`);
    expect(parseFrame(recorded)?.payload).toMatchObject({
      kind: "ipv4",
      withOption: "yes",
      inner: { sourcePort: 7518 },
    });
  });

  test("has no port for a later fragment", () => {
    const later = inner("133.209.13.2", 5136);
    later[6] = 0x20;
    later[7] = 0xb4;
    expect(parseFrame(out(later))?.payload).toMatchObject({ inner: { sourcePort: undefined } });
  });

  test("is undefined for IPv4 outside, and for a frame that was cut short", () => {
    const ipv4 = frame(ce, relay, 4, []);
    ipv4[12] = 0x08;
    ipv4[13] = 0;
    expect(parseFrame(ipv4)).toBeUndefined();
    expect(parseFrame(frame(ce, relay, 4, []).subarray(0, 40))).toBeUndefined();
  });
});

describe("summarize()", () => {
  const toUs = (payload: readonly number[]) => frame(relay, ce, 4, payload);
  test.each([
    {
      name: "a lease",
      frames: [frame(ce, gateway, 17, dhcp(1)), frame(gateway, ce, 17, dhcp(7))],
      is: { "DHCPv6 solicit": 1, "DHCPv6 reply": 1 },
    },
    {
      name: "the way out and back",
      frames: [out(inner("133.209.13.2", 5140)), toUs(inner("198.51.100.9", 443))],
      is: { "encapsulated out": 1, "encapsulated in": 1 },
    },
    {
      name: "the encapsulation limit",
      frames: [out([...limitOption, ...inner("133.209.13.2", 5140)], relay, 60)],
      is: { "encapsulated out": 1, "encapsulated out, with an option": 1 },
    },
    {
      name: "a port of another customer",
      frames: [out(inner("133.209.13.2", 5152))],
      is: { "encapsulated out": 1, "encapsulated out, foreign port": 1 },
    },
    {
      name: "a LAN address that was not translated",
      frames: [out(inner("192.168.1.7", 5140))],
      is: { "encapsulated out": 1, "encapsulated out, foreign IPv4 source": 1 },
    },
    {
      name: "another service's relay",
      frames: [out(inner("133.209.13.2", 5140), "2404:9200:225:100::64")],
      is: { "encapsulated out, to another relay": 1 },
    },
    {
      name: "a gateway that is asked for in vain",
      frames: [frame(ce, "ff02::1:ff7d:ee11", 58, neighbour(135, gateway))],
      is: { "neighbour: gateway asked for": 1 },
    },
    {
      name: "the CE address in its other form",
      frames: [frame(gateway, "ff02::1:ff02:41", 58, neighbour(135, "2404:7a82:4d02:4100:0:85d1:d02:41"))],
      is: { "neighbour: another of this prefix asked for": 1 },
    },
    {
      name: "a small path",
      frames: [frame(gateway, ce, 58, [2, 0, 0, 0, 0, 0, 5, 0xac])],
      is: { "ICMPv6 packet too big": 1 },
    },
  ])("counts $name", ({ frames, is }) => {
    expect(counts(frames)).toEqual(is);
  });
});

test("compareSummaries() tells what was there only when it worked, and how often does not matter", () => {
  const good = summarize(
    parsePcap(pcap([out(inner("133.209.13.2", 5140)), frame(relay, ce, 4, inner("198.51.100.9", 443))])),
    line,
  );
  const once = out(inner("133.209.13.2", 5140));
  const bad = summarize(parsePcap(pcap([once, once, frame(ce, gateway, 17, dhcp(1))])), line);
  const differences = compareSummaries(good, bad).filter(({ difference }) => difference !== undefined);
  expect(differences.map(({ what, difference }) => [what, difference])).toEqual([
    ["DHCPv6 solicit", "only when it did not: the client has no lease"],
    ["encapsulated in", "only when it worked: IPv4 comes from the relay"],
  ]);
});
