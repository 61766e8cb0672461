/**
 * Source NAT of the simulated router: VyOS's table as it is rendered from the configuration, and rules that
 * somebody added with iptables. The first rule that matches decides; none falls through.
 */

import { byTextAndNumber } from "../configuration/order.ts";
import type { Answer } from "../configuration/session.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import { done, fail, type Program, say } from "../programs/program.ts";
import type { Machine } from "../system/machine.ts";
import { loadTables } from "./nft-table.ts";

export interface Flow {
  readonly device: string;
  readonly protocol: "tcp" | "udp" | "icmp";
  readonly source: string;
  readonly sourcePort: number;
}

export interface Translated {
  readonly address: string;
  /** The lowest and the highest port it may get. */
  readonly ports: readonly [number, number];
}

/** What the flow leaves as; unchanged when no rule matches. */
export function translate(machine: Machine, flow: Flow): Translated {
  const unchanged: Translated = { address: flow.source, ports: [flow.sourcePort, flow.sourcePort] };
  for (const table of machine.kernel.tables.values()) {
    const translated = table.translate(flow);
    if (translated !== undefined) return translated;
  }
  for (const words of machine.kernel.natByHand.values()) {
    const [device, protocol] = [after(words, "-o"), after(words, "-p")];
    if (device !== undefined && device !== flow.device) continue;
    if (protocol !== undefined && protocol !== flow.protocol) continue;
    const [address = "", ports] = (after(words, "--to-source") ?? "").split(":");
    return { address, ports: ports === undefined ? unchanged.ports : range(ports) };
  }
  for (const [, rule] of machine.kernel.damage.natGone ? [] : rules(machine)) {
    if (!matches(rule, flow)) continue;
    const address = value(rule, "translation", "address") ?? flow.source;
    const ports = value(rule, "translation", "port");
    return { address, ports: ports === undefined ? unchanged.ports : range(ports) };
  }
  return unchanged;
}

export function nftProgram(machine: Machine): Program {
  return ({ args, user, stdin }) => {
    if (user !== "root") return fail("Operation not permitted (you must be root)");
    const { tables } = machine.kernel;
    if (args.join(" ") === "-f -") return load(machine, stdin);
    const words = args.filter((arg) => !/^-\w$/.test(arg));
    if (words[0] === "list" && words[1] === "table") {
      const table = tables.get(words.slice(2).join(" "));
      return table === undefined ? fail("Error: No such file or directory") : say(`${table.text}\n`);
    }
    const loaded = [...tables.values()].map(({ text }) => `${text}\n`).join("");
    if (words[0] === "list") return say(`${vyosTable(machine)}${handTable(machine)}${loaded}`);
    if (words.join(" ") === "delete table ip vyos_nat") {
      machine.kernel.damage.natGone = true;
      machine.uplink.check();
      return done;
    }
    const found = /^delete rule ip nat POSTROUTING handle (\d+)$/.exec(words.join(" "));
    if (found === null || !machine.kernel.natByHand.delete(Number(found[1])))
      return fail("Error: Could not process rule: No such file or directory");
    machine.uplink.check();
    return done;
  };
}

function load(machine: Machine, text: string): Answer {
  try {
    const error = loadTables(text, machine.kernel.tables);
    if (error !== undefined) return fail(error);
  } catch (error) {
    if (error instanceof SyntaxError) return fail(`Error: syntax error: ${error.message}`);
    throw error;
  }
  machine.uplink.check();
  return done;
}

/** `-t nat -A POSTROUTING ...` and `-D`. */
export function iptablesProgram(machine: Machine): Program {
  return ({ args, user }) => {
    if (user !== "root")
      return fail("iptables v1.8.9 (nf_tables): Could not fetch rule set generation id", 4);
    const { natByHand } = machine.kernel;
    const at = args.findIndex((arg) => arg === "-A" || arg === "-D");
    const rule = args.slice(at + 2);
    if (at < 0 || args[at + 1] !== "POSTROUTING") return fail("iptables: this rule is not known here", 2);
    const known = [...natByHand].find(([, words]) => words.join(" ") === rule.join(" "));
    if (args[at] === "-A") natByHand.set(Math.max(1, ...natByHand.keys()) + 1, rule);
    else if (known === undefined)
      return fail("iptables: Bad rule (does a matching rule exist in that chain?).");
    else natByHand.delete(known[0]);
    machine.uplink.check();
    return done;
  };
}

