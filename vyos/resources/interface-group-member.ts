/** One interface of a firewall's interface group. Pure; the group and its other members are not ours. */

import { firewallName, interfaceName } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { required } from "./row.ts";

export const interfaceGroupMember = resource({
  label: "InterfaceGroupMember",
  meaning: "one interface of an interface group; the group and its other members are left alone",
  owns: "one value of firewall group interface-group G interface",
  keys: {
    group: required(firewallName, { meaning: "an interface group that is there" }),
    interface: required(interfaceName, { meaning: "tun0, eth1, eth1.10" }),
  },
  fields: {},
  paths: (keys) => [["firewall", "group", "interface-group", keys.group, "interface", keys.interface]],
});

export type InterfaceGroupMemberArgs = ArgsOf<typeof interfaceGroupMember>;
