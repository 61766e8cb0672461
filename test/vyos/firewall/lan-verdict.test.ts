import { expect, it } from "@jest/globals";
import { lanVerdict } from "../../../vyos/firewall/lan-verdict.ts";
import { uplink, withMape, withWxr } from "./home.ts";

const verdictOf = (given: readonly string[]) => {
  const { lans, declares: _, ...verdict } = lanVerdict(withMape(given), uplink, withWxr(given));
  expect(lans).toEqual(["192.168.100.2/24"]);
  return verdict;
};

it("lanVerdict() has nothing to say of a router without a firewall", () => {
  expect(verdictOf([])).toEqual({ verdict: "yes", because: [], notes: [], mend: [] });
});

it("lanVerdict() names the rule once for all that it stops, and the commands", () => {
  const lines = ["fw rule 10 action drop", "fw rule 10 outbound-interface name !eth0"];
  expect(verdictOf(lines)).toEqual({
    verdict: "no",
    because: [
      "TCP of the LAN at eth0 out by tun0, UDP of the LAN at eth0 out by tun0: stopped by firewall ipv4 forward filter rule 10 (drop)",
    ],
    notes: ["ICMP of the LAN at eth0 out by tun0: stopped by firewall ipv4 forward filter rule 10 (drop)"],
    mend: [
      "set firewall ipv4 forward filter rule 9 action accept",
      "set firewall ipv4 forward filter rule 9 inbound-interface name eth0",
      "set firewall ipv4 forward filter rule 9 outbound-interface name tun0",
    ],
  });
});

it("lanVerdict() says which number of the uplink's own rules would come first", () => {
  const { because, mend } = verdictOf([
    "snat 100 outbound-interface name !eth0",
    "snat 100 translation address masquerade",
  ]);
  expect(because[0]).toContain(
    "nat source rule 100 (translation address masquerade) is met before the uplink's own rules",
  );
  expect(mend).toEqual(["pulumi config set natRuleBase 98"]);
});

it("lanVerdict() names the words that it does not know, and does not refuse for them", () => {
  expect(verdictOf(["fw rule 10 action drop", "fw rule 10 dscp 12"])).toMatchObject({
    verdict: "cannot tell",
    because: [expect.stringContaining("not understood: firewall ipv4 forward filter rule 10: dscp")],
    mend: [],
  });
});

it("lanVerdict() names the key by which the stack makes the tunnel join, in either spelling", () => {
  const zones = (word: string) => [
    `firewall zone LAN ${word} eth0`,
    "firewall zone LAN default-action drop",
    `firewall zone WAN ${word} eth1`,
    "firewall zone WAN default-action drop",
    "firewall ipv4 name any default-action accept",
    "firewall zone WAN from LAN firewall name any",
    "firewall zone LAN from WAN firewall name any",
  ];
  for (const word of ["interface", "member interface"]) {
    const { mend, declares } = lanVerdict(withMape(zones(word)), uplink, withWxr(zones(word)));
    expect(mend).toEqual([`set firewall zone WAN ${word} tun0`]);
    expect(declares).toEqual(["pulumi config set tunnelZone WAN"]);
  }
});

it.each([
  { rules: ["fw rule 5 action accept"], leaks: "rule 5 (accept)" },
  { rules: ["fw rule 5 action accept", "fw rule 5 state established"], leaks: undefined },
  { rules: ["fw rule 11 action accept"], leaks: undefined },
])("lanVerdict() tells who lets out what the guard shall drop: $rules", ({ rules, leaks }) => {
  const guard = ["firewall", "ipv4", "forward", "filter", "rule", "10"];
  const lines = [
    "fw rule 10 action drop",
    "fw rule 10 outbound-interface name tun0",
    "fw rule 10 state invalid",
  ];
  const own = { ...uplink, own: [...uplink.own, guard] };
  const { verdict, notes } = lanVerdict(withMape([...rules, ...lines]), own, withWxr(rules));
  expect(verdict).toBe("yes");
  const said = `what connection tracking calls invalid leaves with its LAN source: firewall ipv4 forward filter ${leaks} is met before the rule that drops it`;
  expect(notes).toEqual(leaks === undefined ? [] : [said]);
});