function rules(machine: Machine): [string, TreeNode][] {
  const tag = find(machine.active, ["nat", "source", "rule"])?.children ?? new Map<string, TreeNode>();
  const all = [...tag].sort(([left], [right]) => byTextAndNumber(left, right));
  return all.filter(([, rule]) => !rule.children.has("disable"));
}

function matches(rule: TreeNode, flow: Flow): boolean {
  const device = value(rule, "outbound-interface", "name");
  if (device !== undefined && device !== flow.device) return false;
  const protocol = value(rule, "protocol") ?? "all";
  const protocols = protocol === "tcp_udp" ? ["tcp", "udp"] : [protocol];
  if (protocol !== "all" && !protocols.includes(flow.protocol)) return false;
  const ports = value(rule, "source", "port");
  if (ports === undefined) return true;
  return ports.split(",").some((part) => {
    const [from, to] = range(part);
    return flow.sourcePort >= from && flow.sourcePort <= to;
  });
}

/** As nft prints it; a `-a` listing has the handle behind every rule. */
function vyosTable(machine: Machine): string {
  if (machine.kernel.damage.natGone) return "";
  const lines = rules(machine).map(
    ([number, rule], index) => `\t\t${rendered(number, rule)} # handle ${index + 10}\n`,
  );
  return [
    "table ip vyos_nat { # handle 4\n\tchain PREROUTING { # handle 1\n",
    "\t\ttype nat hook prerouting priority dstnat; policy accept;\n",
    "\t\tcounter packets 0 bytes 0 jump VYOS_PRE_DNAT_HOOK # handle 5\n\t}\n\n",
    "\tchain POSTROUTING { # handle 2\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n",
    "\t\tcounter packets 0 bytes 0 jump VYOS_PRE_SNAT_HOOK # handle 6\n",
    ...lines,
    "\t}\n\n\tchain VYOS_PRE_DNAT_HOOK { # handle 3\n\t\treturn # handle 7\n\t}\n\n",
    "\tchain VYOS_PRE_SNAT_HOOK { # handle 4\n\t\treturn # handle 8\n\t}\n}\n",
  ].join("");
}

function rendered(number: string, rule: TreeNode): string {
  const [device, protocol = "all"] = [value(rule, "outbound-interface", "name"), value(rule, "protocol")];
  const [port, to] = [value(rule, "source", "port"), value(rule, "translation", "port")];
  const parts: string[] = device === undefined ? [] : [`oifname "${device}"`];
  const both = protocol === "tcp_udp";
  if (both) parts.push("meta l4proto { tcp, udp }");
  else if (protocol !== "all" && port === undefined) parts.push(`meta l4proto ${protocol}`);
  if (port !== undefined) parts.push(`${both ? "th" : protocol} sport { ${port.split(",").join(", ")} }`);
  const target = `${value(rule, "translation", "address") ?? ""}${to === undefined ? "" : `:${to}`}`;
  const verdict = rule.children.has("exclude")
    ? "return"
    : target === "masquerade"
      ? target
      : `snat to ${target}`;
  return `${parts.join(" ")} counter packets 0 bytes 0 ${verdict} comment "SRC-NAT-${number}"`.trim();
}

/** The table that iptables-nft keeps. */
function handTable({ kernel }: Machine): string {
  if (kernel.natByHand.size === 0) return "";
  const lines = [...kernel.natByHand].map(([handle, words]) => {
    const [device, protocol] = [after(words, "-o"), after(words, "-p")];
    const match = [device && `oifname "${device}"`, protocol && `meta l4proto ${protocol}`]
      .filter(Boolean)
      .join(" ");
    return `\t\t${match} counter packets 0 bytes 0 snat to ${after(words, "--to-source")} # handle ${handle}\n`;
  });
  const head =
    "\tchain POSTROUTING { # handle 1\n\t\ttype nat hook postrouting priority srcnat; policy accept;\n";
  return `table ip nat { # handle 9\n${head}${lines.join("")}\t}\n}\n`;
}

function after(words: readonly string[], name: string): string | undefined {
  const at = words.indexOf(name);
  return at < 0 ? undefined : words[at + 1];
}

function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}

function range(text: string): readonly [number, number] {
  const [from = "0", to = from] = text.split("-");
  return [Number(from), Number(to)];
}
