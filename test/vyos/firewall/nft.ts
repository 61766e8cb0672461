/**
 * The `firewall` and `nat` trees as the nft tables that VyOS 1.4 makes of them (vyos-1x: data/templates/firewall/nftables.j2,
 * nftables-zone.j2, nftables-nat.j2), written for the tests alone: it shares no rule of meaning with vyos/firewall.
 */

import { type ConfigTree, emptyTree, sortedWords, subtree } from "../../../vyos/tree.ts";

type Family = "ipv4" | "ipv6";

const at = (tree: ConfigTree, ...path: string[]): ConfigTree => subtree(tree, path) ?? emptyTree;
const leaf = (tree: ConfigTree, ...path: string[]): string => [...at(tree, ...path).keys()][0] ?? "";
const words = (tree: ConfigTree, ...path: string[]): string[] => [...at(tree, ...path).keys()];
const setName = (family: Family, name: string): string => `${family === "ipv4" ? "NAME" : "NAME6"}_${name}`;

export function renderFilter(config: ConfigTree): string {
  return (["ipv4", "ipv6"] as const)
    .map((family) => {
      const chains = [...hooks(config, family), ...names(config, family), ...zones(config, family)];
      return block(`table ${family === "ipv4" ? "ip" : "ip6"} vyos_filter`, [
        ...groups(config),
        ...policy(config),
        ...chains,
      ]);
    })
    .join("\n");
}

export function renderNat(config: ConfigTree): string {
  const chain = (name: string, direction: "source" | "destination", hook: string): string[] => {
    const rules = at(config, "nat", direction, "rule");
    const lines = sortedWords(rules).flatMap((number) => natRule(at(rules, number), direction, number));
    return block(`chain ${name}`, [`type nat hook ${hook}; policy accept;`, ...lines]).split("\n");
  };
  return block("table ip vyos_nat", [
    ...groups(config),
    ...chain("PREROUTING", "destination", "prerouting priority dstnat"),
    ...chain("POSTROUTING", "source", "postrouting priority srcnat"),
  ]);
}

function block(head: string, lines: readonly string[]): string {
  return [`${head} {`, ...lines.map((line) => `\t${line}`), "}"].join("\n");
}

function hooks(config: ConfigTree, family: Family): string[] {
  const prefix = family === "ipv4" ? "VYOS" : "VYOS_IPV6";
  return (["forward", "input", "output"] as const).flatMap((hook) => {
    const short = { forward: "FWD", input: "INP", output: "OUT" }[hook];
    const set = at(config, "firewall", family, hook, "filter");
    return block(`chain ${prefix}_${hook.toUpperCase()}_filter`, [
      `type filter hook ${hook} priority filter; policy accept;`,
      ...jumpToPolicy(config),
      ...rules(set, family, `${family}-${short}-filter`),
      byDefault(set, "accept", `${short}-filter`, family),
    ]).split("\n");
  });
}

function names(config: ConfigTree, family: Family): string[] {
  return [...at(config, "firewall", family, "name")].flatMap(([name, set]) =>
    block(`chain ${setName(family, name)}`, [
      ...rules(set, family, `${family}-NAM-${name}`),
      byDefault(set, "drop", name, family),
    ]).split("\n"),
  );
}

function byDefault(set: ConfigTree, otherwise: string, name: string, family: Family): string {
  const action = leaf(set, "default-action") || otherwise;
  const verdict = action === "jump" ? `jump ${setName(family, leaf(set, "default-jump-target"))}` : action;
  return `counter packets 0 bytes 0 ${verdict} comment "${name} default-action ${action}"`;
}

function rules(set: ConfigTree, family: Family, comment: string): string[] {
  const tag = at(set, "rule");
  return sortedWords(tag).flatMap((number) => {
    const rule = at(tag, number);
    if (rule.has("disable")) return [];
    const action = leaf(rule, "action");
    const verdict = action === "jump" ? `jump ${setName(family, leaf(rule, "jump-target"))}` : action;
    return [
      `${matches(rule, family, false)}counter packets 0 bytes 0 ${verdict} comment "${comment}-${number}"`,
    ];
  });
}

function jumpToPolicy(config: ConfigTree): string[] {
  return at(config, "firewall", "global-options", "state-policy").size > 0 ? ["jump VYOS_STATE_POLICY"] : [];
}

function policy(config: ConfigTree): string[] {
  const states = at(config, "firewall", "global-options", "state-policy");
  if (states.size === 0) return [];
  const lines = [...states].map(
    ([state, node]) => `ct state ${state} counter packets 0 bytes 0 ${leaf(node, "action")}`,
  );
  return block("chain VYOS_STATE_POLICY", [...lines, "return"]).split("\n");
}

