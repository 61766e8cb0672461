/** The way from the LAN to the internet as links that hold or do not, from the doctor's causes. Pure. */

import type { Uplink } from "../doctor/declared.ts";
import type { Cause, Diagnosis } from "../doctor/diagnose.ts";

export interface Link {
  readonly from: string;
  readonly to: string;
  /** broken: a cause lies here. behind: it follows from a broken link before it. unknown: nobody could look. */
  readonly state: "ok" | "broken" | "behind" | "unknown";
  readonly causes: readonly Cause[];
}

export interface Chain {
  readonly links: readonly Link[];
  /** What is wrong and on no link: the way may carry all the same. */
  readonly beside: readonly Cause[];
}

interface Part {
  readonly to: string;
  readonly codes: readonly string[];
}

/** Whatever says that the router cannot be asked. */
const toRouter: Part = { to: "router", codes: ["router", "rights", "version", "unreadable"] };

const parts: Readonly<Record<"mape" | "wxr", readonly Part[]>> = {
  mape: [
    toRouter,
    {
      to: "NGN gateway",
      codes: [
        "ngn-link",
        "dhcpv6-client",
        "dhcpv6-lease",
        "delegated-prefix",
        "router-advertisement",
        "gateway-wrong",
        "gateway-silent",
      ],
    },
    {
      to: "border relay",
      codes: [
        "config-ipv6-default-route",
        "ipv6-default-route",
        "ipv6-default-lost",
        "static-routes-lost",
        "ngn-beyond-gateway",
        "config-relay-route",
        "relay-route",
        "relay-unrouted",
        "relay-silent",
        "path-mtu",
      ],
    },
    {
      to: "internet",
      codes: [
        "other-uplink",
        "config-ce-address",
        "ce-address",
        "ce-address-taken",
        "config-tunnel",
        "config-nat",
        "config-default-route",
        "relay-wrong",
        "tunnel-blocked",
        "stray-tunnel",
        "stray-route",
        "stray-nat",
        "commit-cut-off",
        "tunnel-missing",
        "tunnel-parameters",
        "tunnel-down",
        "tunnel-address",
        "tunnel-drops",
        "default-route",
        "nat-missing",
        "ports-exhausted",
        "failed-over",
        "tunnel-zone",
        "nat-before",
        "lan-blocked",
        "lan-unanswered",
        "ipv4-mape",
      ],
    },
  ],
  wxr: [
    toRouter,
    { to: "WXR", codes: ["wxr-link", "wxr-silent"] },
    {
      to: "internet",
      codes: [
        "other-uplink",
        "config-default-route",
        "static-routes-lost",
        "commit-cut-off",
        "stray-route",
        "stray-tunnel",
        "nat-before",
        "lan-blocked",
        "default-route",
        "ipv4-wxr",
      ],
    },
  ],
};

export function chainOf({ causes }: Pick<Diagnosis, "causes">, uplink: Uplink): Chain {
  const links: Link[] = [];
  let from = "LAN";
  let before: Link["state"] = "ok";
  for (const { to, codes } of parts[uplink === "wxr" ? "wxr" : "mape"]) {
    const here = causes.filter(({ code }) => codes.includes(code));
    before = here.length > 0 ? "broken" : stateBehind(before, links);
    links.push({ from, to, state: before, causes: here });
    from = to;
  }
  const placed = links.flatMap((link) => link.causes);
  return { links, beside: causes.filter((cause) => !placed.includes(cause)) };
}

/** Behind the router that cannot be asked nothing is known; behind any other broken link nothing can get through. */
function stateBehind(before: Link["state"], links: readonly Link[]): Link["state"] {
  if (before === "ok" || before === "unknown") return before;
  return links.length === 1 ? "unknown" : "behind";
}
