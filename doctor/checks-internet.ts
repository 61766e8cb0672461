/** IPv4 as the LAN sees it: the default route that is really used, NAT and its ports, the WXR, and a TCP connection. Pure. */

import type { KernelRoute } from "../vyos/kernel/network.ts";
import { type Check, check, type Known, ok, skipped, tunnelCheck, type Verdict, wrong } from "./check.ts";
import { judgeLink } from "./checks-wan.ts";
import type { Declared, DeclaredTunnel } from "./declared.ts";
import type { Facts } from "./facts.ts";
import { anew, owner, silence } from "./remedies.ts";

/** What the tunnel rests on: when one of them is wrong, a connection that fails says nothing new. */
export const tunnelChain = [
  ...[
    "ce-address",
    "ce-address-taken",
    "relay-silent",
    "relay-wrong",
    "ngn-beyond-gateway",
    "relay-unrouted",
  ],
  ...["tunnel-parameters", "tunnel-address", "nat-missing", "stray-nat", "tunnel-drops", "ports-exhausted"],
  ...["delegated-prefix", "dhcpv6-lease"],
];
export const lanBlocked = ["lan-blocked", "tunnel-zone", "nat-before"];
export const routeChain = [
  ...["other-uplink", "config-default-route", "stray-route", "stray-tunnel", "tunnel-blocked"],
  ...["tunnel-missing", "tunnel-down", "wxr-link", "static-routes-lost", "commit-cut-off"],
];

export const internetChecks: readonly Check[] = [
  check({
    code: "default-route",
    title: "IPv4 does not leave by the declared uplink",
    dependsOn: routeChain,
    reads: ["routeToInternet"],
    judge: (facts, declared) =>
      hasFailedOver(facts, declared)
        ? skipped("the router has failed over")
        : judgeDefaultRoute(facts, declared),
  }),
  tunnelCheck({
    code: "failed-over",
    title: "failover: wxr is in force: IPv4 leaves by the WXR until the tunnel carries again",
    dependsOn: [...tunnelChain, ...routeChain, "path-mtu", "config-ipv4-failover-route", ...lanBlocked],
    reads: ["routeToInternet"],
    judge: (facts, { name }, declared) => {
      const { failover, wxrNextHop, wxrDevice: by } = declared;
      if (failover === undefined) return skipped("no failover is declared");
      const to = wxrNextHop ?? by ?? "the other way";
      if (!hasFailedOver(facts, declared))
        return ok(`${to} stands ready, for when ${silence(failover)} through ${name}`);
      return wrong(
        `IPv4 leaves to ${to}: ${silence(failover)} through ${name}`,
        `ping ${failover.targets[0]} interface ${name} (the router goes back by itself once they answer)`,
      );
    },
  }),
  tunnelCheck({
    code: "nat-missing",
    title: "the kernel lacks NAT rules that are configured",
    dependsOn: ["config-nat", "other-uplink"],
    reads: ["rules"],
    judge: ({ rules }, _tunnel, { nat }) => {
      const isOf = (number: number) => (comment: string | undefined) => comment === `SRC-NAT-${number}`;
      const missing = nat.filter(
        ({ number, target }) =>
          !rules.some(({ comment, text }) => isOf(number)(comment) && text.endsWith(`snat to ${target}`)),
      );
      const mine = rules.filter(({ comment }) => nat.some(({ number }) => isOf(number)(comment)));
      const packets = mine.reduce((sum, rule) => sum + rule.packets, 0);
      if (missing.length === 0) return ok(`${nat.length} rules, ${packets} flows translated`);
      const numbers = missing.map(({ number }) => number);
      return wrong(
        `rules ${numbers.join(", ")} are not in the kernel as configured`,
        anew(`nat source rule ${numbers[0]}`),
      );
    },
  }),
  tunnelCheck({
    code: "ports-exhausted",
    title: "the ports of the shared address are used up: new connections fail",
    reads: [],
    judge: judgePorts,
  }),
  check({
    code: "wxr-link",
    title: "the interface to the WXR has no link",
    reads: [],
    judge: (facts, declared) => {
      const device = wxrDevice(facts, declared);
      return device === undefined ? skipped("no interface leads to the WXR") : judgeLink(facts.links, device);
    },
  }),
  check({
    code: "wxr-silent",
    title: "the WXR does not answer",
    dependsOn: ["wxr-link"],
    reads: [],
    judge: ({ wxrPing }, { wxrNextHop, uplink }) => {
      if (wxrNextHop === undefined) return skipped("no next-hop of wxr is known");
      if (wxrPing === undefined) return skipped("could not be read");
      if (wxrPing.answered) return ok(`${wxrNextHop} answers`);
      const why = uplink === "wxr" ? "it is the uplink" : "it is the way back";
      return wrong(`${wxrNextHop}: ${wxrPing.evidence}; ${why}`, `switch it on; then: ping ${wxrNextHop}`);
    },
  }),
  tunnelCheck({
    code: "ipv4-mape",
    title: "IPv4 does not work beyond the border relay",
    dependsOn: [...tunnelChain, "default-route", "path-mtu", "failed-over", ...lanBlocked],
    reads: ["tcpProbe"],
    judge: (facts, _tunnel, declared) =>
      judgeTcp(
        facts.tcpProbe,
        "npm run pulumi -- config set uplink wxr && npm run pulumi -- up, then ask the provider whether this CE is registered",
        hasFailedOver(facts, declared) ? ", by the WXR" : "",
      ),
  }),
  check({
    code: "ipv4-wxr",
    title: "IPv4 does not work beyond the WXR",
    dependsOn: ["wxr-silent", "wxr-link", "default-route", ...lanBlocked],
    reads: ["tcpProbe"],
    judge: ({ tcpProbe }, { uplink }) =>
      uplink === "wxr"
        ? judgeTcp(tcpProbe, "look at the WXR's own status page: its line is down")
        : skipped("not asked in mape"),
  }),
];

