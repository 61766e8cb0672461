/** Netfilter's rules as `nft -a list ruleset` prints them (recorded on VyOS 1.4, nftables 1.0.6). Pure. */

export interface KernelRule {
  /** Family and name, such as `ip vyos_nat`. */
  readonly table: string;
  readonly chain: string;
  readonly handle: string;
  /** The rule as nft prints it, without counter, comment and handle. */
  readonly text: string;
  /** The rule as nft takes it anew: its counter begins at 0. */
  readonly statement: string;
  readonly packets: number;
  readonly comment: string | undefined;
}

/**
 * Every rule of every chain, in order. A line without a handle is no rule (`type nat hook ...`), and one of a set or a map
 * stands in no chain. VyOS's own translations stand in `ip vyos_nat` with the comment SRC-NAT-N; what `iptables -t nat` wrote,
 * in `ip nat`.
 */
export function parseRuleset(output: string): KernelRule[] {
  const rules: KernelRule[] = [];
  let table = "";
  let chain: string | undefined;
  for (const raw of output.split("\n")) {
    const line = raw.trim();
    const [, kind, name = ""] = /^(table|chain|set|map) (\S.*?) \{/.exec(line) ?? [];
    if (kind === "table") table = name;
    if (kind !== undefined) chain = kind === "chain" ? name : undefined;
    else if (chain !== undefined && / # handle [0-9]+$/.test(line)) rules.push(ruleOf(table, chain, line));
  }
  return rules;
}

function ruleOf(table: string, chain: string, line: string): KernelRule {
  const [, printed = "", handle = ""] = /^(.*) # handle ([0-9]+)$/.exec(line) ?? [];
  const counter = /\bcounter packets ([0-9]+) bytes [0-9]+/;
  return {
    table,
    chain,
    handle,
    text: printed.replace(/ comment "[^"]*"/, "").replace(/ counter packets [0-9]+ bytes [0-9]+/, ""),
    statement: printed.replace(counter, "counter"),
    packets: Number(counter.exec(printed)?.[1] ?? 0),
    comment: /comment "([^"]*)"/.exec(printed)?.[1],
  };
}

/** nft's own word, or what iptables wrote and nft cannot say in its own. */
export function isSourceNat({ text }: KernelRule): boolean {
  return /\b(?:snat|masquerade|SNAT|MASQUERADE)\b/.test(text);
}
