/** The way to the NGN: link, DHCPv6 lease, router advertisement, gateway and its MAC, IPv6 default route. Pure. */

import { Address6 } from "ip-address";
import { type ConfigTree, subtree } from "../vyos/tree.ts";
import { type Check, notRead, ok, skipped, type Verdict, wrong } from "./check.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew } from "./remedies.ts";
import { owner } from "./route-owner.ts";

const noGateway = skipped("no ipv6Interface and ipv6NextHop are known");

export const wanChecks: readonly Check[] = [
  {
    code: "ngn-link",
    title: "the interface to the NGN has no link",
    dependsOn: [],
    judge: ({ links }, { ngn }) => (ngn === undefined ? noGateway : judgeLink(links, ngn.interface)),
  },
  {
    code: "dhcpv6-client",
    title: "the DHCPv6 client does not run",
    dependsOn: [],
    judge: (facts, { ngn }) => {
      if (ngn === undefined) return noGateway;
      if (facts.dhcp === undefined) return notRead;
      if (!wantsLease(facts.running, ngn.interface)) return skipped(`${ngn.interface} asks for no lease`);
      if (facts.dhcp.state === "active") return ok(`dhcp6c@${ngn.interface} is active`);
      const measured = `dhcp6c@${ngn.interface} is ${facts.dhcp.state}`;
      return wrong(measured, `sudo systemctl restart dhcp6c@${ngn.interface}.service`);
    },
  },
  {
    code: "dhcpv6-lease",
    title: "the DHCPv6 lease is lost",
    dependsOn: ["dhcpv6-client", "gateway-silent"],
    judge: judgeLease,
  },
  {
    code: "delegated-prefix",
    title: "the line has another IPv6 prefix than the one declared: IPv4 address and ports are others too",
    dependsOn: ["ngn-link", "dhcpv6-client"],
    judge: judgePrefix,
  },
  {
    code: "router-advertisement",
    title: "no router advertisement arrives from the NGN",
    dependsOn: ["gateway-silent", "dhcpv6-lease"],
    judge: (facts, { ngn }) => {
      if (ngn === undefined) return noGateway;
      if (facts.running === undefined || facts.routes6 === undefined) return notRead;
      const device = ["interfaces", "ethernet", ngn.interface, "ipv6", "address", "autoconf"];
      if (subtree(facts.running, device) === undefined) return skipped(`${ngn.interface} listens to none`);
      const advertised = facts.routes6.find(
        ({ protocol, device: on }) => protocol === "ra" && on === ngn.interface,
      );
      if (advertised) return ok(`${advertised.destination} via ${advertised.gateway ?? ngn.interface}`);
      const measured = `no route of a router advertisement on ${ngn.interface}`;
      return wrong(measured, `sudo tcpdump -c 1 -i ${ngn.interface} 'icmp6 and ip6[40] == 134'`);
    },
  },
  {
    code: "gateway-wrong",
    title: "the IPv6 gateway that is declared is not the NGN's",
    dependsOn: [],
    judge: judgeGatewayIdentity,
  },
  {
    code: "gateway-silent",
    title: "the NGN gateway does not answer",
    dependsOn: ["ngn-link", "gateway-wrong"],
    judge: judgeGateway,
  },
  {
    code: "ipv6-default-route",
    title: "the configured IPv6 default route is not in the kernel",
    dependsOn: ["ngn-link", "config-ipv6-default-route"],
    judge: judgeDefaultRoute,
  },
  {
    code: "ipv6-default-lost",
    title: "the IPv6 default route went with the lease or the router advertisement that owned it",
    dependsOn: ["config-ipv6-default-route", "router-advertisement", "dhcpv6-lease"],
    judge: judgeOwnedRoute,
  },
];

export function judgeLink(links: Facts["links"], device: string): Verdict {
  if (links === undefined) return notRead;
  const link = links.find(({ name }) => name === device);
  if (link === undefined)
    return wrong(`there is no ${device}`, `show interfaces (is ${device} the right name?)`);
  if (!link.up)
    return wrong(
      `${device} is switched off`,
      `sudo ip link set ${device} up (or: delete interfaces ethernet ${device} disable)`,
    );
  if (!link.carrier) return wrong(`${device} has no carrier`, `check the cable and the far end of ${device}`);
  return ok(`${device} is up`);
}

function wantsLease(running: ConfigTree | undefined, device: string): boolean {
  if (running === undefined) return false;
  const node = subtree(running, ["interfaces", "ethernet", device]) ?? new Map<string, ConfigTree>();
  return (
    subtree(node, ["address", "dhcpv6"]) !== undefined ||
    subtree(node, ["dhcpv6-options", "pd"]) !== undefined
  );
}

function judgeLease({ dhcp, running }: Facts, { ngn }: Declared): Verdict {
  if (ngn === undefined) return noGateway;
  if (dhcp === undefined) return notRead;
  if (!wantsLease(running, ngn.interface)) return skipped(`${ngn.interface} asks for no lease`);
  const evidence = dhcp.evidence.at(-1) ?? "";
  if (dhcp.lease === "soliciting") {
    return wrong(
      `the client asks and gets no answer: ${evidence}`,
      `renew dhcpv6 interface ${ngn.interface}`,
    );
  }
  if (dhcp.lease === "unknown") return skipped("the log says nothing about a lease");
  return ok(evidence);
}