/** VyOS defines every group in both families and in the NAT table too. */
function groups(config: ConfigTree): string[] {
  const all = at(config, "firewall", "group");
  const types = {
    "address-group": { letter: "A", type: "ipv4_addr", word: "address" },
    "network-group": { letter: "N", type: "ipv4_addr", word: "network" },
    "ipv6-address-group": { letter: "A6", type: "ipv6_addr", word: "address" },
    "ipv6-network-group": { letter: "N6", type: "ipv6_addr", word: "network" },
    "port-group": { letter: "P", type: "inet_service", word: "port" },
    "interface-group": { letter: "I", type: "ifname", word: "interface" },
  };
  return Object.entries(types).flatMap(([kind, { letter, type, word }]) =>
    [...at(all, kind)].flatMap(([name]) => {
      const members = membersOf(at(all, kind), name, word).map((one) =>
        kind === "interface-group" ? `"${one}"` : one,
      );
      const elements = members.length === 0 ? [] : [`elements = { ${[...new Set(members)].join(", ")} }`];
      return block(`set ${letter}_${name}`, [
        `type ${type}`,
        "flags interval",
        "auto-merge",
        ...elements,
      ]).split("\n");
    }),
  );
}

function membersOf(kind: ConfigTree, name: string, word: string): string[] {
  return [
    ...words(kind, name, word),
    ...words(kind, name, "include").flatMap((other) => membersOf(kind, other, word)),
  ];
}

function zones(config: ConfigTree, family: Family): string[] {
  const all = at(config, "firewall", "zone");
  if (all.size === 0) return [];
  const names = sortedWords(all);
  const isLocal = (name: string): boolean => at(all, name).has("local-zone");
  const members = (name: string): string[] => [
    ...words(all, name, "interface"),
    ...words(all, name, "member", "interface"),
  ];
  const devices = (name: string): string => {
    const quoted = members(name).map((one) => `"${one}"`);
    return quoted.length === 1 ? (quoted[0] ?? "") : `{ ${quoted.join(", ")} }`;
  };
  const setWord = family === "ipv4" ? "name" : "ipv6-name";
  const local = names.filter(isLocal);
  const others = names.filter((name) => !isLocal(name));
  const base = (name: string, hook: string, lines: readonly string[]): string[] =>
    block(`chain ${name}`, [
      `type filter hook ${hook} priority filter + 1; policy accept;`,
      ...jumpToPolicy(config),
      ...lines,
    ]).split("\n");
  const ruled = (match: string, set: string): string[] =>
    set === ""
      ? []
      : [
          `${match} counter packets 0 bytes 0 jump ${setName(family, set)}`,
          `${match} counter packets 0 bytes 0 return`,
        ];
  const last = (name: string): string =>
    `counter packets 0 bytes 0 ${leaf(all, name, "default-action") || "drop"} comment "zone_${name} default-action ${leaf(all, name, "default-action") || "drop"}"`;
  const from = (name: string, other: string): string => leaf(all, name, "from", other, "firewall", setWord);
  const chain = (name: string, lines: readonly string[]): string[] =>
    block(`chain VZONE_${name}`, [...lines, last(name.replace(/_(IN|OUT)$/, ""))]).split("\n");
  const inside = (name: string): string[] => {
    const match = `iifname ${devices(name)}`;
    if (leaf(all, name, "intra-zone-filtering", "action") === "drop")
      return [`${match} counter packets 0 bytes 0 drop`];
    const set = leaf(all, name, "intra-zone-filtering", "firewall", setWord);
    return set === "" ? [`${match} counter packets 0 bytes 0 return`] : ruled(match, set);
  };
  const sources = (name: string): string[] =>
    words(all, name, "from")
      .filter((other) => !isLocal(other))
      .flatMap((other) => ruled(`iifname ${devices(other)}`, from(name, other)));
  return [
    ...base(
      "VYOS_ZONE_FORWARD",
      "forward",
      others.map((name) => `oifname ${devices(name)} counter packets 0 bytes 0 jump VZONE_${name}`),
    ),
    ...base(
      "VYOS_ZONE_LOCAL",
      "input",
      local.map((name) => `counter packets 0 bytes 0 jump VZONE_${name}_IN`),
    ),
    ...base(
      "VYOS_ZONE_OUTPUT",
      "output",
      local.map((name) => `counter packets 0 bytes 0 jump VZONE_${name}_OUT`),
    ),
    ...names.flatMap((name) =>
      isLocal(name)
        ? [
            ...chain(`${name}_IN`, ['iifname "lo" counter packets 0 bytes 0 return', ...sources(name)]),
            ...chain(`${name}_OUT`, [
              'oifname "lo" counter packets 0 bytes 0 return',
              ...others.flatMap((other) => ruled(`oifname ${devices(other)}`, from(other, name))),
            ]),
          ]
        : chain(name, [...inside(name), ...sources(name)]),
    ),
  ];
}

