/** The interfaces that a configuration names, VLANs too. */
import { find, type TreeNode } from "./tree.ts";

/** With their VLANs: `eth1 vif 10` is eth1.10 (vyos-1x: include/interface/vif.xml.i, vif-s.xml.i). */
export function portsOf(root: TreeNode): [string, TreeNode][] {
  const kinds = [...(find(root, ["interfaces"])?.children.values() ?? [])];
  return kinds.flatMap((kind) => [...kind.children].flatMap(([name, node]) => withVlans(name, node)));
}

function withVlans(name: string, node: TreeNode): [string, TreeNode][] {
  const vlans = ["vif", "vif-s", "vif-c"].flatMap((kind) => [...(node.children.get(kind)?.children ?? [])]);
  return [[name, node], ...vlans.flatMap(([id, vlan]) => withVlans(`${name}.${id}`, vlan))];
}
