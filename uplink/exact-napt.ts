/**
 * NAPT outside VyOS's schema: files for the router that load an nft table of their own, which hands new flows to all port
 * ranges in turn and maps ICMP ids too. Pure. The stripes of napt.ts stay declared beside it: they keep connection tracking on,
 * and they carry the line when the table is not there. Values reach the script only after their parsers, inside a quoted text.
 */

import type { PortRange } from "../mape/ports.ts";
import { marker } from "../vyos/resources/owned-file.ts";
import { scriptFolder, translatingScript } from "../vyos/resources/router-script.ts";
import { parseInterfaceName, parseIpv4 } from "../vyos/values.ts";
import type { NamedResource } from "./named-resource.ts";
import { printRange, sizeOf } from "./napt.ts";

export interface ExactNaptSettings {
  readonly outboundInterface: string;
  /** The shared IPv4 address. */
  readonly address: string;
  /** What may be given out, lowest first, reserved ports left out already; at least one. */
  readonly blocks: readonly PortRange[];
}

const name = translatingScript;
const script = `${scriptFolder}/${name}`;
/** run-parts takes letters, digits, _ and - only: no suffix. */
const hook = "commit/post-hooks.d/50-vyos-uplink-napt";

/**
 * The script, the hook that runs it after every commit (a commit by hand may have flushed the ruleset), and the line that a boot
 * needs: the boot script is somebody's file, with lines of its own, so it cannot be one of ours.
 */
export function exactNaptResources(settings: ExactNaptSettings, takeOver: boolean): NamedResource[] {
  const text = scriptText(exactNaptTable(settings));
  return [
    { name: "napt-script", type: "script", args: { name, text, start: "start", stop: "stop", takeOver } },
    { name: "napt-hook", type: "script", args: { name: hook, text: hookText, takeOver } },
    { name: "napt-boot", type: "boot", args: { line: `${script} start` } },
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
  return ["table ip vyos_uplink {", body.replace("REVISION", `revision ${hashOf(body)}`), "}"].join("\n");
}

/** FNV-1a, 64 bits: it only tells a loaded table from another of ours. */
function hashOf(text: string): string {
  const hash = [...text].reduce(
    (sum, letter) => BigInt.asUintN(64, (sum ^ BigInt(letter.charCodeAt(0))) * 0x100_0000_01b3n),
    0xcbf2_9ce4_8422_2325n,
  );
  return hash.toString(16).padStart(16, "0");
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
