/** Breaks that the LAN alone feels. */

import { addLines, type Break, flow, mape } from "./break.ts";

/** What an administrator configured, on paper and in the simulator. */
export const lanLines = {
  filter: [
    "set firewall ipv4 forward filter default-action 'drop'",
    "set firewall ipv4 forward filter rule 10 action 'accept'",
    "set firewall ipv4 forward filter rule 10 inbound-interface name 'eth0'",
    "set firewall ipv4 forward filter rule 10 outbound-interface name 'eth0'",
  ],
  zones: [
    "set firewall ipv4 name ALL default-action 'accept'",
    "set firewall ipv4 name BACK default-action 'drop'",
    "set firewall ipv4 name BACK rule 10 action 'accept'",
    "set firewall ipv4 name BACK rule 10 state 'established'",
    "set firewall zone LAN default-action 'drop'",
    "set firewall zone LAN interface 'eth0'",
    "set firewall zone LAN from WAN firewall name 'BACK'",
    "set firewall zone WAN default-action 'drop'",
    "set firewall zone WAN interface 'eth1'",
    "set firewall zone WAN from LAN firewall name 'ALL'",
  ],
  nat: [
    "set nat source rule 100 source address '192.168.100.0/24'",
    "set nat source rule 100 translation address 'masquerade'",
  ],
};

export const lanBreaks: readonly Break[] = [
  {
    name: "a forward filter that knows only the old port",
    cause: "lan-blocked",
    uplinks: mape,
    hides: ["ipv4-mape", "failed-over"],
    act: (paper) => addLines(paper, ...lanLines.filter),
  },
  {
    name: "zones of which the tunnel is in none",
    cause: "tunnel-zone",
    uplinks: mape,
    hides: ["ipv4-mape", "failed-over"],
    act: (paper) => addLines(paper, ...lanLines.zones),
    hiddenBy: ["lan-blocked"],
  },
  {
    name: "a masquerade without interface before ours",
    cause: "nat-before",
    uplinks: mape,
    hides: ["ipv4-mape", "failed-over"],
    act: (paper) => addLines(paper, ...lanLines.nat),
    hiddenBy: ["lan-blocked", "tunnel-zone"],
  },
  {
    name: "flows of the LAN that nobody answers",
    cause: "lan-unanswered",
    uplinks: mape,
    act: (paper) => {
      paper.flows = [5136, 5137, 9232].map((port) => flow("192.168.100.5", port, "[UNREPLIED] "));
    },
    hiddenBy: [
      "lan-blocked",
      "tunnel-zone",
      "nat-before",
      "config-default-route",
      "stray-tunnel",
      "wxr-link",
    ],
    follows: "ipv4-mape",
  },
];
