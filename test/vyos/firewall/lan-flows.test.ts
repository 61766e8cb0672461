import { describe, expect, it } from "@jest/globals";
import { parseFlows } from "../../../vyos/firewall/flows.ts";
import { flowsSay, lanFlows } from "../../../vyos/firewall/lan-flows.ts";

const asked = {
  uplinkAddress: "133.209.13.2",
  lans: ["192.168.100.2/24", "192.168.20.1/24"],
  mine: "192.168.100.5",
  earlier: [],
};

const tcp = (from: string, state: string, port: number, back = "133.209.13.2"): string =>
  `tcp      6 431999 ${state} src=${from} dst=203.0.113.7 sport=${port} dport=443${state === "SYN_SENT" ? " [UNREPLIED]" : ""} ` +
  `src=203.0.113.7 dst=${back} sport=443 dport=5140 [ASSURED] mark=0 use=1`;
const udp = (from: string, port: number, word: string): string =>
  `udp      17 29 src=${from} dst=203.0.113.8 sport=${port} dport=123 ${word}src=203.0.113.8 dst=133.209.13.2 sport=123 dport=5141 mark=0 use=1`;
const echo =
  "icmp     1 29 src=192.168.100.9 dst=1.1.1.1 type=8 code=0 id=7 [UNREPLIED] src=1.1.1.1 dst=133.209.13.2 type=0 code=0 id=7 mark=0 use=1";

describe("lanFlows()", () => {
  it.each([
    { name: "an answered flow", text: tcp("192.168.100.9", "ESTABLISHED", 40001), is: [1, 0, false] },
    { name: "one of this machine", text: tcp("192.168.100.5", "ESTABLISHED", 40001), is: [1, 0, true] },
    { name: "one that nobody answers", text: tcp("192.168.20.9", "SYN_SENT", 40001), is: [1, 1, false] },
    {
      name: "one whose answer came to the router and no further",
      text: tcp("192.168.20.9", "SYN_RECV", 40001),
      is: [1, 1, false],
    },
    {
      name: "this machine's own, unanswered",
      text: tcp("192.168.100.5", "SYN_SENT", 40001),
      is: [1, 1, false],
    },
    {
      name: "UDP and echoes, which prove nothing",
      text: `${udp("192.168.100.9", 1, "")}\n${udp("192.168.100.9", 2, "[UNREPLIED] ")}\n${echo}`,
      is: [0, 0, false],
    },
    { name: "the router's own", text: tcp("133.209.13.2", "ESTABLISHED", 40001), is: [0, 0, false] },
    {
      name: "one by another way",
      text: tcp("192.168.100.9", "ESTABLISHED", 40001, "192.168.100.9"),
      is: [0, 0, false],
    },
    { name: "one that is over", text: tcp("192.168.100.9", "TIME_WAIT", 40001), is: [0, 0, false] },
    {
      name: "nothing",
      text: "conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.",
      is: [0, 0, false],
    },
  ])("$name", ({ text, is: [seen, unanswered, mine] }) => {
    expect(lanFlows(parseFlows(text), asked)).toEqual({ seen, unanswered, mine });
  });

  it("leaves out what was there before the commit, whatever became of it", () => {
    const before = tcp("192.168.100.9", "SYN_SENT", 40001);
    const after = before.replace("431999 SYN_SENT", "431990 ESTABLISHED").replace(" [UNREPLIED]", "");
    const flows = parseFlows([after, tcp("192.168.100.9", "SYN_SENT", 40002)].join("\n"));
    expect(lanFlows(flows, { ...asked, earlier: parseFlows(before) })).toEqual({
      seen: 1,
      unanswered: 1,
      mine: false,
    });
  });
});

describe("flowsSay()", () => {
  it.each([
    { seen: 5, unanswered: 4, mine: true, kind: "answered" }, // one answer came through the whole of it
    { seen: 3, unanswered: 3, mine: false, kind: "silent" },
    { seen: 2, unanswered: 2, mine: false, kind: "unseen" },
    { seen: 0, unanswered: 0, mine: false, kind: "unseen" },
  ])("$seen seen, $unanswered unanswered: $kind", ({ kind, ...flows }) => {
    expect(flowsSay(flows, "yes").kind).toBe(kind);
  });

  it("says what the firewall is read to do when nobody is to be seen", () => {
    expect(flowsSay({ seen: 0, unanswered: 0, mine: false }, "yes").line).toBe(
      "no LAN traffic was seen; firewall read: passes",
    );
  });
});
