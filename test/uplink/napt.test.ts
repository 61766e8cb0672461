import { describe, expect, test } from "@jest/globals";
import { portRanges } from "../../mape/ports.ts";
import { naptRules } from "../../uplink/napt.ts";
import { parseResource } from "../../vyos/resources/registry.ts";

describe("naptRules()", () => {
  const blocks = portRanges({ psidOffset: 4, psidLength: 8 }, 0x41);
  const rules = naptRules({
    outboundInterface: "tun0",
    address: "133.209.13.2",
    blocks,
    firstRule: 1000,
    stripeWidth: 32,
  });

  test("gives every client port to exactly one block before the catch-all", () => {
    const owners = new Map<number, number>();
    for (const rule of rules) {
      for (const range of rule.sourcePort?.split(",") ?? []) {
        const [from = 0, to = from] = range.split("-").map(Number);
        for (let port = from; port <= to; port += 1) {
          expect(owners.has(port)).toBe(false);
          owners.set(port, rule.number);
        }
      }
    }
    expect(owners.size).toBeGreaterThan(61_000); // the last of 15 stripes is the catch-all, so 14/15 of 65535
    expect(owners.get(32_768)).not.toBe(owners.get(32_768 + 32));
  });

  test("uses all 240 ports, ends with icmp and the guard, and VyOS takes every rule", () => {
    expect(rules.map(({ translationPort }) => translationPort).filter(Boolean)).toEqual(
      blocks.map(([from, to]) => `${from}-${to}`),
    );
    expect(rules.slice(-3).map(({ protocol, sourcePort }) => ({ protocol, sourcePort }))).toEqual([
      { protocol: "tcp_udp", sourcePort: undefined },
      { protocol: "icmp", sourcePort: undefined },
      { protocol: "all", sourcePort: undefined },
    ]);
    expect(parseResource("rules", { rules }).nodes).toHaveLength(17);
  });

  test("gives a range that a reservation made small a share of the clients by its size", () => {
    const cut = naptRules({
      outboundInterface: "tun0",
      address: "133.209.13.2",
      blocks: [
        [5136, 5136],
        [5138, 5151],
        [9232, 9247],
        [13_328, 13_343],
      ],
      firstRule: 1000,
      stripeWidth: 32,
    });
    const clients = cut.slice(0, 3).map(({ sourcePort = "" }) =>
      sourcePort.split(",").reduce((sum, range) => {
        const [from = 0, to = from] = range.split("-").map(Number);
        return sum + to - from + 1;
      }, 0),
    );
    const perPort = clients.map((count, index) => count / ([1, 14, 16][index] ?? 1));
    expect(Math.max(...perPort) / Math.min(...perPort)).toBeLessThan(1.05);
    expect(cut[0]?.translationPort).toBe("5136");
    expect(cut).toHaveLength(6);
  });

  test("restricts no port on a line with a whole address", () => {
    const whole = naptRules({
      outboundInterface: "tun0",
      address: "192.0.2.18",
      blocks: null,
      firstRule: 1,
      stripeWidth: 32,
    });
    expect(whole.every(({ translationPort }) => translationPort === undefined)).toBe(true);
  });
});