function wxrDevice({ addresses, routes4 }: Facts, declared: Declared): string | undefined {
  const { wxrNextHop } = declared;
  if (declared.wxrDevice !== undefined) return declared.wxrDevice;
  const way = routes4?.find(({ gateway }) => gateway !== undefined && gateway === wxrNextHop)?.device;
  if (way !== undefined || wxrNextHop === undefined) return way;
  const network = wxrNextHop.split(".").slice(0, 3).join(".");
  return addresses?.find(({ address }) => address.startsWith(`${network}.`))?.device;
}

/** By the router's own failover route: the declared uplink stays, and nothing in the configuration differs. */
function hasFailedOver({ routeToInternet: used }: Facts, declared: Declared): boolean {
  return declared.failover !== undefined && !!used && isByWxr(used, declared);
}

function isByWxr({ gateway, device }: KernelRoute, { wxrNextHop, wxrDevice: by }: Declared): boolean {
  return wxrNextHop === undefined ? by !== undefined && device === by : gateway === wxrNextHop;
}

function judgeDefaultRoute(
  { routeToInternet: used, routes4 }: Known<"routeToInternet">,
  declared: Declared,
): Verdict {
  const { tunnel, wxrNextHop } = declared;
  if (used === null)
    return wrong("no route leads to the IPv4 internet", anew("protocols static route 0.0.0.0/0"));
  const is = way(used);
  if (!tunnel && !wxrNextHop && !declared.wxrDevice)
    return skipped(`${is}; nothing says whether it is right`);
  const right = tunnel === undefined ? isByWxr(used, declared) : used.device === tunnel.name;
  const behind = routes4?.find((route) => route.destination === "default" && way(route) === is);
  const owned = behind === undefined ? "" : `, owned by ${owner(behind)}`;
  if (right) return ok(`${is}${owned}`);
  const device = tunnel?.name ?? declared.wxrDevice;
  const shall = device === undefined ? `via ${wxrNextHop}` : `dev ${device}`;
  return wrong(
    `${is}${owned}; declared is ${shall}`,
    `${anew("protocols static route 0.0.0.0/0")} (and see: show ip route 0.0.0.0/0)`,
  );
}

function way({ gateway, device }: KernelRoute): string {
  return gateway === undefined ? `dev ${device}` : `via ${gateway} dev ${device}`;
}

/** NAT that finds no free port fails to insert its entry; what failed before the doctor came is told, not judged. */
function judgePorts(
  { conntrackBefore: before, conntrackAfter: after, conntrackUse, portUse }: Facts,
  { addresses }: DeclaredTunnel,
  { nat }: Declared,
): Verdict {
  if (conntrackUse !== undefined && conntrackUse.count >= conntrackUse.max) {
    const measured = `the connection table is full: ${conntrackUse.count} of ${conntrackUse.max}`;
    return wrong(
      measured,
      `configure; set system conntrack table-size ${conntrackUse.max * 2}; commit; save; exit`,
    );
  }
  const holders = `sudo conntrack -L -q ${addresses[0]?.split("/")[0]} | grep -o '^[a-z]*\\|src=[0-9.]*' | paste - - - | cut -f 1,2 | sort | uniq -c | sort -rn | head`;
  const own = ownPorts(nat);
  const used = Math.max(portUse?.tcp.length ?? 0, portUse?.udp.length ?? 0);
  if (own > 0 && used >= own) return wrong(`${used} of ${own} ports are held`, `${holders} (who holds them)`);
  if (before === undefined || after === undefined) return skipped("could not be read");
  const failed = after.insertFailed - before.insertFailed;
  const since = `${after.insertFailed} since boot`;
  if (failed <= 0) return ok(`${used} of ${own} ports held, no failed insert while probing (${since})`);
  return wrong(
    `${failed} connections found no free port while probing (${since})`,
    `${holders} (who holds them)`,
  );
}

/** How many ports the rules translate to; 0: all, or none are known. */
function ownPorts(nat: Declared["nat"]): number {
  const ranges = new Set(nat.map(({ target }) => target.split(":")[1] ?? ""));
  return [...ranges].reduce((sum, range) => {
    const [from = Number.NaN, to = from] = range.split("-").map(Number);
    return sum + (range === "" ? 0 : to - from + 1);
  }, 0);
}

function judgeTcp(probe: NonNullable<Facts["tcpProbe"]>, remedy: string, by = ""): Verdict {
  return probe.answered ? ok(probe.evidence + by) : wrong(`TCP: ${probe.evidence}`, remedy);
}
