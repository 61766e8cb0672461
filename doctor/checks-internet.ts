/** IPv4 as the LAN sees it: the default route that is really used, NAT and its ports, the WXR, and a TCP connection. Pure. */

import { type Check, notMape, notRead, ok, skipped, type Verdict, wrong } from "./check.ts";
import { judgeLink } from "./checks-wan.ts";
import type { Declared } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew } from "./remedies.ts";
import { owner } from "./route-owner.ts";

/** What each uplink rests on: when one of them is wrong, a connection that fails says nothing new. */
const mapeChain = [
  "ce-address",
  "relay-silent",
  "relay-wrong",
  "ngn-beyond-gateway",
  "relay-unrouted",
  "tunnel-parameters",
  "tunnel-address",
  "nat-missing",
  "stray-nat",
  "tunnel-drops",
  "ports-exhausted",
  "delegated-prefix",
  "dhcpv6-lease",
];

export const internetChecks: readonly Check[] = [
  {
    code: "default-route",
    title: "IPv4 does not leave by the declared uplink",
    dependsOn: [
      "other-uplink",
      "config-default-route",
      "stray-route",
      "stray-tunnel",
      "tunnel-blocked",
      "tunnel-missing",
      "tunnel-down",
      "wxr-link",
    ],
    judge: judgeDefaultRoute,
  },
  {
    code: "nat-missing",
    title: "the kernel lacks NAT rules that are configured",
    dependsOn: ["config-nat", "other-uplink"],
    judge: judgeNat,
  },
  {
    code: "ports-exhausted",
    title: "the ports of the shared address are used up: new connections fail",
    dependsOn: [],
    judge: judgePorts,
  },
  {
    code: "wxr-link",
    title: "the interface to the WXR has no link",
    dependsOn: [],
    judge: (facts, declared) => {
      const device = wxrDevice(facts, declared);
      return device === undefined ? skipped("no interface leads to the WXR") : judgeLink(facts.links, device);
    },
  },
  {
    code: "wxr-silent",
    title: "the WXR does not answer",
    dependsOn: ["wxr-link"],
    judge: ({ wxrPing }, { wxrNextHop, uplink }) => {
      if (wxrNextHop === undefined) return skipped("no wxrNextHop is known");
      if (wxrPing === undefined) return notRead;
      if (wxrPing.answered) return ok(`${wxrNextHop} answers`);
      const why = uplink === "wxr" ? "it is the uplink" : "it is the way back";
      return wrong(`${wxrNextHop}: ${wxrPing.evidence}; ${why}`, `switch it on; then: ping ${wxrNextHop}`);
    },
  },
  {
    code: "ipv4-mape",
    title: "IPv4 does not work beyond the border relay",
    dependsOn: [...mapeChain, "default-route", "path-mtu"],
    judge: (facts, declared) => (declared.uplink === "mape" ? judgeTcp(facts, declared) : notMape),
  },
  {
    code: "ipv4-wxr",
    title: "IPv4 does not work beyond the WXR",
    dependsOn: ["wxr-silent", "wxr-link", "default-route"],
    judge: (facts, declared) =>
      declared.uplink === "wxr" ? judgeTcp(facts, declared) : skipped("not asked in mape"),
  },
];

function wxrDevice({ addresses, routes4 }: Facts, { wxrNextHop }: Declared): string | undefined {
  const way = routes4?.find(({ gateway }) => gateway !== undefined && gateway === wxrNextHop)?.device;
  if (way !== undefined || wxrNextHop === undefined) return way;
  const network = wxrNextHop.split(".").slice(0, 3).join(".");
  return addresses?.find(({ address }) => address.startsWith(`${network}.`))?.device;
}

function judgeDefaultRoute(facts: Facts, { uplink, tunnel, wxrNextHop }: Declared): Verdict {
  const { routeToInternet: used, routes4 } = facts;
  if (used === undefined) return notRead;
  const shall = uplink === "mape" ? `dev ${tunnel?.name}` : `via ${wxrNextHop}`;
  if (used === null)
    return wrong("no route leads to the IPv4 internet", anew("protocols static route 0.0.0.0/0"));
  const is = used.gateway === undefined ? `dev ${used.device}` : `via ${used.gateway}`;
  const right = uplink === "mape" ? used.device === tunnel?.name : used.gateway === wxrNextHop;
  const behind = routes4?.find(
    ({ destination, device, gateway }) =>
      destination === "default" && device === used.device && gateway === used.gateway,
  );
  const owned = behind === undefined ? "" : `, owned by ${owner(behind)}`;
  if (right) return ok(`${is}${owned}`);
  return wrong(
    `${is}${owned}; declared is ${shall}`,
    `${anew("protocols static route 0.0.0.0/0")} (and see: show ip route 0.0.0.0/0)`,
  );
}

function judgeNat({ rules }: Facts, { tunnel, nat: declared }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (rules === undefined) return notRead;
  const missing = declared.filter(
    ({ number, target }) =>
      !rules.some(
        ({ comment, text }) => comment === `SRC-NAT-${number}` && text.endsWith(`snat to ${target}`),
      ),
  );
  const mine = rules.filter(({ comment }) => declared.some(({ number }) => comment === `SRC-NAT-${number}`));
  const packets = mine.reduce((sum, rule) => sum + rule.packets, 0);
  if (missing.length === 0) return ok(`${declared.length} rules, ${packets} flows translated`);
  const numbers = missing.map(({ number }) => number).join(", ");
  return wrong(
    `rules ${numbers} are not in the kernel as configured`,
    anew(`nat source rule ${missing[0]?.number}`),
  );
}

/** NAT that finds no free port fails to insert its entry; what failed before the doctor came is told, not judged. */
function judgePorts({ conntrack, conntrackUse }: Facts, { tunnel }: Declared): Verdict {
  if (tunnel === undefined) return notMape;
  if (conntrackUse !== undefined && conntrackUse.count >= conntrackUse.max) {
    const measured = `the connection table is full: ${conntrackUse.count} of ${conntrackUse.max}`;
    return wrong(measured, `set system conntrack table-size ${conntrackUse.max * 2}`);
  }
  if (conntrack === undefined) return notRead;
  const failed = conntrack.after.insertFailed - conntrack.before.insertFailed;
  const since = `${conntrack.after.insertFailed} since boot`;
  if (failed <= 0) return ok(`no failed insert while probing (${since})`);
  return wrong(
    `${failed} connections found no free port while probing (${since})`,
    "sudo conntrack -L | sort by source to find who holds them; shorten: set system conntrack timeout udp other 30",
  );
}

function judgeTcp({ tcpProbe }: Facts, { uplink }: Declared): Verdict {
  if (tcpProbe === undefined) return notRead;
  if (tcpProbe.answered) return ok(tcpProbe.evidence);
  return wrong(
    `TCP: ${tcpProbe.evidence}`,
    uplink === "mape"
      ? "npm run pulumi -- config set uplink wxr && npm run pulumi -- up, then ask the provider whether this CE is registered"
      : "look at the WXR's own status page: its line is down",
  );
}
