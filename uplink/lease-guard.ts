/**
 * `leaseGuard: true`: a task of the router's own that asks for the DHCPv6 lease again when it is lost, without a controller.
 * Pure. It restarts the client at most once a minute, then after 2, 4, 8, 16 and every 30 minutes.
 */

import type { UplinkConfig } from "../config/uplink-config.ts";
import { marker } from "../vyos/resources/owned-file.ts";
import { leaseGuardScript as name, scriptFolder } from "../vyos/resources/router-script.ts";
import type { NamedResource } from "./named-resource.ts";

const mostMinutes = 30;

export function leaseGuard({
  guardedInterface,
  takeOver,
}: Pick<UplinkConfig, "guardedInterface" | "takeOver">): NamedResource[] {
  if (guardedInterface === undefined) return [];
  const script = `${scriptFolder}/${name}`;
  const path = `system task-scheduler task ${name}`;
  const tree = { interval: "1m", executable: { path: script, arguments: guardedInterface } };
  return [
    { name: "lease-guard", type: "script", args: { name, text, takeOver } },
    // VyOS refuses a task whose program is not there.
    { name: "lease-guard-task", type: "node", args: { path, tree, requires: [script], takeOver } },
  ];
}

/**
 * What is asked for stands in the client's own configuration (vyos-1x: data/templates/dhcp-client/ipv6.j2): an address (ia-na), or
 * a prefix alone (ia-pd), of which other interfaces have an address each. The client sets addresses without a lifetime, so a
 * lease-given one is neither a router advertisement's (dynamic) nor in config.boot. Cron runs it each minute as root; its memory
 * is in /run, so a boot begins anew. The half minute less is cron's own unrest.
 */
const text = `#!/bin/sh
${marker}: asks for the DHCPv6 lease of the interface $1 again when it is lost. Edits are overwritten.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
device=$1
client=/run/dhcp6c/dhcp6c.$device.conf
state=/run/${name}
what='no address of a delegated prefix'
inside=$(grep -o 'prefix-interface [^ ]*' "$client" 2>/dev/null | cut -d' ' -f2)
if grep -q 'send ia-na' "$client" 2>/dev/null; then
  what='no lease-given address'
  inside=$device
fi
if [ -z "$inside" ]; then
  exit 0
fi
held=
for one in $inside; do
  addresses=$(ip -6 addr show dev "$one" scope global | grep -vF ' dynamic ' | grep -o 'inet6 [^ ]*')
  for address in $(echo "$addresses" | cut -d' ' -f2); do
    if ! grep -q "[ \\"]$address" /config/config.boot; then
      held=$address
    fi
  done
done
if [ -n "$held" ]; then
  if [ -e $state/minutes ]; then
    logger -t ${name} "$device has its lease again"
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
logger -t ${name} "$device: $what, restarting its DHCPv6 client; next try in $minutes min"
systemctl restart "dhcp6c@$device.service"
echo $((now + minutes * 60 - 30)) >$state/next
minutes=$((minutes * 2))
if [ "$minutes" -gt ${mostMinutes} ]; then
  minutes=${mostMinutes}
fi
echo "$minutes" >$state/minutes
`;
