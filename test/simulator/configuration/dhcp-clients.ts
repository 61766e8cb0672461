/** The configuration of the DHCPv6 client of each interface that asks for something (vyos-1x: data/templates/dhcp-client/ipv6.j2). */

import type { Files } from "../system/files.ts";
import { portsOf } from "./ports.ts";
import { find, type TreeNode } from "./tree.ts";

const folder = "/run/dhcp6c";

/** Undefined: it runs no client (vyos-1x: python/vyos/ifconfig/interface.py, set_dhcpv6). */
function textOf(name: string, node: TreeNode): string | undefined {
  const address = find(node, ["address"])?.values.includes("dhcpv6") ?? false;
  const prefixes = [...(find(node, ["dhcpv6-options", "pd"])?.children ?? [])];
  if (!address && prefixes.length === 0) return undefined;
  const asks = address ? ["    send ia-na 0; # non-temporary address"] : [];
  const sends = prefixes.map(([number]) => `    send ia-pd ${number}; # prefix delegation #${number}`);
  const pds = prefixes.flatMap(([number, pd]) => {
    const inside = [...(pd.children.get("interface")?.children.keys() ?? [])];
    const lines = inside.flatMap((one) => [`    prefix-interface ${one} {`, "        sla-len 8;", "    };"]);
    return [`id-assoc pd ${number} {`, "    prefix ::/56 infinity;", ...lines, "};"];
  });
  return [`interface ${name} {`, ...asks, ...sends, "};", ...pds, ""].join("\n");
}

export function isDhcpClient(files: Files, device: string): boolean {
  return files.find(`${folder}/dhcp6c.${device}.conf`) !== undefined;
}

export function layDhcpClients(applied: TreeNode, files: Files): void {
  files.makeDirectory(folder, "root", "parents");
  for (const [name, node] of portsOf(applied)) {
    const path = `${folder}/dhcp6c.${name}.conf`;
    const text = textOf(name, node);
    const there = files.find(path) !== undefined;
    if (text === undefined && there) files.remove(path, "root");
    if (text !== undefined && !(there && files.read(path, "root") === text)) files.write(path, text, "root");
  }
}
