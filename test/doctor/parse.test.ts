/**
 * What the programs really print: recorded on VyOS 1.4 (tunnels, NAT, timers), and of the same iproute2 6.1, iputils,
 * nftables 1.0.6 and conntrack in a network namespace.
 */

import { describe, expect, test } from "@jest/globals";
import { parseFacts } from "../../doctor/parse-facts.ts";
import { parseAddresses, parseLinks, parseNeighbours, parseTunnels } from "../../doctor/parse-interfaces.ts";
import { parseConntrack, parseNat, parsePortUse } from "../../doctor/parse-nat.ts";
import { parseRouteGet, parseRoutes } from "../../doctor/parse-routes.ts";
import { parseDhcp, parsePing, parseTcpProbe, parseTimers } from "../../doctor/parse-services.ts";

describe("iproute2", () => {
  test("parseTunnels() leaves the kernel's own tunnel out and reads both limits", () => {
    const output = `ip6tnl0: ipv6/ipv6 remote :: local :: encaplimit 0 hoplimit inherit tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)
tun0: ip/ipv6 remote 2001:260:700:1::1:275 local 2404:7a82:4d02:4100:85:d10d:200:4100 dev eth1 encaplimit none hoplimit 64 tclass inherit flowlabel 0x00000 (flowinfo 0x00000000)
mape: ip/ipv6 remote 2001:260:700:1::1:276 local 2404:7a82:4d02:4100:85:d10d:200:4100 dev eth1 encaplimit 4 hoplimit 64 tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)
`;
    expect(parseTunnels(output)).toEqual([
      {
        name: "tun0",
        kind: "ip/ipv6",
        local: "2404:7a82:4d02:4100:85:d10d:200:4100",
        remote: "2001:260:700:1::1:275",
        device: "eth1",
        encapsulationLimit: "none",
        hopLimit: "64",
        trafficClass: "inherit",
        flowLabel: "0x00000",
      },
      expect.objectContaining({ name: "mape", encapsulationLimit: "4" }),
    ]);
  });

  test("parseRoutes() takes a route without a protocol as typed by hand", () => {
    const output =
      '[{"dst":"default","gateway":"192.0.2.9","dev":"eth1","flags":[]},{"dst":"default","gateway":"192.0.2.8","dev":"eth1","protocol":"static","metric":20,"flags":[]}]';
    expect(parseRoutes(output).map(({ protocol, metric }) => [protocol, metric])).toEqual([
      ["boot", 0],
      ["static", 20],
    ]);
    expect(parseRoutes("[]\n")).toEqual([]);
  });

  test("parseRouteGet() tells no route from no answer", () => {
    const output =
      '[{"dst":"1.1.1.1","gateway":"192.0.2.9","dev":"eth1","prefsrc":"192.0.2.1","flags":[],"uid":0,"cache":[]}]';
    expect(parseRouteGet({ output, status: 0 })).toMatchObject({ gateway: "192.0.2.9", device: "eth1" });
    expect(parseRouteGet({ output: "RTNETLINK answers: Network is unreachable\n", status: 2 })).toBeNull();
    expect(() => parseRouteGet({ output: "vbash: ip: command not found\n", status: 127 })).toThrow();
  });

  test("parseLinks() sees a cable that is out while the interface is switched on", () => {
    const output =
      '[{"ifindex":3,"ifname":"eth1","flags":["NO-CARRIER","BROADCAST","MULTICAST","UP","M-DOWN"],"mtu":1500,"operstate":"LOWERLAYERDOWN","stats64":{"rx":{"errors":0},"tx":{"bytes":704,"packets":8,"errors":5,"dropped":0,"carrier_errors":5,"collisions":0}}}]';
    expect(parseLinks(output)).toEqual([{ name: "eth1", up: true, carrier: false, mtu: 1500, txErrors: 5 }]);
  });

  test("parseAddresses() marks what the network gave", () => {
    const output =
      '[{"ifname":"eth1","addr_info":[{"family":"inet6","local":"2404:7a82:4d02:4100::9","prefixlen":64,"scope":"global","dynamic":true,"valid_life_time":2591998},{"family":"inet6","local":"fe80::1","prefixlen":64,"scope":"link"}]}]';
    expect(parseAddresses(output).map(({ address, dynamic }) => [address, dynamic])).toEqual([
      ["2404:7a82:4d02:4100::9", true],
      ["fe80::1", false],
    ]);
  });

  test("parseNeighbours() has no MAC for one that never answered", () => {
    const output =
      "192.0.2.77 dev eth1 INCOMPLETE \nfe80::1 dev eth1 lladdr 02:00:00:00:00:99 router STALE \n";
    expect(parseNeighbours(output)).toEqual([
      { address: "192.0.2.77", device: "eth1", mac: undefined, isRouter: false, state: "INCOMPLETE" },
      { address: "fe80::1", device: "eth1", mac: "02:00:00:00:00:99", isRouter: true, state: "STALE" },
    ]);
  });
});

