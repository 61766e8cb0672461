/**
 * The firewall of the simulated router, for the LAN and for the router apart: what a real VyOS 1.4 let through of the same
 * lines (its nft tables: the recordings firewall-*.txt), and what its templates make of the words beside them.
 */
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { type Simulator, startSimulator } from "../simulator/simulator.ts";
import { moveRoute, tunnelLines } from "./mape.ts";

const inFilter = (lines: string) => `set firewall ipv4 forward filter ${lines}`;
const named = (lines: string) => `set firewall ipv4 name ${lines}`;
const zone = (lines: string) => `set firewall zone ${lines}`;
const drops = [
  inFilter("default-action drop"),
  inFilter("rule 10 action accept"),
  inFilter("rule 10 inbound-interface name eth0"),
  inFilter("rule 10 outbound-interface name eth0"),
];
const out = [
  ...drops,
  inFilter("rule 20 action accept"),
  inFilter("rule 20 inbound-interface name eth0"),
  inFilter("rule 20 outbound-interface name tun0"),
];
const answers = (rule: string) =>
  ["action accept", "state established", "state related"].map((one) => `${rule} ${one}`);
const zones = [
  ...["LAN interface eth0", "LAN default-action drop", "WAN interface eth1", "WAN default-action drop"].map(
    zone,
  ),
  named("lan-wan default-action accept"),
  named("wan-lan default-action drop"),
  ...answers("wan-lan rule 5").map(named),
  zone("WAN from LAN firewall name lan-wan"),
  zone("LAN from WAN firewall name wan-lan"),
];
const local = [
  ...zones,
  ...["LOCAL local-zone", "LOCAL default-action drop", "MGT interface eth2", "MGT default-action drop"].map(
    zone,
  ),
  named("any default-action accept"),
  ...["LOCAL from LAN", "LAN from LOCAL", "LOCAL from MGT", "MGT from LOCAL"].map((one) =>
    zone(`${one} firewall name any`),
  ),
];
const joined = [
  ...local,
  zone("WAN interface tun0"),
  zone("WAN from LOCAL firewall name any"),
  zone("LOCAL from WAN firewall name wan-lan"),
];
const six = (lines: string) => `set firewall ipv6 name ${lines}`;
const whole = [
  ...joined,
  six("any6 default-action accept"),
  six("in6 default-action drop"),
  ...answers("in6 rule 5").map(six),
  zone("WAN from LOCAL firewall ipv6-name any6"),
  zone("LOCAL from WAN firewall ipv6-name in6"),
];
const masquerade = [
  "set nat source rule 100 source address 192.168.100.0/24",
  "set nat source rule 100 translation address masquerade",
];

interface Row {
  readonly name: string;
  readonly lines: readonly string[];
  /** Undefined: it gets its answer. */
  readonly lan?: string;
  readonly router?: string;
}
const stops = (rule: string) => `the firewall stops it: ${rule}`;

const recorded: readonly Row[] = [
  { name: "1: nothing", lines: [] },
  {
    name: "2: default drop that knows the old way",
    lines: drops,
    lan: stops("ipv4 forward filter default-action drop"),
  },
  { name: "3: the way out alone", lines: out, lan: stops("ipv4 forward filter default-action drop") },
  { name: "4: answers too", lines: [...out, ...answers("rule 5").map(inFilter)] },
  {
    name: "5: negation",
    lines: [inFilter("rule 10 action drop"), inFilter("rule 10 outbound-interface name !eth0")],
    lan: stops("ipv4 forward filter rule 10"),
  },
  // The way out passes, for an interface in no zone has no chain; the answer falls to the LAN's default.
  { name: "6: tunnel in no zone", lines: zones, lan: stops("zone LAN default-action drop") },
  {
    name: "7: a local zone",
    lines: local,
    lan: stops("zone LOCAL default-action drop"),
    router: stops("zone LOCAL default-action drop"),
  },
  {
    name: "8: IPv4 alone in both directions",
    lines: joined,
    lan: stops("zone LOCAL default-action drop"),
    router: stops("zone LOCAL default-action drop"),
  },
  { name: "9: IPv6 too", lines: whole },
  { name: "10: an earlier masquerade", lines: masquerade, lan: "port 40000 is not of the own set" },
];

