/**
 * What the programs really print: recorded on VyOS 1.4 (tunnels, NAT, timers), and of the same iproute2 6.1, iputils,
 * nftables 1.0.6 and conntrack in a network namespace.
 */

import { describe, expect, test } from "@jest/globals";
import { parseFacts } from "../../doctor/facts.ts";
import { parseConntrack, parsePortUse } from "../../doctor/parse-conntrack.ts";
import { parseDhcp, parsePing, parseTcpProbe, parseTimers } from "../../doctor/parse-services.ts";

describe("connection tracking", () => {
  test("parseConntrack() adds the processors up, and early_drop is no drop", () => {
    const line = (cpu: number): string =>
      `cpu=${cpu}   \tfound=0 invalid=0 insert=0 insert_failed=2 drop=1 early_drop=9 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 \n`;
    expect(parseConntrack(line(0) + line(1))).toEqual({ insertFailed: 4, dropped: 2 });
    expect(() => parseConntrack("conntrack: command not found")).toThrow();
  });
});

describe("services", () => {
  test("parsePortUse() counts the port on the shared address, once for all flows of one protocol", () => {
    const flow = (protocol: string, client: number, port: number): string =>
      `${protocol} 6 431998 ESTABLISHED src=192.168.100.10 dst=1.1.1.1 sport=${client} dport=443 src=1.1.1.1 dst=192.0.2.1 sport=443 dport=${port} [ASSURED] mark=0 use=1`;
    const ping = "icmp 1 29 src=192.168.100.10 dst=1.1.1.1 type=8 code=0 id=7 src=1.1.1.1 dst=192.0.2.1";
    const lines = [
      flow("tcp", 1, 9232),
      flow("tcp", 2, 5136),
      flow("tcp", 3, 9232),
      flow("udp", 4, 5136),
      ping,
    ];
    expect(parsePortUse(lines.join("\n"))).toEqual({
      tcp: [5136, 9232],
      udp: [5136],
      lan: { flows: 4, unanswered: 0 },
    });
  });

  test("parsePortUse() counts what the LAN asked and nobody answered, without the router's own", () => {
    const flow = (source: string, word: string): string =>
      `tcp 6 117 ${word === "" ? "ESTABLISHED" : "SYN_SENT"} src=${source} dst=1.1.1.1 sport=1 dport=443 ${word}src=1.1.1.1 dst=192.0.2.1 sport=443 dport=5136 mark=0 use=1`;
    const lines = [
      flow("192.168.1.2", "[UNREPLIED] "),
      flow("192.168.1.2", ""),
      flow("192.0.2.1", "[UNREPLIED] "),
    ];
    expect(parsePortUse(lines.join("\n")).lan).toEqual({ flows: 2, unanswered: 1 });
  });

  test("parsePortUse() tells an empty list from a refusal", () => {
    const empty = "conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n";
    expect(parsePortUse(empty)).toEqual({ tcp: [], udp: [], lan: { flows: 0, unanswered: 0 } });
    expect(() => parsePortUse("conntrack v1.4.7: Operation not permitted\n")).toThrow("no list");
  });

  test("parseTimers() knows only the timers that put a configuration back, and only armed ones", () => {
    const output = `NEXT                        LEFT     LAST PASSED UNIT                         ACTIVATES
Mon 2026-11-23 22:16:35 UTC 1s left   -    -      vyos-uplink-undo.timer       vyos-uplink-undo.service
Mon 2026-11-23 23:16:35 UTC 1h 2min left -    -   logrotate.timer              logrotate.service
-                           -        -    -      commit-confirm.timer         commit-confirm.service
`;
    expect(parseTimers(output)).toEqual([{ unit: "vyos-uplink-undo.timer", left: "1s" }]);
  });

  const solicits = "client6_send: send solicit to ff02::1:2%eth1";
  const replies = "client6_recvreply: got an expected reply, sleeping.";
  const gone = "remove_ia: remove an IA: PD-0";
  test.each([
    { name: "bound after a reply", log: [solicits, replies], lease: "bound" },
    {
      name: "bound while it renews",
      log: [replies, "client6_send: send renew to ff02::1:2%eth1"],
      lease: "bound",
    },
    { name: "soliciting once the lease ran out", log: [replies, gone, solicits], lease: "soliciting" },
    { name: "bound again after a new reply", log: [gone, solicits, replies], lease: "bound" },
    { name: "unknown in a log that was rotated", log: ["-- No entries --"], lease: "unknown" },
  ])("parseDhcp() says $name", ({ log, lease }) => {
    expect(parseDhcp(log.join("\n"))).toMatchObject({ lease });
  });

  test("parsePing() keeps what ping said", () => {
    const lost =
      "PING 192.0.2.77 (192.0.2.77) 56(84) bytes of data.\n\n--- 192.0.2.77 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n";
    expect(parsePing({ output: lost })).toEqual({ answered: false, evidence: "no answer" });
    expect(parsePing({ output: "ping: connect: Network is unreachable\n" })).toEqual({
      answered: false,
      evidence: "ping: connect: Network is unreachable",
    });
    expect(() => parsePing({ output: "vbash: ping: command not found" })).toThrow();
  });

  test("parseTcpProbe() counts the last host that was tried", () => {
    expect(
      parseTcpProbe({ output: "1.1.1.1 port 443: timed out\nconnected to 8.8.8.8 port 443\n" }).answered,
    ).toBe(true);
    expect(
      parseTcpProbe({ output: "1.1.1.1 port 443: timed out\n8.8.8.8 port 443: Connection refused\n" }),
    ).toEqual({
      answered: false,
      evidence: "8.8.8.8 port 443: Connection refused",
    });
  });
});

describe("parseFacts()", () => {
  test("tells no route from no answer", () => {
    const output =
      '[{"dst":"1.1.1.1","gateway":"192.0.2.9","dev":"eth1","prefsrc":"192.0.2.1","flags":[],"uid":0,"cache":[]}]';
    const routeOf = (routeToInternet: { output: string; status: number }) =>
      parseFacts({ routeToInternet }, 0);
    expect(routeOf({ output, status: 0 }).routeToInternet).toMatchObject({
      gateway: "192.0.2.9",
      device: "eth1",
    });
    const none = { output: "RTNETLINK answers: Network is unreachable\n", status: 2 };
    expect(routeOf(none).routeToInternet).toBeNull();
    const missing = routeOf({ output: "vbash: ip: command not found\n", status: 127 });
    expect(missing.unreadable).toEqual(["routeToInternet"]);
  });

  test("names what could not be understood and leaves the fact undefined", () => {
    const garbled = { output: "\u001b[?2004h{{", status: 0 };
    const facts = parseFacts({ version: garbled, running: garbled, routes4: garbled, rules: "no answer" }, 0);
    expect(facts.unreadable).toEqual(["version", "running", "routes4", "rules"]);
    expect(facts.running).toBeUndefined();
  });

  test("does not call unreadable what was not asked", () => {
    expect(parseFacts({}, 0).unreadable).toEqual([]);
  });
});
