/** The way to the NGN: link, DHCPv6 lease, router advertisement, gateway and its MAC, IPv6 default route. Pure. */

import { Address6 } from "ip-address";
import { interfaceNode } from "../vyos/interface-node.ts";
import { type ConfigTree, emptyTree, subtree } from "../vyos/tree.ts";
import { type Check, check, type Known, ngnCheck, ok, skipped, type Verdict, wrong } from "./check.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew, owner } from "./remedies.ts";

type Ngn = NonNullable<Declared["ngn"]>;

export const wanChecks: readonly Check[] = [
  ngnCheck({
    code: "ngn-link",
    title: "the interface to the NGN has no link",
    reads: [],
    judge: ({ links }, ngn) => judgeLink(links, ngn.interface),
  }),
  ngnCheck({
    code: "dhcpv6-client",
    title: "the DHCPv6 client does not run",
    reads: ["dhcpClient"],
    judge: ({ dhcpClient, running }, ngn) => {
      if (!wantsLease(running, ngn.interface)) return skipped(`${ngn.interface} asks for no lease`);
      if (dhcpClient === "active") return ok(`dhcp6c@${ngn.interface} is active`);
      const measured = `dhcp6c@${ngn.interface} is ${dhcpClient}`;
      return wrong(measured, `sudo systemctl restart dhcp6c@${ngn.interface}.service`);
    },
  }),
  ngnCheck({
    code: "dhcpv6-lease",
    title: "the DHCPv6 lease is lost",
    dependsOn: ["dhcpv6-client", "gateway-silent"],
    reads: ["dhcpLog"],
    judge: ({ dhcpLog, running }, ngn) => {
      if (!wantsLease(running, ngn.interface)) return skipped(`${ngn.interface} asks for no lease`);
      const evidence = dhcpLog.evidence.at(-1) ?? "";
      if (dhcpLog.lease === "soliciting") {
        const measured = `the client asks and gets no answer: ${evidence}`;
        return wrong(measured, `renew dhcpv6 interface ${ngn.interface}`);
      }
      return dhcpLog.lease === "unknown" ? skipped("the log says nothing about a lease") : ok(evidence);
    },
  }),
  ngnCheck({
    code: "delegated-prefix",
    title: "the line has another IPv6 prefix than the one declared: IPv4 address and ports are others too",
    dependsOn: ["ngn-link", "dhcpv6-client"],
    reads: [],
    judge: judgePrefix,
  }),
  ngnCheck({
    code: "router-advertisement",
    title: "no router advertisement arrives from the NGN",
    dependsOn: ["gateway-silent", "dhcpv6-lease"],
    reads: ["running", "routes6"],
    judge: ({ running, routes6 }, ngn) => {
      const { interface: device } = ngn;
      if (subtree(running, [...portPath(device), "ipv6", "address", "autoconf"]) === undefined)
        return skipped(`${device} listens to none`);
      const advertised = routes6.find(({ protocol, device: on }) => protocol === "ra" && on === device);
      if (advertised) return ok(`${advertised.destination} via ${advertised.gateway ?? device}`);
      const measured = `no route of a router advertisement on ${device}`;
      return wrong(measured, `sudo tcpdump -c 1 -i ${device} 'icmp6 and ip6[40] == 134'`);
    },
  }),
  ngnCheck({
    code: "gateway-wrong",
    title: "the IPv6 gateway that is declared is not the NGN's",
    reads: ["neighbours", "routes6"],
    judge: judgeGatewayIdentity,
  }),
  ngnCheck({
    code: "gateway-silent",
    title: "the NGN gateway does not answer",
    dependsOn: ["ngn-link", "gateway-wrong"],
    reads: ["gatewayPing"],
    judge: judgeGateway,
  }),
  ngnCheck({
    code: "ipv6-default-route",
    title: "the configured IPv6 default route is not in the kernel",
    dependsOn: ["ngn-link", "config-ipv6-default-route", "static-routes-lost"],
    reads: ["routes6", "running"],
    // A route that the configuration holds is FRR's to install, whatever becomes of lease and advertisement.
    judge: ({ routes6, running }, ngn) => {
      if (!hasStatic(running)) return skipped("the configuration holds none");
      const defaults = routes6.filter(({ destination }) => destination === "default");
      const described = defaults.map((one) => `via ${one.gateway ?? one.device}, owned by ${owner(one)}`);
      const own = defaults.find(({ protocol, gateway }) => protocol === "static" && gateway === ngn.gateway);
      if (own !== undefined) return ok(described.join("; "));
      return wrong(
        described.length === 0 ? "none" : described.join("; "),
        `${anew("protocols static route6 ::/0")} (and see: show ipv6 route ::/0)`,
      );
    },
  }),
  check({
    code: "ipv6-default-lost",
    title: "the IPv6 default route went with the lease or the router advertisement that owned it",
    dependsOn: ["config-ipv6-default-route", "router-advertisement", "dhcpv6-lease"],
    reads: ["routes6", "running"],
    judge: ({ routes6, running }, { ngn }) => {
      if (hasStatic(running)) return skipped("the configuration owns it");
      const route = routes6.find(({ destination }) => destination === "default");
      if (route !== undefined) return ok(`via ${route.gateway ?? route.device}, owned by ${owner(route)}`);
      if (ngn === undefined) return skipped("no IPv6 uplink is declared, and none is there");
      return wrong(
        "none",
        "npm run pulumi -- config set ipv6NextHop <the gateway> (makes it static), then npm run pulumi -- up",
      );
    },
  }),
];

