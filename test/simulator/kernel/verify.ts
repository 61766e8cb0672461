/**
 * The checks across several values that VyOS runs at commit, each in its own subtree. Texts marked (recorded)
 * were seen on a router, the others are from source.
 */
import { isIPv6 } from "node:net";
import type { Verdict } from "../configuration/commit.ts";
import { byTextAndNumber } from "../configuration/order.ts";
import { portsOf } from "../configuration/ports.ts";
import type { Version } from "../configuration/schema.ts";
import { find, type TreeNode } from "../configuration/tree.ts";
import type { Files } from "../system/files.ts";
import type { Kernel } from "./kernel.ts";

const content: Verdict = { text: "", failed: false };

/** The devices and addresses that exist are those of this moment of the commit. */
export function verify(
  unit: readonly string[],
  working: TreeNode,
  version: Version,
  kernel: Kernel,
  files: Files,
): Verdict {
  const node = find(working, unit);
  const active = kernel.applied;
  if (node === undefined) return content;
  if (unit[0] === "nat") return verifyNat(node, active, version);
  if (unit[0] === "interfaces" && unit[1] === "tunnel") {
    const name = unit[2] ?? "";
    const error = tunnelError(name, node, active);
    return error === undefined && kernel.clash(name, node) !== undefined
      ? fileExists(name, node)
      : failure(error);
  }
  if (unit[0] === "system" && unit[1] === "task-scheduler") return failure(taskError(node, files));
  if (unit[0] === "protocols" && unit[1] === "failover") return failure(failoverError(node));
  return content;
}

/** Recorded, without the report's head: the kernel has a tunnel between the same two addresses. */
function fileExists(name: string, node: TreeNode): Verdict {
  const option = (word: string, ...path: string[]) => `${word} ${value(node, ...path) ?? "any"}`;
  const endpoints = [
    option("local", "source-address"),
    option("dev", "source-interface"),
    option("remote", "remote"),
  ];
  const limit = value(node, "parameters", "ipv6", "encaplimit") ?? "4";
  const command = `ip tunnel add ${name} mode ipip6 ${endpoints.join(" ")} tos inherit ttl 64 encaplimit ${limit} hoplimit 64 tclass inherit`;
  const text = [
    "Traceback (most recent call last):",
    '  File "/usr/libexec/vyos/conf_mode/interfaces_tunnel.py", line 218, in <module>',
    "    apply(c)",
    `PermissionError: [Errno 1] failed to run command: ${command}`,
    "returned: ",
    "exit code: 1",
    "",
    "noteworthy:",
    `cmd '${command}'`,
    "returned (out):",
    "",
    "returned (err):",
    'add tunnel "ip6tnl0" failed: File exists',
  ];
  return { text: `${text.join("\n")}\n`, failed: true };
}

function failure(error: string | undefined): Verdict {
  return error === undefined ? content : { text: `${wrap(error)}\n`, failed: true };
}

/** VyOS wraps what its programs say at 72 columns. */
function wrap(text: string): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line !== "" && line.length + 1 + word.length > 72) lines.push(word);
    else lines[lines.length - 1] = line === "" ? word : `${line} ${word}`;
  }
  return lines.join("\n");
}

function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}

function tunnelError(name: string, tunnel: TreeNode, active: TreeNode): string | undefined {
  const encapsulation = value(tunnel, "encapsulation");
  const source = value(tunnel, "source-address");
  const device = value(tunnel, "source-interface");
  const remote = value(tunnel, "remote");
  if (encapsulation === undefined) return `Must configure the tunnel encapsulation for ${name}!`; // recorded
  if (source === undefined && device === undefined)
    return "source-address or source-interface required for tunnel!"; // recorded
  if (remote === undefined && encapsulation !== "gre") return "remote ip address is mandatory for tunnel";
  const six = ["ipip6", "ip6ip6", "ip6gre", "ip6gretap", "ip6erspan"].includes(encapsulation);
  const family = `Encapsulation mode requires ${six ? "IPv6" : "IPv4"}`;
  if (source !== undefined && isIPv6(source) !== six) return `${family} source-address`;
  if (remote !== undefined && isIPv6(remote) !== six) return `${family} remote`;
  if (device !== undefined && ["sit", "gretap", "ip6gretap"].includes(encapsulation))
    return `Option source-interface can not be used with encapsulation "${encapsulation}"!`;
  if (device !== undefined && !devices(active).has(device)) return `Interface "${device}" does not exist!`;
  return mtuError(name, tunnel);
}