function natRule(rule: ConfigTree, direction: "source" | "destination", number: string): string[] {
  if (rule.has("disable")) return [];
  const address = leaf(rule, "translation", "address");
  const port = leaf(rule, "translation", "port");
  const to = `${address}${port === "" ? "" : `:${port}`}`;
  const verb = direction === "source" ? "snat" : "dnat";
  const verdict = rule.has("exclude")
    ? "return"
    : address === "masquerade"
      ? "masquerade"
      : `${verb} to ${to}`;
  const comment = `${direction === "source" ? "SRC" : "DST"}-NAT-${number}`;
  return [`${matches(rule, "ipv4", true)}counter packets 0 bytes 0 ${verdict} comment "${comment}"`];
}

function negated(word: string): [operator: string, rest: string] {
  return word.startsWith("!") ? ["!= ", word.slice(1)] : ["", word];
}

function matches(rule: ConfigTree, family: Family, nat: boolean): string {
  const header = family === "ipv4" ? "ip" : "ip6";
  const parts: string[] = [];
  const states = words(rule, "state");
  if (states.length > 0)
    parts.push(`ct state ${states.length === 1 ? states[0] : `{ ${states.join(", ")} }`}`);
  const status = leaf(rule, "connection-status", "nat");
  if (status !== "") parts.push(`ct status ${status === "destination" ? "dnat" : "snat"}`);
  for (const [word, match] of [
    ["inbound-interface", "iifname"],
    ["outbound-interface", "oifname"],
  ] as const) {
    const [not, name] = negated(leaf(rule, word, "name"));
    const [notGroup, group] = negated(leaf(rule, word, "group"));
    if (name !== "") parts.push(`${match} ${not}"${name}"`);
    if (group !== "") parts.push(`${match} ${notGroup}@I_${group}`);
  }
  const [not, protocol] = negated(leaf(rule, "protocol"));
  if (protocol !== "" && protocol !== "all")
    parts.push(`meta l4proto ${not}${protocol === "tcp_udp" ? "{ tcp, udp }" : protocol}`);
  for (const [side, letter] of [
    ["source", "s"],
    ["destination", "d"],
  ] as const) {
    const [notAddress, address] = negated(leaf(rule, side, "address"));
    if (address !== "") parts.push(`${header} ${letter}addr ${notAddress}${address}`);
    for (const [kind, set] of [
      ["address-group", "A"],
      ["network-group", "N"],
    ] as const) {
      const [notGroup, group] = negated(leaf(rule, side, "group", kind));
      if (group !== "")
        parts.push(`${header} ${letter}addr ${notGroup}@${set}${family === "ipv6" ? "6" : ""}_${group}`);
    }
    const [notPorts, ports] = negated(leaf(rule, side, "group", "port-group"));
    if (ports !== "") parts.push(`th ${letter}port ${notPorts}@P_${ports}`);
    const port = leaf(rule, side, "port");
    if (port !== "") parts.push(portMatch(port, `th ${letter}port`, nat));
  }
  const icmp = leaf(rule, family === "ipv4" ? "icmp" : "icmpv6", "type-name");
  if (icmp !== "") parts.push(`${family === "ipv4" ? "icmp" : "icmpv6"} type ${icmp}`);
  const flags = words(rule, "tcp", "flags").filter((flag) => flag !== "not");
  const unset = words(rule, "tcp", "flags", "not");
  if (flags.length + unset.length > 0) {
    parts.push(
      `tcp flags & (${[...flags, ...unset].join(" | ")}) == ${flags.length > 0 ? flags.join(" | ") : "0x0"}`,
    );
  }
  return parts.map((part) => `${part} `).join("");
}

/** NAT turns the whole list round by its first `!`; a filter takes the plain ones and leaves the others out. */
function portMatch(list: string, match: string, nat: boolean): string {
  if (nat) {
    const [not, ports] = negated(list);
    return `${match} ${not}{ ${ports.split(",").join(", ")} }`;
  }
  const plain = list.split(",").filter((port) => !port.startsWith("!"));
  const left = list
    .split(",")
    .filter((port) => port.startsWith("!"))
    .map((port) => port.slice(1));
  return [
    ...(plain.length > 0 ? [`${match} { ${plain.join(", ")} }`] : []),
    ...(left.length > 0 ? [`${match} != { ${left.join(", ")} }`] : []),
  ].join(" ");
}
