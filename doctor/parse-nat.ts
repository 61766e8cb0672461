/** NAT and connection tracking as nft and conntrack print them (VyOS 1.4: nftables 1.0.6). Pure. */

import type { Conntrack, NatRule, PortUse } from "./facts.ts";

/**
 * `nft -a list ruleset`: the rules that translate. VyOS's own stand in `ip vyos_nat` with the comment SRC-NAT-N; what
 * `iptables -t nat` wrote stands in `ip nat`.
 */
export function parseNat(output: string): NatRule[] {
  const rules: NatRule[] = [];
  let table = "";
  let chain = "";
  for (const raw of output.split("\n")) {
    const line = raw.trim();
    const opened = /^(table|chain) (\S.*?) \{/.exec(line);
    if (opened?.[1] === "table") table = opened[2] ?? "";
    else if (opened?.[1] === "chain") chain = opened[2] ?? "";
    else if (/\b(?:snat|masquerade|SNAT|MASQUERADE)\b/.test(line)) rules.push(ruleOf(table, chain, line));
  }
  return rules;
}

function ruleOf(table: string, chain: string, line: string): NatRule {
  const [, packets] = /counter packets ([0-9]+)/.exec(line) ?? [];
  const text = line
    .replace(/ # handle [0-9]+$/, "")
    .replace(/ comment "[^"]*"/, "")
    .replace(/ counter packets [0-9]+ bytes [0-9]+/, "");
  return {
    table,
    chain,
    handle: / # handle ([0-9]+)$/.exec(line)?.[1],
    text,
    packets: Number(packets ?? 0),
    comment: /comment "([^"]*)"/.exec(line)?.[1],
  };
}

/** `conntrack -S`: one line a processor, `cpu=0 found=1 ... insert_failed=0 drop=0 ...`. */
export function parseConntrack(output: string): Conntrack {
  const sum = (name: string): number =>
    [...output.matchAll(new RegExp(`\\b${name}=([0-9]+)`, "g"))].reduce(
      (total, [, value]) => total + Number(value),
      0,
    );
  if (!/\binsert_failed=/.test(output)) throw new Error("no statistics");
  return { insertFailed: sum("insert_failed"), dropped: sum("drop") };
}

/** Two files of one number each: entries, and the most there may be. */
export function parseConntrackUse(output: string): { count: number; max: number } {
  const [count, max] = output.trim().split(/\s+/).map(Number);
  if (!Number.isInteger(count) || !Number.isInteger(max)) throw new Error("not two numbers");
  return { count: count ?? 0, max: max ?? 0 };
}

/**
 * `conntrack -L`: one line a flow, the original direction first. The last dport is the reply's, so the one on the shared
 * address. Its closing line ("12 flow entries have been shown") tells a list of none from a refusal.
 */
export function parsePortUse(output: string): PortUse {
  const flows = [...output.matchAll(/^(tcp|udp) .*\bdport=([0-9]+)/gm)];
  if (flows.length === 0 && !/flow entries have been shown/.test(output)) throw new Error("no list");
  const of = (protocol: string): number[] =>
    [...new Set(flows.filter(([, its]) => its === protocol).map(([, , port]) => Number(port)))].sort(
      (a, b) => a - b,
    );
  return { tcp: of("tcp"), udp: of("udp") };
}
