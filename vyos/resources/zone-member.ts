/** One interface of a firewall's zone. Pure; the zone and its other members are not ours. */

import { firewallName, interfaceName } from "./kinds.ts";
import { type ArgsOf, resource } from "./resource.ts";
import { required } from "./row.ts";

export const zoneMember = resource({
  label: "ZoneMember",
  meaning: "one interface of a zone; the zone and its other members are left alone",
  owns: "one value of firewall zone Z interface, of member interface from 1.5 on",
  keys: {
    zone: required(firewallName, { meaning: "a zone that is there" }),
    interface: required(interfaceName, { meaning: "in no other zone" }),
  },
  fields: {},
  paths: (keys) => [["firewall", "zone", keys.zone, "interface", keys.interface]],
});

export type ZoneMemberArgs = ArgsOf<typeof zoneMember>;
