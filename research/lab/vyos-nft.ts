/**
 * The `nat` tree of a router as the nft table that VyOS 1.4 and rolling make of it (vyos-1x: python/vyos/nat.py,
 * data/templates/firewall/nftables-nat.j2), in the words of `nft list`. It must never help a rule that VyOS would not.
 */

import { type ConfigTree, emptyTree, sortedWords, subtree } from "../../vyos/tree.ts";

export function renderNat(nat: ConfigTree): string {
  return [
    "table ip vyos_nat {",
    "\tchain PREROUTING {",
    "\t\ttype nat hook prerouting priority dstnat; policy accept;",
    ...rulesOf(nat, "destination"),
    "\t}",
    "\tchain POSTROUTING {",
    "\t\ttype nat hook postrouting priority srcnat; policy accept;",
    ...rulesOf(nat, "source"),
    "\t}",
    "}",
  ].join("\n");
}

/**
 * `firewall ipv4 forward filter` of rules that drop by state and way out, as nft listed it on a VyOS 1.4 (the transcript
 * firewall-forward-drop-state-rule.txt).
 */
export function renderForward(filter: ConfigTree): string {
  const rules = subtree(filter, ["rule"]) ?? emptyTree;
  const lines = sortedWords(rules).map((number) => {
    const at = (...path: string[]): string[] => sortedWords(subtree(rules, [number, ...path]) ?? emptyTree);
    const [device = ""] = at("outbound-interface", "name");
    const comment = `comment "ipv4-FWD-filter-${number}"`;
    return `\t\tct state { ${at("state").join(", ")} } oifname "${device}" counter packets 0 bytes 0 ${at("action")[0]} ${comment}`;
  });
  return [
    "table ip vyos_filter {",
    "\tchain VYOS_FORWARD_filter {",
    "\t\ttype filter hook forward priority filter; policy accept;",
    ...lines,
    "\t}",
    "}",
  ].join("\n");
}

type Direction = "source" | "destination";

/** In ascending number; the first that matches decides. */
function rulesOf(nat: ConfigTree, direction: Direction): string[] {
  const rules = subtree(nat, [direction, "rule"]) ?? emptyTree;
  return sortedWords(rules).map(
    (number) => `\t\t${ruleLine(rules.get(number) ?? emptyTree, direction, number)}`,
  );
}

function ruleLine(rule: ConfigTree, direction: Direction, number: string): string {
  const at = (...path: string[]): string | undefined => sortedWords(subtree(rule, path) ?? emptyTree)[0];
  const device = direction === "source" ? at("outbound-interface", "name") : at("inbound-interface", "name");
  const verdict = direction === "source" ? "snat" : "dnat";
  const port = at("translation", "port");
  const words = [
    device && `${direction === "source" ? "oifname" : "iifname"} "${device}"`,
    protocolMatch(at("protocol"), at("source", "port") ?? at("destination", "port")),
    at("source", "address") && `ip saddr ${at("source", "address")}`,
    portMatch(at("protocol"), "sport", at("source", "port")),
    at("destination", "address") && `ip daddr ${at("destination", "address")}`,
    portMatch(at("protocol"), "dport", at("destination", "port")),
    "counter packets 0 bytes 0",
    `${verdict} to ${at("translation", "address") ?? ""}${port ? `:${port}` : ""}`,
    `comment "${direction === "source" ? "SRC" : "DST"}-NAT-${number}"`,
  ];
  return words.filter((word) => word !== undefined && word !== "").join(" ");
}

/** `nft list` leaves the protocol out where a match on its ports says it already. */
function protocolMatch(protocol = "all", ports: string | undefined): string | undefined {
  if (protocol === "all") return undefined;
  if (protocol === "tcp_udp") return "meta l4proto { tcp, udp }";
  return ports === undefined ? `meta l4proto ${protocol}` : undefined;
}

function portMatch(protocol: string | undefined, side: "sport" | "dport", ports: string | undefined) {
  if (ports === undefined) return undefined;
  const list = ports.split(",");
  const header = protocol === "tcp_udp" ? "th" : protocol;
  return `${header} ${side} ${list.length === 1 ? list[0] : `{ ${list.join(", ")} }`}`;
}
