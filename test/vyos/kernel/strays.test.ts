/** What the kernel holds beside the configuration, in the words of iproute2 and nft. */

import { describe, expect, it } from "@jest/globals";
import { findStrays, type Kernel, parseKernel, wantedTunnels } from "../../../vyos/kernel/strays.ts";
import { treeOf } from "../../../vyos/tree.ts";

const local = "2404:7a82:4d02:4100:85:d10d:200:4100";
const remote = "2001:260:700:1::1:275";
const wanted = wantedTunnels([
  {
    path: ["interfaces", "tunnel", "tun0"],
    tree: treeOf([
      ["address", "133.209.13.2/32"],
      ["source-address", local],
      ["remote", remote],
    ]),
  },
]);

/** VyOS 1.4's own, from the recorded `sudo ip -6 tunnel show`. */
const recorded = `ip6tnl0: ipv6/ipv6 remote :: local :: encaplimit 0 hoplimit inherit tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)
tun0: ip/ipv6 remote ${remote} local ${local} dev eth1 encaplimit none hoplimit 64 tclass inherit flowlabel 0x00000 (flowinfo 0x00000000)`;
const stray = (to: string, from = local): string =>
  `mape: ip/ipv6 remote ${to} local ${from} dev eth1 encaplimit 4 hoplimit 64 tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)`;
const elsewhere = "2404:9200:225:100::64";
const routes4 = [
  '{"dst":"default","gateway":"192.168.100.1","dev":"eth0","protocol":"static","metric":20,"flags":[]}',
  '{"dst":"192.168.100.0/24","dev":"eth0","protocol":"kernel","scope":"link","prefsrc":"192.168.100.2","flags":[]}',
];
const routes6 = [
  `{"dst":"${remote}","gateway":"fe80::a611:bbff:fe7d:ee11","dev":"eth1","protocol":"static","metric":20,"flags":[],"pref":"medium"}`,
  '{"dst":"default","gateway":"fe80::a611:bbff:fe7d:ee11","dev":"eth1","protocol":"ra","metric":1024,"flags":[],"expires":1796,"pref":"medium"}',
];
const vyosTable = `table ip vyos_nat { # handle 3
	chain POSTROUTING { # handle 2
		type nat hook postrouting priority srcnat; policy accept;
		oifname "tun0" meta l4proto tcp counter packets 0 bytes 0 snat to 133.209.13.2:5136-5151 comment "SRC-NAT-100" # handle 7
	}
}
`;
const byHand = `table ip nat { # handle 9
	chain NETAVARK-1D8721804F16F { # handle 8
		ip daddr != 224.0.0.0/4 counter packets 3 bytes 180 masquerade # handle 9
	}
	chain POSTROUTING { # handle 1
		type nat hook postrouting priority srcnat; policy accept;
		oifname "mape" meta l4proto tcp counter packets 12 bytes 720 snat to 133.209.13.2:5136-5151 # handle 4
		oifname "eth0" counter packets 5 bytes 300 masquerade # handle 5
		oifname "mape" meta l4proto icmp counter packets 0 bytes 0 xt target "SNAT" # handle 6
	}
}
`;
const kernel = ({ tunnels = "", routes = "", routes6: more = "", rules = "" }): Kernel =>
  parseKernel({
    tunnels: `${recorded}\n${tunnels}`,
    routes4: `[${[routes, ...routes4].filter(Boolean)}]`,
    routes6: `[${[more, ...routes6].filter(Boolean)}]`,
    rules: vyosTable + rules,
  });
const running = (...names: string[]) => treeOf(names.map((name) => ["interfaces", "tunnel", name]));
const handDefault = (metric: number): string =>
  `{"dst":"default","gateway":"192.168.100.7","dev":"eth0","metric":${metric},"flags":["linkdown"]}`;

/** Those in the way first by their removal, those that are only stray with a word before. */
const removals = (texts: Parameters<typeof kernel>[0], configured = running("tun0")): string[] =>
  findStrays(kernel(texts), configured, wanted).map(
    ({ inTheWay, remove }) => `${inTheWay ? "" : "beside: "}${remove}`,
  );