/** By the log of the client, else by an address that the network gave: it lies in the prefix of the line. */
function judgePrefix({ dhcp, addresses }: Facts, { ngn, delegatedPrefix }: Declared): Verdict {
  if (ngn === undefined || delegatedPrefix === undefined) return skipped("no delegatedPrefix is declared");
  if (addresses === undefined) return notRead;
  const given = addresses.filter(
    ({ device, address, dynamic }) => dynamic && device === ngn.interface && /^[23]/.test(address),
  );
  const today = [
    ...(dhcp?.delegated === undefined ? [] : [dhcp.delegated]),
    ...given.map(({ address }) => `${address}/128`),
  ];
  const line = new Address6(delegatedPrefix);
  const other = today.find((text) => !new Address6(text).isInSubnet(line));
  if (other === undefined) return today.length === 0 ? skipped("no prefix is seen") : ok(today.join(", "));
  return wrong(
    `${other} is not in ${delegatedPrefix}`,
    `npm run pulumi -- config set delegatedPrefix ${fiftySix(other)} (and look at it: npm run mape -- explain ${fiftySix(other)})`,
  );
}

/** What NTT delegates is a /56; the /64 of an address is longer. */
function fiftySix(text: string): string {
  const bare = text.split("/")[0] ?? "";
  return `${new Address6(`${bare}/56`).startAddress().correctForm()}/56`;
}

/**
 * By its MAC: the WXR shows its own on the LAN side, and one device has one maker's prefix (the first three octets). Else by
 * the advertisements: the NGN names another router, and by the declared one nothing comes through.
 */
function judgeGatewayIdentity(facts: Facts, { ngn, wxrNextHop }: Declared): Verdict {
  if (ngn === undefined) return noGateway;
  const { neighbours, routes6 } = facts;
  if (neighbours === undefined || routes6 === undefined) return notRead;
  const here = neighbours.filter(({ device }) => device === ngn.interface);
  const maker = (mac: string | undefined): string | undefined => mac?.slice(0, 8);
  const mac = here.find(({ address }) => address === ngn.gateway)?.mac;
  const wxr = neighbours.find(({ address }) => address === wxrNextHop)?.mac;
  const isWxr = mac !== undefined && maker(mac) === maker(wxr);
  const advertised = routes6
    .filter(
      ({ destination, protocol, device }) =>
        destination === "default" && protocol === "ra" && device === ngn.interface,
    )
    .map(({ gateway }) => gateway);
  const isPassedOver = advertised.length > 0 && !advertised.includes(ngn.gateway);
  const isDead = facts.gatewayPing?.answered === false || facts.beyondGateway === false;
  const other = here.find(({ isRouter, mac: at }) => isRouter && maker(at) !== maker(wxr));
  const remedy = `npm run pulumi -- config set ipv6NextHop ${advertised[0] ?? other?.address ?? "<the router that advertises itself>"}`;
  if (isWxr) return wrong(`${ngn.gateway} is at ${mac}, and the WXR ${wxrNextHop} at ${wxr}`, remedy);
  if (isPassedOver && isDead)
    return wrong(`${ngn.gateway} is declared, the NGN advertises ${advertised[0]}`, remedy);
  return ok(`${ngn.gateway} is at ${mac ?? "an unknown MAC"}, the WXR at ${wxr ?? "an unknown one"}`);
}

function judgeGateway({ gatewayPing, neighbours }: Facts, { ngn }: Declared): Verdict {
  if (ngn === undefined) return noGateway;
  if (gatewayPing === undefined) return notRead;
  const seen = neighbours?.find(({ address, device }) => address === ngn.gateway && device === ngn.interface);
  const where = seen?.mac === undefined ? "no MAC is known" : `its MAC is ${seen.mac}, ${seen.state}`;
  if (gatewayPing.answered) return ok(`${ngn.gateway} answers; ${where}`);
  // Some gateways answer no echo, and still resolve: that is an answer.
  if (seen?.state === "REACHABLE") return ok(`${ngn.gateway} answers no echo, but ${where}`);
  return wrong(
    `${ngn.gateway} on ${ngn.interface}: ${gatewayPing.evidence}; ${where}`,
    `check the ONU and the cable of ${ngn.interface}; ping ${ngn.gateway} interface ${ngn.interface}`,
  );
}

/** A route that the configuration holds is FRR's to install, whatever becomes of lease and advertisement. */
function judgeDefaultRoute({ routes6, running }: Facts, { ngn }: Declared): Verdict {
  if (ngn === undefined) return noGateway;
  if (routes6 === undefined || running === undefined) return notRead;
  if (!hasStatic(running)) return skipped("the configuration holds none");
  const defaults = routes6.filter(({ destination }) => destination === "default");
  const described = defaults.map((route) => `via ${route.gateway ?? route.device}, owned by ${owner(route)}`);
  const own = defaults.find(({ protocol, gateway }) => protocol === "static" && gateway === ngn.gateway);
  if (own !== undefined) return ok(described.join("; "));
  return wrong(
    described.length === 0 ? "none" : described.join("; "),
    `${anew("protocols static route6 ::/0")} (and see: show ipv6 route ::/0)`,
  );
}

function judgeOwnedRoute({ routes6, running }: Facts, { ngn }: Declared): Verdict {
  if (routes6 === undefined || running === undefined) return notRead;
  if (hasStatic(running)) return skipped("the configuration owns it");
  const route = routes6.find(({ destination }) => destination === "default");
  if (route !== undefined) return ok(`via ${route.gateway ?? route.device}, owned by ${owner(route)}`);
  if (ngn === undefined) return skipped("no IPv6 uplink is declared, and none is there");
  return wrong(
    "none",
    "npm run pulumi -- config set ipv6NextHop <the gateway> (makes it static), then npm run pulumi -- up",
  );
}

function hasStatic(running: ConfigTree): boolean {
  return subtree(running, ["protocols", "static", "route6", "::/0"]) !== undefined;
}
