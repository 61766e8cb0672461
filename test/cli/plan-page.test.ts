import { describe, expect, it } from "@jest/globals";
import { planPage } from "../../cli/plan-page.ts";
import { changeInWords, fold } from "../../cli/plan-words.ts";
import type { RouterPlan } from "../../cli/router-plan.ts";
import { treeOf } from "../../vyos/tree.ts";

const tree = (...lines: string[]) => treeOf(lines.map((line) => line.split(" ")));
const wxr = "protocols static route 0.0.0.0/0 next-hop 192.168.100.1";
const tunnel = "interfaces tunnel tun0 remote 2001:db8::1";

describe("changeInWords()", () => {
  it.each([
    [
      "a default route that moves",
      tree(wxr),
      tree("protocols static route 0.0.0.0/0 interface tun0"),
      ["~ default route moves from 192.168.100.1 to tun0"],
    ],
    ["a new tunnel", tree(wxr), tree(wxr, tunnel), ["+ tunnel tun0 new"]],
    ["a tunnel that goes", tree(wxr, tunnel), tree(wxr), ["- tunnel tun0 goes"]],
    [
      "a value of a tunnel",
      tree(`${tunnel}`, "interfaces tunnel tun0 mtu 1452"),
      tree(`${tunnel}`, "interfaces tunnel tun0 mtu 1460"),
      ["~ tunnel tun0 changes: mtu 1452 to 1460"],
    ],
    [
      "an address of a VLAN",
      tree(wxr),
      tree(wxr, "interfaces bonding bond0 vif 10 address 2001:db8::2/128"),
      ["+ address 2001:db8::2/128 on bond0.10 new"],
    ],
    [
      "blocks of ports, counted",
      tree(wxr),
      tree(
        wxr,
        "nat source rule 100 translation port 5136-5151",
        "nat source rule 101 translation port 9232-9247",
        "nat source rule 102 protocol icmp",
      ),
      ["+ 2 blocks of NAT, 32 ports new, source rules 100-102"],
    ],
    [
      "forwards",
      tree("nat destination rule 5 translation address 192.168.1.2"),
      tree(),
      ["- port forwards, rules 5, goes"],
    ],
    [
      "another path",
      tree(),
      tree("firewall ipv4 forward filter rule 90 action drop"),
      ["+ firewall ipv4 forward filter rule 90 new"],
    ],
    [
      "NAT whose parent stays behind empty",
      tree("nat source rule 100 protocol icmp"),
      tree("nat source"),
      ["- NAT goes, source rules 100"],
    ],
    ["nothing", tree(wxr), tree(wxr), []],
  ])("says %s in one sentence", (_name, before, after, words) => {
    expect(changeInWords(before, after).map(({ sign, text }) => `${sign} ${text}`)).toEqual(words);
  });

  it("fold() joins neighbours alone", () => {
    expect(fold([101, 100, 103, 110, 102])).toBe("100-103, 110");
  });
});

describe("planPage()", () => {
  const plan: RouterPlan = {
    ...{ uplink: "mape", host: "192.0.2.1", commands: ["set a"], files: [], obstacles: [], unsaved: [] },
    ...{
      changes: [{ sign: "+", text: "tunnel tun0 new" }],
      probed: true,
      undoAfterSeconds: 180,
      allowBlockedLan: false,
    },
    lan: { verdict: "yes", because: [], notes: [], mend: [], declares: [], lans: [] },
  };
  const page = (changed: Partial<RouterPlan>, detail: "words" | "lines" = "words") =>
    planPage({ ...plan, ...changed }, { colour: "none", detail });

  it("says what changes, what the LAN gets, what happens if it fails, and what to type next", () => {
    expect(page({})).toMatch(
      /\+ tunnel tun0 new[\s\S]*The LAN: gets out[\s\S]*within 180 s[\s\S]*Next: npm run pulumi -- up/,
    );
    expect(page({})).not.toContain("set a");
  });

  it("shows the lines when they are asked for, and colour only then", () => {
    expect(page({}, "lines")).toContain("\n  set a\n");
    expect(page({})).not.toContain("\u001b");
    expect(planPage(plan, { colour: "ansi", detail: "words" })).toContain("\u001b[32m+ tunnel tun0 new");
  });

  it("names the rule that stops the LAN and the lines that mend it, and does not say up", () => {
    const lan = {
      verdict: "no",
      because: ["out: rule 10"],
      notes: [],
      mend: ["set b"],
      declares: [],
      lans: [],
    } as const;
    expect(page({ lan })).toMatch(/would not get out\n {2}out: rule 10\n\nWhat would mend it:\n {2}set b/);
    expect(page({ lan })).not.toContain("pulumi -- up");
  });

  it("says what stands in the way before it says what to type", () => {
    expect(page({ obstacles: ["tunnel mape by hand"] })).toMatch(
      /tunnel mape by hand[\s\S]*Next: mend that, then npm run plan/,
    );
  });

  it("is three lines when nothing changes", () => {
    const same = page({ commands: [], changes: [] });
    expect(same.split("\n")).toEqual([
      "uplink mape: 192.0.2.1, nothing to change",
      "",
      "The LAN: gets out, and its answers in, by all rules of the configuration",
    ]);
  });

  it("is no wider than 120 columns and no longer than a screen for a whole switch", () => {
    const lines = page({ changes: Array(12).fill({ sign: "+", text: "tunnel tun0 new" }) }).split("\n");
    expect(lines.length).toBeLessThanOrEqual(30);
    expect(lines.filter((line) => line.length > 120)).toEqual([]);
  });
});