export function judgeLink(links: Facts["links"], device: string): Verdict {
  if (links === undefined) return skipped("could not be read");
  const link = links.find(({ name }) => name === device);
  if (link === undefined)
    return wrong(`there is no ${device}`, `show interfaces (is ${device} the right name?)`);
  if (!link.up)
    return wrong(
      `${device} is switched off`,
      `sudo ip link set ${device} up (or: delete ${portPath(device).join(" ")} disable)`,
    );
  if (!link.carrier) return wrong(`${device} has no carrier`, `check the cable and the far end of ${device}`);
  return ok(`${device} is up`);
}

/** Where the configuration keeps a port; a kind that it does not hold has no lines there. */
function portPath(device: string): readonly string[] {
  return interfaceNode(device) ?? ["interfaces", device];
}

function wantsLease(running: ConfigTree | undefined, device: string): boolean {
  const node = subtree(running ?? emptyTree, portPath(device)) ?? emptyTree;
  return [
    ["address", "dhcpv6"],
    ["dhcpv6-options", "pd"],
  ].some((path) => subtree(node, path) !== undefined);
}

/** By the log of the client, else by an address that the network gave: it lies in the prefix of the line. */
function judgePrefix({ dhcpLog, addresses }: Facts, ngn: Ngn, { delegatedPrefix }: Declared): Verdict {
  if (delegatedPrefix === undefined) return skipped("no delegatedPrefix is declared");
  if (addresses === undefined) return skipped("could not be read");
  const given = addresses.filter(
    ({ device, address, dynamic }) => dynamic && device === ngn.interface && /^[23]/.test(address),
  );
  const today = [
    ...(dhcpLog?.delegated === undefined ? [] : [dhcpLog.delegated]),
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
function judgeGatewayIdentity(
  { neighbours, routes6, gatewayPing, relayPing }: Known<"neighbours" | "routes6">,
  ngn: Ngn,
  { wxrNextHop }: Declared,
): Verdict {
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
  const isDead = gatewayPing?.answered === false || relayPing?.beyond === false;
  const other = here.find(({ isRouter, mac: at }) => isRouter && maker(at) !== maker(wxr));
  const remedy = `npm run pulumi -- config set ipv6NextHop ${advertised[0] ?? other?.address ?? "<the router that advertises itself>"}`;
  if (isWxr) return wrong(`${ngn.gateway} is at ${mac}, and the WXR ${wxrNextHop} at ${wxr}`, remedy);
  if (isPassedOver && isDead)
    return wrong(`${ngn.gateway} is declared, the NGN advertises ${advertised[0]}`, remedy);
  return ok(`${ngn.gateway} is at ${mac ?? "an unknown MAC"}, the WXR at ${wxr ?? "an unknown one"}`);
}

function judgeGateway({ gatewayPing, neighbours }: Known<"gatewayPing">, ngn: Ngn): Verdict {
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

function hasStatic(running: ConfigTree): boolean {
  return subtree(running, ["protocols", "static", "route6", "::/0"]) !== undefined;
}
