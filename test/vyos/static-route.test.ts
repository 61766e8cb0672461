import { describe, expect, it, test } from "@jest/globals";
import { parseResource } from "../../vyos/resources/registry.ts";
import { parseCommands } from "../../vyos/text.ts";
import { pathsOf } from "../../vyos/tree.ts";

const path = "protocols static route 0.0.0.0/0";

function pathsUnder(args: object): unknown {
  return parseResource("route", { prefix: "0.0.0.0/0", ...args }).nodes.flatMap(({ tree }) => pathsOf(tree));
}

test("a route by a DHCP lease is one value", () => {
  expect(pathsUnder({ dhcpInterface: "eth0" })).toEqual([["dhcp-interface", "eth0"]]);
});

test.each([
  { args: { dhcpInterface: "eth0", nextHop: "192.0.2.1" }, says: "excludes every other way" },
  { args: { dhcpInterface: "eth0", distance: 210 }, says: "VyOS gives such a route its own" },
  { args: { dhcpInterface: "eth1", prefix: "::/0" }, says: "is for IPv4 alone" },
])("$args is refused: $says", ({ args, says }) => {
  expect(() => pathsUnder(args)).toThrow(says);
});

describe("what stands there serves as well", () => {
  const route = parseResource("route", { prefix: "0.0.0.0/0", nextHop: "192.168.100.1" });

  it.each([
    { held: ["next-hop 192.168.100.1 distance 1"], serves: true },
    { held: ["next-hop 192.168.100.1", "description 'インターネットへ'"], serves: true },
    { held: ["next-hop 192.168.100.1 distance 19"], serves: true },
    { held: ["next-hop 192.168.100.1 distance 20"], serves: false }, // eBGP's route would go before it
    { held: ["next-hop 192.168.100.1", "next-hop 192.168.100.254"], serves: false },
    { held: ["next-hop 192.168.100.1 disable"], serves: false },
    { held: ["description alone"], serves: false },
    { held: ["next-hop 192.168.100.1"], serves: false }, // the same, not another form of it
  ])("$held: $serves", ({ held, serves }) => {
    const running = parseCommands(held.map((line) => `set ${path} ${line}`).join("\n"));
    expect(route.heldOtherwise(running)).toBe(serves);
  });
});