function mtuError(name: string, tunnel: TreeNode): string | undefined {
  if (Number(value(tunnel, "mtu") ?? 1476) >= 1280) return undefined;
  const addresses = find(tunnel, ["address"])?.values ?? [];
  const own = find(tunnel, ["ipv6", "address"]);
  const noIpv6 = own?.children.size === 1 && own.children.has("no-default-link-local");
  if (noIpv6 && !addresses.some((address) => address.includes(":"))) return undefined;
  return `IPv6 address will be configured on interface "${name}", the required minimum MTU is "1280"!`;
}

function devices(active: TreeNode): Set<string> {
  return new Set(["lo", ...portsOf(active).map(([name]) => name)]);
}

function addressesOf(active: TreeNode): Set<string> {
  const kinds = [...(find(active, ["interfaces"])?.children.values() ?? [])];
  const nodes = kinds.flatMap((kind) => [...kind.children.values()]);
  const all = nodes.flatMap((node) => find(node, ["address"])?.values ?? []);
  return new Set(all.map((address) => address.split("/")[0] as string));
}

function verifyNat(nat: TreeNode, active: TreeNode, version: Version): Verdict {
  const rules = find(nat, ["source", "rule"])?.children ?? new Map<string, TreeNode>();
  let text = "";
  for (const [number, rule] of [...rules].sort(([left], [right]) => byTextAndNumber(left, right))) {
    text += natWarnings(number, rule, active, version);
    const error = natError(rule);
    if (error !== undefined) {
      const sentence = `Source NAT configuration error in rule ${number}: ${error}`;
      return { text: `${text}${wrap(sentence)}\n`, failed: true };
    }
  }
  return { text, failed: false };
}

/** All recorded; the one about an address is gone in rolling. */
function natWarnings(number: string, rule: TreeNode, active: TreeNode, version: Version): string {
  const device = value(rule, "outbound-interface", "name");
  const address = value(rule, "translation", "address");
  const warnings: string[] = [];
  if (device !== undefined && /^[a-z]+\d+$/.test(device) && !devices(active).has(device))
    warnings.push(`Interface "${device}" for source NAT rule "${number}" does not exist!`);
  if (
    version === "1.4" &&
    address !== undefined &&
    /^[\d.]+$/.test(address) &&
    !addressesOf(active).has(address)
  )
    warnings.push(`IP address ${address} does not exist on the system!`);
  return warnings.map((warning) => `\nWARNING: ${warning}\n\n`).join("");
}

function natError(rule: TreeNode): string | undefined {
  const has = (...words: string[]) => find(rule, words) !== undefined;
  if (has("outbound-interface", "name") && has("outbound-interface", "group"))
    return "cannot specify both interface group and interface name";
  if (
    !has("exclude") &&
    !has("translation", "address") &&
    !has("translation", "port") &&
    !has("load-balance", "backend")
  )
    return "translation requires address and/or port"; // recorded
  const ports = has("translation", "port") || has("source", "port") || has("destination", "port");
  if (ports && !["tcp", "udp", "tcp_udp"].includes(value(rule, "protocol") ?? "all"))
    return "ports can only be specified when protocol is either tcp, udp or tcp_udp!"; // recorded
  return undefined;
}

/** That it is checked is from source (vyos-1x: src/conf_mode/task_scheduler.py), the words are not. */
function taskError(scheduler: TreeNode, files: Files): string | undefined {
  for (const [name, task] of find(scheduler, ["task"])?.children ?? []) {
    const path = value(task, "executable", "path");
    if (path === undefined) return `Must define executable path for task ${name}`;
    const node = files.find(path);
    if (node?.kind !== "file") return `File ${path} of task ${name} does not exist`;
    if ((node.mode & 0o111) === 0) return `File ${path} of task ${name} is not executable`;
  }
  return undefined;
}

/** Recorded on rolling. */
function failoverError(failover: TreeNode): string | undefined {
  for (const route of find(failover, ["route"])?.children.values() ?? []) {
    for (const hop of find(route, ["next-hop"])?.children.values() ?? []) {
      const targets = [...(find(hop, ["check", "target"])?.children.values() ?? [])];
      if (value(hop, "check", "type") === "tcp" && targets.some((target) => target.children.has("interface")))
        return 'Check target "interface" option does nothing for type TCP. Use "vrf" if needed';
    }
  }
  return undefined;
}
