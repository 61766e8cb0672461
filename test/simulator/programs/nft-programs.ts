/** `nft` and `iptables`: VyOS's table as it renders the configuration, and what somebody added or took away by hand. */
import type { TreeNode } from "../configuration/tree.ts";
import type { Kernel } from "../kernel/kernel.ts";
import { value } from "../kernel/matching.ts";
import { after, rules } from "../kernel/nat.ts";
import { loadTables } from "../kernel/nft-table.ts";
import { type Answer, done, fail, type Program, say } from "../system/program.ts";

export function nftProgram(kernel: Kernel, changed: () => void): Program {
  return ({ args, user, stdin }) => {
    if (user !== "root") return fail("Operation not permitted (you must be root)");
    const { tables } = kernel;
    if (args.join(" ") === "-f -") return load(kernel, changed, stdin);
    const words = args.filter((arg) => !/^-\w$/.test(arg));
    if (words[0] === "list" && words[1] === "table") {
      const table = tables.get(words.slice(2).join(" "));
      return table === undefined ? fail("Error: No such file or directory") : say(`${table.text}\n`);
    }
    const loaded = [...tables.values()].map(({ text }) => `${text}\n`).join("");
    if (words[0] === "list") return say(`${vyosTable(kernel)}${handTable(kernel)}${loaded}`);
    if (words.join(" ") === "delete table ip vyos_nat") {
      kernel.damage.natGone = true;
      changed();
      return done;
    }
    const found = /^delete rule ip nat POSTROUTING handle (\d+)$/.exec(words.join(" "));
    if (found === null || !kernel.natByHand.delete(Number(found[1])))
      return fail("Error: Could not process rule: No such file or directory");
    changed();
    return done;
  };
}

function load(kernel: Kernel, changed: () => void, text: string): Answer {
  try {
    const error = loadTables(text, kernel.tables);
    if (error !== undefined) return fail(error);
  } catch (error) {
    if (error instanceof SyntaxError) return fail(`Error: syntax error: ${error.message}`);
    throw error;
  }
  changed();
  return done;
}

/** `-t nat -A POSTROUTING ...` and `-D`. */
export function iptablesProgram(kernel: Kernel, changed: () => void): Program {
  return ({ args, user }) => {
    if (user !== "root")
      return fail("iptables v1.8.9 (nf_tables): Could not fetch rule set generation id", 4);
    const { natByHand } = kernel;
    const at = args.findIndex((arg) => arg === "-A" || arg === "-D");
    const rule = args.slice(at + 2);
    if (at < 0 || args[at + 1] !== "POSTROUTING") return fail("iptables: this rule is not known here", 2);
    const known = [...natByHand].find(([, words]) => words.join(" ") === rule.join(" "));
    if (args[at] === "-A") natByHand.set(Math.max(1, ...natByHand.keys()) + 1, rule);
    else if (known === undefined)
      return fail("iptables: Bad rule (does a matching rule exist in that chain?).");
    else natByHand.delete(known[0]);
    changed();
    return done;
  };
}

/** As nft prints it; a `-a` listing has the handle behind every rule. */
function vyosTable(kernel: Kernel): string {
  if (kernel.damage.natGone) return "";
  const lines = rules(kernel).map(
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
function handTable(kernel: Kernel): string {
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
