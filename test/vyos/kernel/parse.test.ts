/** What iproute2 6.1 and nftables 1.0.6 really print: recorded on VyOS 1.4 and in a network namespace. */

import { describe, expect, test } from "@jest/globals";
import { parseAddresses, parseLinks, parseNeighbours, parseRoutes } from "../../../vyos/kernel/network.ts";
import { isSourceNat, parseRuleset } from "../../../vyos/kernel/ruleset.ts";
import { parseTunnels } from "../../../vyos/kernel/tunnels.ts";

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

  test("parseAddresses() marks what another device on the link holds", () => {
    const said = (flags: string) =>
      parseAddresses(`[{"ifname":"eth1","addr_info":[{"local":"2001:db8::1","prefixlen":128${flags}}]}]`);
    const states = ["", ',"tentative":true', ',"dadfailed":true,"tentative":true'].map(
      (flags) => said(flags)[0]?.detection,
    );
    expect(states).toEqual(["passed", "under way", "failed"]);
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
  test("parseRuleset() reads table, handle and comment, and neither a chain's own line nor a set", () => {
    const output = `table ip vyos_nat { # handle 3
	set A_lan { # handle 9
		type ipv4_addr
		elements = { 192.168.1.1 }
	}
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
    const rules = parseRuleset(output);
    expect(rules).toHaveLength(3);
    expect(rules.filter(isSourceNat)).toEqual([
      {
        table: "ip vyos_nat",
        chain: "POSTROUTING",
        handle: "8",
        text: 'oifname "tun0" udp sport { 1024-30000, 40000 } snat to 133.209.13.2:9232-9247',
        statement:
          'oifname "tun0" udp sport { 1024-30000, 40000 } counter snat to 133.209.13.2:9232-9247 comment "SRC-NAT-110"',
        packets: 3,
        comment: "SRC-NAT-110",
      },
      expect.objectContaining({ table: "ip nat", handle: "2", comment: undefined }),
    ]);
  });
});
