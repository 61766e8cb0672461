/** What the kernel holds beside the configuration, in the words of iproute2 and nft. */

import { describe, expect, it } from "@jest/globals";
import { declaredTunnels, findLeftovers, type KernelTexts } from "../../router/change/leftovers.ts";
import { treeOf } from "../../vyos/tree.ts";

const local = "2404:7a82:4d02:4100:85:d10d:200:4100";
const remote = "2001:260:700:1::1:275";
const declared = declaredTunnels([
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
const stray = (to: string): string =>
  `mape: ip/ipv6 remote ${to} local ${local} dev eth1 encaplimit 4 hoplimit 64 tclass 0x00 flowlabel 0x00000 (flowinfo 0x00000000)`;
const clean: KernelTexts = {
  tunnels: recorded,
  routes: `default via 192.168.100.1 dev eth0 proto static metric 20
192.168.100.0/24 dev eth0 proto kernel scope link src 192.168.100.2`,
  routes6: `${remote} via fe80::a611:bbff:fe7d:ee11 dev eth1 proto static metric 20 pref medium
fe80::/64 dev eth1 proto kernel metric 256 pref medium
default via fe80::a611:bbff:fe7d:ee11 dev eth1 proto ra metric 1024 expires 1796sec hoplimit 64 pref medium`,
  ruleset: `table ip vyos_nat { # handle 3
	chain POSTROUTING { # handle 2
		type nat hook postrouting priority srcnat; policy accept;
		oifname "tun0" meta l4proto tcp counter packets 0 bytes 0 snat to 133.209.13.2:5136-5151 comment "SRC-NAT-100" # handle 7
	}
}`,
};
const byHand = `table ip nat { # handle 9
	chain POSTROUTING { # handle 1
		type nat hook postrouting priority srcnat; policy accept;
		oifname "mape" meta l4proto tcp counter packets 12 bytes 720 snat to 133.209.13.2:5136-5151 # handle 4
		oifname "eth0" counter packets 5 bytes 300 masquerade # handle 5
		oifname "mape" meta l4proto icmp counter packets 0 bytes 0 xt target "SNAT" # handle 6
	}
}`;
const removals = (texts: Partial<KernelTexts>, configured: readonly string[] = ["tun0"]): string[] =>
  findLeftovers(declared, configured, { ...clean, ...texts }).map(({ remove }) => remove);

describe("findLeftovers()", () => {
  it("finds nothing on a router that VyOS alone has configured", () => {
    expect(removals({})).toEqual([]);
  });

  it.each([
    {
      name: "a tunnel with the same endpoints, which keeps VyOS's from coming up",
      texts: { tunnels: `${recorded}\n${stray(remote)}` },
      removed: ["sudo ip -6 tunnel del 'mape'"],
    },
    {
      name: "a tunnel from the same address to another relay, which takes the traffic",
      texts: { tunnels: `${recorded}\n${stray("2404:9200:225:100::64")}` },
      removed: ["sudo ip -6 tunnel del 'mape'"],
    },
    {
      name: "a route to the border relay without a protocol",
      texts: { routes6: `${clean.routes6}\n${remote} via fe80::1 dev eth1 metric 1024 pref medium` },
      removed: [`sudo ip -6 route del '${remote}' 'via' 'fe80::1' 'dev' 'eth1' 'metric' '1024'`],
    },
    {
      name: "a NAT rule for the tunnel's address in a table that is not VyOS's",
      texts: { ruleset: `${clean.ruleset}\n${byHand}` },
      removed: ["sudo nft delete rule ip nat 'POSTROUTING' handle 4"],
    },
  ])("names $name", ({ texts, removed }) => {
    expect(removals(texts)).toEqual(removed);
  });

  it("takes NAT and routes of a stray tunnel away before the tunnel itself", () => {
    const texts = {
      tunnels: `${recorded}\n${stray(remote)}`,
      routes: `default dev mape scope link metric 5\n${clean.routes}`,
      ruleset: `${clean.ruleset}\n${byHand}`,
    };
    expect(removals(texts)).toEqual([
      "sudo nft delete rule ip nat 'POSTROUTING' handle 4",
      "sudo nft delete rule ip nat 'POSTROUTING' handle 6",
      "sudo ip -4 route del 'default' 'dev' 'mape' 'scope' 'link' 'metric' '5'",
      "sudo ip -6 tunnel del 'mape'",
    ]);
  });

  it("leaves another configured tunnel alone", () => {
    expect(removals({ tunnels: `${recorded}\n${stray(remote)}` }, ["tun0", "mape"])).toEqual([]);
  });

  it("brings a tunnel back with its encapsulation limit, address and state", () => {
    const [found] = findLeftovers(declared, [], { ...clean, tunnels: stray(remote) });
    expect(found?.restore).toEqual([
      `sudo ip -6 tunnel add 'mape' mode ip4ip6 remote '${remote}' local '${local}' dev 'eth1' encaplimit '4'`,
      "sudo ip addr add '133.209.13.2/32' dev 'mape'",
      "sudo ip link set 'mape' up",
    ]);
  });
});

it("declaredTunnels() sees a tunnel that a change sets, not one that it takes away", () => {
  expect(declared).toEqual([{ name: "tun0", local, remote, addresses: ["133.209.13.2"] }]);
  expect(declaredTunnels([{ path: ["interfaces", "tunnel", "tun0"], tree: undefined }])).toEqual([]);
});
