/**
 * NAPT outside VyOS's schema: files for the router that load an nft table of their own, which hands new flows to all port
 * ranges in turn and maps ICMP ids too. Pure. The stripes of napt.ts stay declared beside it: they keep connection tracking on,
 * and they carry the line when the table is not there. Values reach the script only after their parsers, inside a quoted text.
 */

import { createHash } from "node:crypto";
import { marker } from "../vyos/resources/owned-file.ts";
import { parseInterfaceName, parseIpv4 } from "../vyos/values.ts";
import { type PortRange, printRange, sizeOf } from "./napt.ts";

export interface ExactNaptSettings {
  readonly outboundInterface: string;
  /** The shared IPv4 address. */
  readonly address: string;
  /** What may be given out, lowest first, reserved ports left out already; at least one. */
  readonly blocks: readonly PortRange[];
}

export interface RouterFile {
  readonly path: string;
  readonly mode: "0755";
  readonly text: string;
}

/** /config is carried over by an image upgrade (vyos-documentation: automation/command-scripting). */
const script = "/config/scripts/vyos-uplink-napt";
/** run-parts takes letters, digits, _ and - only: no suffix. */
const commitHook = "/config/scripts/commit/post-hooks.d/50-vyos-uplink-napt";

/**
 * The line that a boot needs. It is somebody's file, with lines of its own, so it cannot be one of ours: the line must be in
 * it once, and the rest be left alone.
 */
export const exactNaptBootLine = {
  path: "/config/scripts/vyos-postconfig-bootup.script",
  line: `${script} start`,
} as const;

/** The command that takes the table away again; run it before the files go. */
export const exactNaptStop = `${script} stop`;

/** The script, and the hook that runs it after every commit: a commit by hand may have flushed the ruleset. */
export function exactNaptFiles(settings: ExactNaptSettings): RouterFile[] {
  return [
    { path: script, mode: "0755", text: scriptText(exactNaptTable(settings)) },
    { path: commitHook, mode: "0755", text: hookText },
  ];
}

/**
 * Priority 90: before VyOS's own chain at 100, and the first NAT chain that translates a flow decides. No NAT chain sees a
 * packet that connection tracking calls invalid, such as the reset of a flow that it has forgotten: that one would leave with
 * its LAN source, so it is dropped before.
 */
export function exactNaptTable({ outboundInterface, address, blocks }: ExactNaptSettings): string {
  const device = parseInterfaceName("outboundInterface", outboundInterface);
  const target = targetMap(parseIpv4("address", address), blocks);
  const body = [
    "  chain forward {",
    "    type filter hook forward priority 0; policy accept;",
    `    oifname "${device}" ct state invalid counter drop`,
    "  }",
    "  chain postrouting {",
    "    type nat hook postrouting priority 90; policy accept;",
    `    oifname "${device}" meta l4proto { tcp, udp } counter snat ip to ${target}`,
    `    oifname "${device}" meta l4proto icmp counter snat ip to ${target} comment "REVISION"`,
    "  }",
  ].join("\n");
  const revision = createHash("sha256").update(body).digest("hex").slice(0, 16);
  return ["table ip vyos_uplink {", body.replace("REVISION", `revision ${revision}`), "}"].join("\n");
}

/** A range comes up in turn as often as it has ports; the common divisor keeps equal ranges to one turn each. */
function targetMap(address: string, blocks: readonly PortRange[]): string {
  const divisor = blocks.map(sizeOf).reduce(commonDivisor, 0);
  let turn = 0;
  const elements = blocks.map((block) => {
    const first = turn;
    turn += sizeOf(block) / divisor;
    return `${printRange([first, turn - 1])} : ${address} . ${printRange(block)}`;
  });
  return `numgen inc mod ${turn} map { ${elements.join(", ")} }`;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/** Loading is one transaction of nft: there is no moment without a table. Flows that are open keep their ports. */
function scriptText(table: string): string {
  const revision = /revision [0-9a-f]+/.exec(table)?.[0] ?? "";
  const clear = "add table ip vyos_uplink\ndelete table ip vyos_uplink";
  return `#!/bin/sh
${marker}: NAPT over every port range of the MAP-E line. Edits are overwritten.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
if [ "$1" = start ]; then
  if nft list table ip vyos_uplink 2>/dev/null | grep -qF '${revision}'; then
    exit 0
  fi
  printf '%s\\n' '${clear}
${table}' | nft -f -
elif [ "$1" = stop ]; then
  printf '%s\\n' '${clear}' | nft -f -
else
  echo "usage: $0 start|stop" >&2
  exit 2
fi
`;
}

/** The hook runs as whoever commits (vyatta-cfg: vyos-user-postcommit-hooks.sh), and nft needs root. The script may go before the hook does. */
const hookText = `#!/bin/sh
${marker}. Edits are overwritten.
[ -x ${script} ] || exit 0
exec sudo ${script} start
`;