const alike: readonly Row[] = [
  {
    name: "a jump that returns leaves the decision to the default",
    lines: [
      ...drops,
      named("way default-action return"),
      inFilter("rule 20 action jump"),
      inFilter("rule 20 jump-target way"),
    ],
    lan: stops("ipv4 forward filter default-action drop"),
  },
  {
    name: "a jump that accepts is the end",
    lines: [
      ...drops,
      named("way default-action accept"),
      inFilter("rule 20 action jump"),
      inFilter("rule 20 jump-target way"),
    ],
  },
  {
    name: "an accept in the filter is not the end before a zone",
    lines: [...zones, inFilter("rule 1 action accept")],
    lan: stops("zone LAN default-action drop"),
  },
  {
    name: "rules are met by number, not by place",
    lines: [inFilter("rule 100 action accept"), inFilter("rule 20 action drop")],
    lan: stops("ipv4 forward filter rule 20"),
  },
  {
    name: "a disabled rule is none",
    lines: [inFilter("rule 20 action drop"), inFilter("rule 20 disable")],
  },
  {
    name: "groups and wildcards",
    lines: [
      inFilter("default-action drop"),
      "set firewall group interface-group OUT interface tun*",
      "set firewall group network-group HOME network 192.168.100.0/24",
      ...["action accept", "outbound-interface group OUT", "source group network-group HOME"].map((one) =>
        inFilter(`rule 10 ${one}`),
      ),
      ...answers("rule 5").map(inFilter),
    ],
  },
  {
    name: "a state policy comes first",
    lines: ["set firewall global-options state-policy established action accept", ...out],
  },
  {
    name: "a rule with a word that is not known meets nothing",
    lines: [
      inFilter("default-action drop"),
      inFilter("rule 1 action accept"),
      inFilter("rule 1 time weekdays Mon"),
    ],
    lan: stops("ipv4 forward filter default-action drop"),
  },
  {
    name: "the router's own packets meet the output filter",
    lines: ["set firewall ipv4 output filter default-action drop"],
    router: stops("ipv4 output filter default-action drop"),
  },
  {
    name: "what the tunnel sends is the router's own",
    lines: [
      "set firewall ipv6 output filter rule 10 action drop",
      "set firewall ipv6 output filter rule 10 protocol 4",
    ],
    lan: stops("ipv6 output filter rule 10"),
    router: stops("ipv6 output filter rule 10"),
  },
  {
    name: "exclude ends the translation",
    lines: ["set nat source rule 100 exclude", "set nat source rule 100 source address 192.168.100.0/24"],
    lan: "192.168.100.50 leaves by it, not 133.209.13.2",
  },
];

describe("the simulator's firewall", () => {
  let simulator: Simulator;
  beforeEach(async () => {
    simulator = await startSimulator({ secondsPerSecond: 0 });
    simulator.byHand([...tunnelLines, ...moveRoute]);
  });
  afterEach(() => simulator.stop());

  it.each([...recorded, ...alike])("judges $name", ({ lines, lan, router }) => {
    const works = "IPv4 works by the tunnel tun0";
    expect(simulator.byHand(lines)).not.toContain("failed");
    expect([simulator.explain("lan"), simulator.explain()]).toEqual([lan ?? works, router ?? works]);
  });

  it("counts what the LAN went without, apart from what the router did", async () => {
    simulator.byHand(drops);
    await simulator.advance(30);
    simulator.byHand(["delete firewall"]);
    await simulator.advance(30);
    expect(simulator.outage("lan")).toBeCloseTo(30, 3);
    expect(simulator.outage()).toBeCloseTo(0, 3);
  });
});
