/** `journalctl`, `conntrack` and `tcpdump`: what they print of the DHCPv6 client (wide-dhcpv6) of the connection table, and of the wire. */

import { type Answer, fail, type Programs, say } from "../system/program.ts";
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
    conntrack: ({ args, user }) => {
      if (user !== "root")
        return fail("conntrack v1.4.7 (conntrack-tools): Operation failed: Operation not permitted");
      if (args[0] === "-L" && args[1] === "-q") return flows(machine, args[2] ?? "");
      if (args[0] !== "-S")
        return fail(`conntrack v1.4.7 (conntrack-tools): unknown argument \`${args[0]}'`, 2);
      return say(statistics(machine));
    },
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

function statistics({ observed }: Uses<"observed">): string {
  const failed = observed.insertFailed;
  observed.insertFailed += observed.insertFailedEachLook;
  const line = (cpu: number, count: number): string =>
    `cpu=${cpu}   \tfound=15 invalid=2 insert=0 insert_failed=${count} drop=${count} early_drop=0 error=0 search_restart=0 clash_resolve=0 chaintoolong=0 \n`;
  return line(0, failed) + line(1, 0);
}

/** The line's own shared address; no other is translated to here. */
const shared = "133.209.13.2";

/** One flow for each port in use; the count goes to the error output, as conntrack-tools sends it. */
function flows({ observed }: Uses<"observed">, replyDestination: string): Answer {
  const { tcp, udp } = observed.portsInUse;
  const held = replyDestination === shared ? [...tcp.map(tcpFlow), ...udp.map(udpFlow)] : [];
  const count = `conntrack v1.4.7 (conntrack-tools): ${held.length} flow entries have been shown.`;
  return say([...held, count, ""].join("\n"));
}

function tcpFlow(port: number): string {
  const client = 40_000 + (port % 10_000);
  return `tcp      6 431998 ESTABLISHED src=192.168.100.10 dst=1.1.1.1 sport=${client} dport=443 src=1.1.1.1 dst=${shared} sport=443 dport=${port} [ASSURED] mark=0 use=1`;
}

function udpFlow(port: number): string {
  const client = 40_000 + (port % 10_000);
  return `udp      17 28 src=192.168.100.11 dst=8.8.8.8 sport=${client} dport=53 src=8.8.8.8 dst=${shared} sport=53 dport=${port} mark=0 use=1`;
}