describe("NAT", () => {
  test("parseNat() reads table, handle and comment, and leaves chains without translation out", () => {
    const output = `table ip vyos_nat { # handle 3
	chain POSTROUTING { # handle 2
		type nat hook postrouting priority srcnat; policy accept;
		counter packets 2 bytes 216 jump VYOS_PRE_SNAT_HOOK # handle 5
		oifname "tun0" udp sport { 1024-30000, 40000 } counter packets 3 bytes 0 snat to 133.209.13.2:9232-9247 comment "SRC-NAT-110" # handle 8
	}
}
table ip nat { # handle 1
	chain POSTROUTING { # handle 1
		type nat hook postrouting priority srcnat; policy accept;
		oifname "mape" meta l4proto tcp counter packets 0 bytes 0 snat to 133.209.13.2:5136-5151 # handle 2
	}
}
`;
    expect(parseNat(output)).toEqual([
      {
        table: "ip vyos_nat",
        chain: "POSTROUTING",
        handle: "8",
        text: 'oifname "tun0" udp sport { 1024-30000, 40000 } snat to 133.209.13.2:9232-9247',
        packets: 3,
        comment: "SRC-NAT-110",
      },
      expect.objectContaining({ table: "ip nat", handle: "2", comment: undefined }),
    ]);
  });

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
    expect(parsePortUse(lines.join("\n"))).toEqual({ tcp: [5136, 9232], udp: [5136] });
  });

  test("parsePortUse() tells an empty list from a refusal", () => {
    const empty = "conntrack v1.4.7 (conntrack-tools): 0 flow entries have been shown.\n";
    expect(parsePortUse(empty)).toEqual({ tcp: [], udp: [] });
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
    expect(parseDhcp("active\n", log.join("\n"))).toMatchObject({ state: "active", lease });
  });

  test("parsePing() keeps what ping said", () => {
    const lost =
      "PING 192.0.2.77 (192.0.2.77) 56(84) bytes of data.\n\n--- 192.0.2.77 ping statistics ---\n1 packets transmitted, 0 received, 100% packet loss, time 0ms\n\n";
    expect(parsePing(lost)).toEqual({ answered: false, evidence: "no answer" });
    expect(parsePing("ping: connect: Network is unreachable\n")).toEqual({
      answered: false,
      evidence: "ping: connect: Network is unreachable",
    });
    expect(() => parsePing("vbash: ping: command not found")).toThrow();
  });

  test("parseTcpProbe() counts the last host that was tried", () => {
    expect(parseTcpProbe("1.1.1.1: timed out\nconnected to 8.8.8.8\n").answered).toBe(true);
    expect(parseTcpProbe("1.1.1.1: timed out\n8.8.8.8: Connection refused\n")).toEqual({
      answered: false,
      evidence: "8.8.8.8: Connection refused",
    });
  });
});

describe("parseFacts()", () => {
  test("names what could not be understood and leaves the fact undefined", () => {
    const garbled = { output: "\u001b[?2004h{{", status: 0 };
    const facts = parseFacts({ version: garbled, running: garbled, routes4: garbled, nat: "no answer" }, 0);
    expect(facts.unreadable).toEqual(["version", "running", "routes4", "nat"]);
    expect(facts.running).toBeUndefined();
  });

  test("does not call unreadable what was not asked", () => {
    expect(parseFacts({}, 0).unreadable).toEqual([]);
  });
});
