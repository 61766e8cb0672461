/** `journalctl`, `conntrack` and `tcpdump`: the log of the DHCPv6 client (wide-dhcpv6), the connection table, the wire. */

import { type Programs, say } from "../system/program.ts";
import { conntrackProgram } from "./conntrack.ts";
import type { Uses } from "./devices.ts";
import { tcpdumpProgram } from "./tcpdump.ts";

export function observationPrograms(
  machine: Uses<"kernel" | "network" | "observed" | "uplink" | "clock" | "journal">,
): Programs {
  return {
    tcpdump: tcpdumpProgram(machine),
    journalctl: ({ args, user }) => {
      if (user !== "root") return say("-- No entries --\n");
      const unit = args[args.indexOf("-u") + 1] ?? "";
      const last = Number(args[args.indexOf("-n") + 1] ?? 10);
      const lines = unit.startsWith("dhcp6c@eth1") ? dhcpLog(machine) : ["-- No entries --"];
      return say(`${lines.slice(-last).join("\n")}\n`);
    },
    conntrack: conntrackProgram(machine),
  };
}

/** Messages of dhcp6c.c, dhcp6c_ia.c and prefixconf.c, in the order of a lease that came and perhaps went. */
function dhcpLog({ network, observed }: Uses<"network" | "observed">): string[] {
  const prefix = observed.delegatedPrefix;
  const came = [
    "get_duid: extracted an existing DUID from /var/lib/dhcpv6/dhcp6c_duid: 00:01:00:01:2c:00:00:11:52:54:00:00:00:11",
    "client6_send: send solicit to ff02::1:2%eth1",
    "client6_recv: receive advertise from fe80::a611:bbff:fe7d:ee11%eth1 on eth1",
    "client6_send: send request to ff02::1:2%eth1",
    "client6_recv: receive reply from fe80::a611:bbff:fe7d:ee11%eth1 on eth1",
    "get_ia: make an IA: PD-0",
    `update_prefix: create a prefix ${prefix} pltime=12600, vltime=14400`,
    "client6_recvreply: got an expected reply, sleeping.",
  ];
  const went = [
    "client6_send: send rebind to ff02::1:2%eth1",
    `remove_prefix: remove a prefix ${prefix}`,
    "remove_ia: remove an IA: PD-0",
    "client6_send: send solicit to ff02::1:2%eth1",
    "dhcp6_reset_timer: reset a timer on eth1, state=SOLICIT, timeo=5, retrans=32441",
  ];
  return network.facts.leasePresent ? came : [...came, ...went];
}
