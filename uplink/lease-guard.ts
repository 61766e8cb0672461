/**
 * `leaseGuard: true`: a task of the router's own that asks for the DHCPv6 lease again when it is lost, without a controller.
 * Pure. It restarts the client at most once a minute, then after 2, 4, 8, 16 and every 30 minutes.
 */

import type { UplinkConfig } from "../config/uplink-config.ts";
import { marker } from "../vyos/resources/owned-file.ts";
import { scriptFolder } from "../vyos/resources/router-script.ts";
import type { NamedResource } from "./named-resource.ts";

const name = "vyos-uplink-lease-guard";
const mostMinutes = 30;

/** `ownAddress`: what the program itself puts on the interface, which no lease gives; undefined: nothing. */
export function leaseGuard(
  { guardedInterface, takeOver }: Pick<UplinkConfig, "guardedInterface" | "takeOver">,
  ownAddress: string | undefined,
): NamedResource[] {
  if (guardedInterface === undefined) return [];
  const text = leaseGuardScript(guardedInterface, ownAddress);
  const script = `${scriptFolder}/${name}`;
  const path = `system task-scheduler task ${name}`;
  const tree = { interval: "1m", executable: { path: script } };
  return [
    { name: "lease-guard", type: "script", args: { name, text, takeOver } },
    // VyOS refuses a task whose program is not there.
    { name: "lease-guard-task", type: "node", args: { path, tree, requires: [script], takeOver } },
  ];
}

/**
 * A lease-given address is one that neither we nor a router advertisement made. Cron runs it each minute as root; its memory
 * is in /run, so a boot begins anew. The half minute less is cron's own unrest.
 */
export function leaseGuardScript(device: string, ownAddress: string | undefined): string {
  const notOurs = ownAddress === undefined ? "" : ` | grep -vF ' ${ownAddress} '`;
  return `#!/bin/sh
${marker}: asks for the DHCPv6 lease of ${device} again when it is lost. Edits are overwritten.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
state=/run/${name}
lost=
if ! ip -6 addr show dev ${device} scope global | grep -F ' scope global '${notOurs} | grep -vqF ' dynamic '; then
  lost='no lease-given address'
elif [ -z "$(ip -6 route show default)" ]; then
  lost='no IPv6 default route'
fi
if [ -z "$lost" ]; then
  if [ -e $state/minutes ]; then
    logger -t ${name} '${device} has its lease again'
    rm -f $state/minutes $state/next
  fi
  exit 0
fi
mkdir -p $state
now=$(date +%s)
next=$(cat $state/next 2>/dev/null)
if [ "$now" -lt "\${next:-0}" ]; then
  exit 0
fi
minutes=$(cat $state/minutes 2>/dev/null)
minutes=\${minutes:-1}
logger -t ${name} "${device}: $lost, restarting its DHCPv6 client; next try in $minutes min"
systemctl restart dhcp6c@${device}.service
echo $((now + minutes * 60 - 30)) >$state/next
minutes=$((minutes * 2))
if [ "$minutes" -gt ${mostMinutes} ]; then
  minutes=${mostMinutes}
fi
echo "$minutes" >$state/minutes
`;
}
