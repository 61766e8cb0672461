/**
 * How VyOS prints a node: `name value`, `name tag {` or `name {`. Only the nodes that our resource types write, where the
 * shape of the tree does not tell (vyos-1x: interface-definitions); everything else is kept as it was read. Pure.
 */

import type { ConfigPath } from "./tree.ts";

export type Form = "leaf" | "tag" | "node";

/** `*` stands for a tag. */
const forms: ReadonlyMap<string, Form> = new Map([
  ...["ethernet", "dummy", "loopback", "bridge", "bonding", "wireguard", "tunnel", "vti", "pppoe"].flatMap(
    (type): [string, Form][] => [
      [`interfaces ${type}`, "tag"],
      [`interfaces ${type} * vif`, "tag"],
      [`interfaces ${type} * vif-s`, "tag"],
      [`interfaces ${type} * vif-s * vif-c`, "tag"],
    ],
  ),
  ...["source", "destination"].map((side): [string, Form] => [`nat ${side} rule`, "tag"]),
  ...["route", "route6"].flatMap((route): [string, Form][] => [
    [`protocols static ${route}`, "tag"],
    [`protocols static ${route} * next-hop`, "tag"],
    [`protocols static ${route} * interface`, "tag"],
    [`protocols static ${route} * blackhole`, "node"],
  ]),
  ["protocols failover route", "tag"],
  ["protocols failover route * next-hop", "tag"],
  ["system task-scheduler task", "tag"],
  ["system static-host-mapping host-name", "tag"],
  ["firewall ipv4 forward filter rule", "tag"],
  ["firewall ipv4 name", "tag"],
  ["firewall ipv4 name * rule", "tag"],
]);

/** Of the node that the path's last word names; undefined: not among ours. */
export function formOf(path: ConfigPath): Form | undefined {
  let known = "";
  for (let at = 0; at < path.length; at += 1) {
    known = known === "" ? (path[at] ?? "") : `${known} ${path[at]}`;
    const form = forms.get(known);
    if (at === path.length - 1) return form;
    if (form !== "tag") continue;
    known += " *";
    at += 1;
  }
  // The path ends at a tag.
  return undefined;
}