describe("findStrays()", () => {
  it("finds nothing on a router that VyOS alone has configured", () => {
    expect(removals({})).toEqual([]);
  });

  it.each([
    {
      name: "a tunnel with the same endpoints, which keeps VyOS's from coming up",
      texts: { tunnels: stray(remote) },
      removed: ["sudo ip -6 tunnel del mape"],
    },
    {
      name: "a tunnel from the same address to another relay, which takes the traffic",
      texts: { tunnels: stray(elsewhere) },
      removed: ["sudo ip -6 tunnel del mape"],
    },
    {
      name: "somebody's own tunnel from another address as beside",
      texts: { tunnels: stray(elsewhere, "2001:db8::7") },
      removed: ["beside: sudo ip -6 tunnel del mape"],
    },
    {
      name: "a route to the border relay without a protocol",
      texts: {
        routes6: `{"dst":"${remote}","gateway":"fe80::1","dev":"eth1","metric":1024,"flags":[],"pref":"medium"}`,
      },
      removed: [`sudo ip -6 route del ${remote} via fe80::1 dev eth1 metric 1024`],
    },
    {
      name: "a default that hides VyOS's own by its metric",
      texts: { routes: handDefault(5) },
      removed: ["sudo ip -4 route del default via 192.168.100.7 dev eth0 metric 5"],
    },
    {
      name: "a default that is not used as beside",
      texts: { routes: handDefault(200) },
      removed: ["beside: sudo ip -4 route del default via 192.168.100.7 dev eth0 metric 200"],
    },
    {
      name: "no route that leads elsewhere",
      texts: { routes: '{"dst":"10.9.0.0/16","gateway":"192.168.100.7","dev":"eth0","flags":[]}' },
      removed: [],
    },
    {
      name: "a NAT rule for the tunnel's address in a table that is not VyOS's, and no container's",
      texts: { rules: byHand },
      removed: [
        "sudo nft delete rule ip nat POSTROUTING handle 4",
        "beside: sudo nft delete rule ip nat POSTROUTING handle 5",
        "beside: sudo nft delete rule ip nat POSTROUTING handle 6",
      ],
    },
  ])("names $name", ({ texts, removed }) => {
    expect(removals(texts)).toEqual(removed);
  });

  it("takes NAT and routes of a stray tunnel away before the tunnel itself", () => {
    const texts = {
      tunnels: stray(remote),
      routes: '{"dst":"default","dev":"mape","scope":"link","metric":5,"flags":[]}',
      rules: byHand,
    };
    expect(removals(texts).filter((line) => !line.startsWith("beside"))).toEqual([
      "sudo nft delete rule ip nat POSTROUTING handle 4",
      "sudo nft delete rule ip nat POSTROUTING handle 6",
      "sudo ip -4 route del default dev mape scope link metric 5",
      "sudo ip -6 tunnel del mape",
    ]);
  });

  it("leaves another configured tunnel alone", () => {
    expect(removals({ tunnels: stray(remote) }, running("tun0", "mape"))).toEqual([]);
  });

  it("brings each back as it was, whatever is in its name", () => {
    const [rule, , , route, tunnel] = findStrays(
      kernel({
        tunnels: stray(remote).replace("mape", "a;b"),
        routes: '{"dst":"default","dev":"a;b","scope":"link","metric":5,"flags":[]}',
        rules: byHand,
      }),
      running(),
      wanted,
    );
    expect(rule?.restore).toEqual([
      `sudo nft add rule ip nat POSTROUTING 'oifname "mape" meta l4proto tcp counter snat to 133.209.13.2:5136-5151'`,
    ]);
    expect(route?.restore).toEqual(["sudo ip -4 route add default dev 'a;b' scope link metric 5"]);
    expect(tunnel?.restore).toEqual([
      `sudo ip -6 tunnel add 'a;b' mode ip4ip6 remote ${remote} local ${local} dev eth1 encaplimit 4`,
      "sudo ip addr add 133.209.13.2/32 dev 'a;b'",
      "sudo ip link set 'a;b' up",
    ]);
  });
});

it("wantedTunnels() sees a tunnel that a change sets, not one that it takes away", () => {
  expect(wanted).toEqual([{ name: "tun0", local, remote, addresses: ["133.209.13.2/32"] }]);
  expect(wantedTunnels([{ path: ["interfaces", "tunnel", "tun0"], tree: undefined }])).toEqual([]);
});
