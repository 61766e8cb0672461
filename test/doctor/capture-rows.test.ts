/** Capture files made octet by octet, counted by tcpdump itself where there is one, and by the simulator's. */

import { spawnSync } from "node:child_process";
import { expect, test } from "@jest/globals";
import { captureFilter, captureRows, compareCounts, type OwnLine } from "../../doctor/capture-rows.ts";
import { captureLine } from "../../doctor/capturing.ts";
import { countIn } from "../simulator/programs/tcpdump-filter.ts";
import { ce, gateway, relay } from "./paper-router.ts";
import { dhcp, frame, inner, limitOption, neighbour, pcap } from "./wire-bytes.ts";

const line: OwnLine = {
  ceAddress: ce,
  relay,
  gateway,
  ipv4: "133.209.13.2",
  ports: Array.from({ length: 15 }, (_block, index) => [index * 4096 + 5136, index * 4096 + 5151] as const),
};
const out = (payload: readonly number[], to = relay, header = 4) => frame(ce, to, header, payload);
const toUs = (payload: readonly number[]) => frame(relay, ce, 4, payload);
const laterFragment = inner("133.209.13.2", 1).map((octet, at) =>
  at === 6 ? 0x20 : at === 7 ? 0xb4 : octet,
);

const counted = {
  simulator: (file: Uint8Array, filter: string) => countIn(Buffer.from(file).toString("latin1"), filter),
  tcpdump: (file: Uint8Array, filter: string) => {
    const { status, stdout, stderr } = spawnSync("tcpdump", ["-n", "-q", "-r", "-", filter], { input: file });
    if (status !== 0) throw new Error(String(stderr));
    return String(stdout).split("\n").length - 1;
  },
};
const counters: readonly (keyof typeof counted)[] = spawnSync("tcpdump", ["--version"]).error
  ? ["simulator"]
  : ["simulator", "tcpdump"];

test.each([
  {
    name: "a lease",
    frames: [frame(ce, gateway, 17, dhcp(1)), frame(gateway, ce, 17, dhcp(7))],
    is: { "DHCPv6 solicit": 1, "DHCPv6 reply": 1 },
  },
  {
    name: "the way out and back",
    frames: [
      out(inner("133.209.13.2", 5140)),
      out(inner("133.209.13.2", 9247)),
      toUs(inner("198.51.100.9", 443)),
    ],
    is: { "encapsulated out": 2, "encapsulated in": 1 },
  },
  {
    name: "the encapsulation limit",
    frames: [out([...limitOption, ...inner("133.209.13.2", 5140)], relay, 60)],
    is: { "encapsulated out": 1, "encapsulated out, with an option": 1 },
  },
  {
    name: "a port of another customer, behind an option too",
    frames: [
      out(inner("133.209.13.2", 5152)),
      out([...limitOption, ...inner("133.209.13.2", 5135, 17)], relay, 60),
    ],
    is: { "encapsulated out": 2, "encapsulated out, with an option": 1, "encapsulated out, foreign port": 2 },
  },
  {
    name: "no port for a later fragment",
    frames: [out(laterFragment)],
    is: { "encapsulated out": 1 },
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
    name: "the CE address, asked for and answered",
    frames: [frame(gateway, ce, 58, neighbour(135, ce)), frame(ce, gateway, 58, neighbour(136, ce))],
    is: { "neighbour: CE address asked for": 1, "neighbour: CE address answers": 1 },
  },
  {
    name: "the CE address in its other form",
    frames: [frame(gateway, "ff02::1:ff02:41", 58, neighbour(135, "2404:7a82:4d02:4100:0:85d1:d02:41"))],
    is: { "neighbour: another of this prefix asked for": 1 },
  },
  {
    name: "a small path, and a frame that was cut short",
    frames: [frame(gateway, ce, 58, [2, 0, 0, 0, 0, 0, 5, 0xac]), frame(ce, relay, 4, []).subarray(0, 40)],
    is: { "ICMPv6 packet too big": 1 },
  },
])("captureRows() counts $name", ({ frames, is }) => {
  const file = pcap(frames);
  for (const by of counters) {
    const rows = captureRows(line).map(([what, , filter]) => [what, counted[by](file, filter)] as const);
    expect({ by, ...Object.fromEntries(rows.filter(([, count]) => count > 0)) }).toEqual({ by, ...is });
  }
});

test("captureLine() counts in bash, and gives the capture after the counts", () => {
  if (!counters.includes("tcpdump")) return;
  const file = pcap([
    out(inner("133.209.13.2", 5140)),
    out(inner("133.209.13.2", 1)),
    frame(gateway, ce, 58, [2]),
  ]);
  const rows = captureRows(line);
  const whole = captureLine(
    { interface: "eth1", seconds: 1, packets: 9 },
    rows.map(([, , filter]) => filter),
  );
  const behind = whole.slice(whole.indexOf("| base64") + 2);
  const said = String(spawnSync("bash", ["-c", behind], { input: file }).stdout).split("\n");
  const seen = rows
    .map(([what], index) => `${what}: ${said[index]?.trim()}`)
    .filter((one) => !one.endsWith(": 0"));
  expect(seen).toEqual([
    "encapsulated out: 2",
    "encapsulated out, foreign port: 1",
    "ICMPv6 packet too big: 1",
  ]);
  expect(said.slice(rows.length).join("")).toBe(Buffer.from(file).toString("base64"));
});

test("captureRows() asks for nothing that the capture leaves out", () => {
  const kept = [
    frame(ce, gateway, 17, dhcp(1)),
    out(inner("133.209.13.2", 5140)),
    frame(gateway, ce, 58, [2]),
  ];
  const left = [frame(ce, gateway, 6, [])];
  for (const by of counters.filter((one) => one === "tcpdump"))
    expect(counted[by](pcap([...kept, ...left]), captureFilter)).toBe(kept.length);
});

test("captureRows() of a line with all ports knows no foreign one", () => {
  const rows = captureRows({ ...line, ports: [] });
  const [, , filter = ""] = rows.find(([what]) => what === "encapsulated out, foreign port") ?? [];
  for (const by of counters) expect(counted[by](pcap([out(inner("133.209.13.2", 1))]), filter)).toBe(0);
});

test("compareCounts() tells what was there only when it worked, and how often does not matter", () => {
  const counts = (...all: readonly number[]) =>
    ["solicit", "out", "in"].map((what, index) => ({
      what,
      meaning: `${what} means`,
      count: all[index] ?? 0,
    }));
  expect(compareCounts(counts(0, 1, 1), counts(1, 2, 0)).map(({ difference }) => difference)).toEqual([
    "only when it did not: solicit means",
    undefined,
    "only when it worked: in means",
  ]);
});
