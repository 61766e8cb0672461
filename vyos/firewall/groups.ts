/** `firewall group`: the members of a group with those that it includes. Pure; each group is read once. */

import { type ConfigTree, emptyTree, subtree } from "../tree.ts";
import { addressRange, portRange, type Range, within } from "./ranges.ts";

/** The leaf that holds the members, by the kind of group. */
const memberWords: Readonly<Record<string, string>> = {
  "address-group": "address",
  "ipv6-address-group": "address",
  "network-group": "network",
  "ipv6-network-group": "network",
  "port-group": "port",
  "interface-group": "interface",
};

/** Undefined: there is no such group, or a member of it is not understood. */
export interface Groups {
  addresses(kind: string, name: string): ((address: bigint) => boolean) | undefined;
  ports(name: string): ((port: number) => boolean) | undefined;
  interfaces(name: string): readonly string[] | undefined;
}

export function groupsOf(config: ConfigTree): Groups {
  const groups = subtree(config, ["firewall", "group"]) ?? emptyTree;
  const set = <Value extends bigint | number>(parse: (word: string) => Range<Value> | undefined) =>
    once((kind, name) => {
      const ranges = membersOf(groups, kind, name)?.map(parse);
      return ranges?.every((range) => range !== undefined) ? within(ranges) : undefined;
    });
  const ports = set(portRange);
  const interfaces = once((kind, name) => membersOf(groups, kind, name));
  return {
    addresses: set(addressRange),
    ports: (name) => ports("port-group", name),
    interfaces: (name) => interfaces("interface-group", name),
  };
}

/** VyOS refuses a circle of includes; `seen` keeps one from hanging us. */
function membersOf(
  groups: ConfigTree,
  kind: string,
  name: string,
  seen: readonly string[] = [],
): string[] | undefined {
  const group = groups.get(kind)?.get(name);
  const word = memberWords[kind];
  if (group === undefined || word === undefined || seen.includes(name)) return undefined;
  const members = [...(group.get(word)?.keys() ?? [])];
  for (const other of group.get("include")?.keys() ?? []) {
    const more = membersOf(groups, kind, other, [...seen, name]);
    if (more === undefined) return undefined;
    for (const member of more) members.push(member);
  }
  return members;
}

function once<Result>(make: (kind: string, name: string) => Result): (kind: string, name: string) => Result {
  const made = new Map<string, { readonly result: Result }>();
  return (kind, name) => {
    const key = `${kind} ${name}`;
    const known = made.get(key) ?? { result: make(kind, name) };
    made.set(key, known);
    return known.result;
  };
}
