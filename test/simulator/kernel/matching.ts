/**
 * Whether a rule of the firewall or of NAT is about a packet: VyOS's words by their meaning (vyos-1x: firewall.py,
 * parse_rule). A word that is not known here makes the rule match nothing.
 */
import { within } from "../configuration/addresses.ts";
import { find, type TreeNode } from "../configuration/tree.ts";

export interface Packet {
  readonly family: 4 | 6;
  readonly protocol: "tcp" | "udp" | "icmp" | "ipv6-icmp" | "ipip";
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly state: "new" | "established";
  /** Of TCP; a rule that asks for flags is about no other packet. */
  readonly flags?: readonly string[];
  /** Undefined: the router itself sends, or receives it. */
  readonly in: string | undefined;
  readonly out: string | undefined;
}

const silent = new Set([
  "action",
  "description",
  "jump-target",
  "log",
  "log-options",
  "translation",
  "exclude",
]);
const numbers: Readonly<Record<string, string>> = {
  "1": "icmp",
  "4": "ipip",
  "6": "tcp",
  "17": "udp",
  "58": "ipv6-icmp",
};
const aliases: Readonly<Record<string, string>> = { ipencap: "ipip", ipv4: "ipip", icmpv6: "ipv6-icmp" };

export function value(node: TreeNode, ...words: string[]): string | undefined {
  return find(node, words)?.values[0];
}

/** `root`: where the groups are. */
export function matches(rule: TreeNode, packet: Packet, root: TreeNode): boolean {
  return [...rule.children].every(([word, node]) => {
    if (silent.has(word)) return true;
    if (word === "disable") return false;
    if (word === "protocol") return isProtocol(node.values[0] ?? "all", packet.protocol);
    if (word === "tcp") return isFlagged(node, packet.flags ?? []);
    if (word === "state") return node.values.includes(packet.state);
    if (word === "inbound-interface") return isInterface(node, packet.in, root);
    if (word === "outbound-interface") return isInterface(node, packet.out, root);
    if (word === "source") return isEnd(node, packet, packet.source, packet.sourcePort, root);
    if (word === "destination") return isEnd(node, packet, packet.destination, packet.destinationPort, root);
    return false;
  });
}

/** `!` in front turns what follows around. */
function turned(text: string, holds: (text: string) => boolean): boolean {
  return text.startsWith("!") ? !holds(text.slice(1)) : holds(text);
}

function isProtocol(text: string, protocol: string): boolean {
  return turned(text, (name) => {
    const known = numbers[name] ?? aliases[name] ?? name;
    return known === "all" || known === protocol || (known === "tcp_udp" && /^(tcp|udp)$/.test(protocol));
  });
}

/** `tcp flags syn`, `tcp flags not ack`: all of the first are set, none of the others (vyos-1x: firewall.py, parse_tcp_flags). */
function isFlagged(node: TreeNode, flags: readonly string[]): boolean {
  return [...node.children].every(([word, wanted]) => {
    if (word !== "flags") return false;
    const not = [...(wanted.children.get("not")?.children.keys() ?? [])];
    const set = [...wanted.children.keys()].filter((flag) => flag !== "not");
    return set.every((flag) => flags.includes(flag)) && !not.some((flag) => flags.includes(flag));
  });
}

function isInterface(node: TreeNode, device: string | undefined, root: TreeNode): boolean {
  return [...node.children].every(([word, { values }]) =>
    turned(values[0] ?? "", (text) => {
      const names = word === "group" ? members(root, "interface-group", text, "interface") : [text];
      return names.some((name) => isDevice(name, device));
    }),
  );
}

/** `eth*` is any that begins so. */
export function isDevice(pattern: string, device: string | undefined): boolean {
  if (device === undefined) return false;
  return pattern.endsWith("*") ? device.startsWith(pattern.slice(0, -1)) : device === pattern;
}

function isEnd(node: TreeNode, packet: Packet, address: string, port: number, root: TreeNode): boolean {
  return [...node.children].every(([word, child]) => {
    const [text = ""] = child.values;
    if (word === "address") return turned(text, (range) => isIn(range, address));
    if (word === "port") return turned(text, (list) => isPort(list.split(","), port));
    if (word !== "group") return false;
    return [...child.children].every(([kind, { values }]) =>
      turned(values[0] ?? "", (name) => {
        if (kind === "port-group") return isPort(members(root, kind, name, "port"), port);
        const six = packet.family === 6 ? "ipv6-" : "";
        const word6 = kind.replace(/^ipv6-/, "").replace("-group", "");
        return members(root, `${six}${word6}-group`, name, word6).some((one) => isIn(one, address));
      }),
    );
  });
}

/** An address, a prefix or a range. */
function isIn(text: string, address: string): boolean {
  const [from = "", to] = text.split("-");
  if (to === undefined)
    return within(address, from.includes("/") ? from : `${from}/${from.includes(":") ? 128 : 32}`);
  const number = (one: string) => one.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  return number(address) >= number(from) && number(address) <= number(to);
}

function isPort(parts: readonly string[], port: number): boolean {
  return parts.some((part) => {
    const [from = "", to = from] = part.split("-");
    return port >= Number(from) && port <= Number(to);
  });
}

/** What a group holds, the groups included in it too. */
function members(root: TreeNode, kind: string, name: string, word: string): string[] {
  const group = find(root, ["firewall", "group", kind, name]);
  if (group === undefined) return [];
  const included = find(group, ["include"])?.values ?? [];
  return [
    ...(find(group, [word])?.values ?? []),
    ...included.flatMap((one) => members(root, kind, one, word)),
  ];
}
