/** What the lab loads must be what a router loads: compared with lines that a real VyOS printed. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { borderRelayTable, parseCounts } from "../../research/lab/border-relay.ts";
import { labLine, natOf, ruleset } from "../../research/lab/rulesets.ts";
import { renderNat } from "../../research/lab/vyos-nft.ts";
import { naptRules } from "../../uplink/napt.ts";
import { parseResource } from "../../vyos/resources/registry.ts";
import { treeOf } from "../../vyos/tree.ts";

const printed = readFileSync(join(__dirname, "fixtures", "1.4-nft-list.txt"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
/** The commands that the router was given. */
const commands = [
  "source rule 100 outbound-interface name tun0",
  "source rule 100 protocol tcp",
  "source rule 100 translation address 133.209.13.2",
  "source rule 100 translation port 5136-5151",
  "source rule 102 outbound-interface name tun0",
  "source rule 102 protocol icmp",
  "source rule 102 translation address 133.209.13.2",
  "source rule 110 outbound-interface name tun0",
  "source rule 110 protocol udp",
  "source rule 110 source port 1024-30000,40000",
  "source rule 110 translation address 133.209.13.2",
  "source rule 110 translation port 9232-9247",
];
const home = labLine("2404:7a82:4d02:4100::/56");

describe("renderNat()", () => {
  const rendered = renderNat(treeOf(commands.map((line) => line.split(" "))));

  it.each(printed.slice(0, 3))("prints as a router did: %s", (line) => {
    expect(rendered).toContain(`\t\t${line}\n`);
  });

  test("prints the program's first stripe as a router did", () => {
    const { blocks, address } = home;
    const rules = naptRules({ outboundInterface: "tun0", address, blocks, firstRule: 1000, stripeWidth: 16 });
    const text = renderNat(natOf(parseResource("rules", { rules }).nodes));
    expect(text).toContain(`\t\t${printed[3]}`);
    expect(text).toContain(`snat to 133.209.13.2:5136-5151 comment "SRC-NAT-1000"`);
  });

  test("keeps the rules in numeric order, and a forward in the chain before", () => {
    const forward = ["inbound-interface name tun0", "protocol tcp", "destination port 5136"];
    const more = [...forward, "translation address 192.168.100.10", "translation port 22"];
    const text = renderNat(
      treeOf([
        ...more.map((line) => `destination rule 7 ${line}`.split(" ")),
        ...commands.map((line) => line.replace("rule 110", "rule 9").split(" ")),
      ]),
    );
    expect(text).toContain(
      '\t\tiifname "tun0" tcp dport 5136 counter packets 0 bytes 0 dnat to 192.168.100.10:22 comment "DST-NAT-7"\n',
    );
    const order = ["DST-NAT-7", "SRC-NAT-9", "SRC-NAT-100"].map((comment) => text.indexOf(`"${comment}"`));
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(order).not.toContain(-1);
  });
});

describe("ruleset()", () => {
  test("first has one range, stripes all, and exact a table of its own beside them", () => {
    const ranges = (text: string) => [...text.matchAll(/snat to 133\.209\.13\.2:/g)].length;
    expect(ranges(ruleset("first", home, 16))).toBe(1);
    expect(ranges(ruleset("stripes", home, 16))).toBe(15);
    expect(ruleset("exact", home, 16)).toContain("table ip vyos_uplink");
  });
});

describe("borderRelayTable()", () => {
  test("checks address, port and echo id against the set, single ports too", () => {
    const table = borderRelayTable({
      device: "tun0",
      address: "192.0.2.1",
      ports: [
        [16, 31],
        [48, 48],
      ],
    });
    expect(table).toContain('ip saddr != 192.0.2.1 counter name "wrong-source" drop');
    expect(table).toContain("th sport != { 16-31, 48 }");
    expect(table).toContain("icmp id != { 16-31, 48 }");
  });

  test("parseCounts() reads what nft prints as JSON, and a missing counter is no zero", () => {
    const counter = (name: string, packets: number) => ({
      counter: { family: "ip", name, packets, bytes: 0 },
    });
    const json = JSON.stringify({ nftables: [{ metainfo: {} }, counter("wrong-port", 3)] });
    expect(parseCounts(json)).toMatchObject({ "wrong-port": 3, passed: Number.NaN });
  });
});
