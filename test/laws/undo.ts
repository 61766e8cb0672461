/** The undo script that a client leaves on the router, and the lines with which it arms and disarms it. */
import type { Wire } from "./wire.ts";

export const undoScript = `#!/bin/vbash
source /opt/vyatta/etc/functions/script-template
exec >>/run/vyos-uplink/undo.log 2>&1
echo "undo starts $(date +%s)"
until [ -e /run/vyos-uplink/undone ]; do
  eval "$(cli-shell-api getSessionEnv $$)"
  cli-shell-api setupSession
  cli-shell-api loadFile /run/vyos-uplink/before
  if cli-shell-api sessionChanged; then /opt/vyatta/sbin/my_commit; fi
  if cli-shell-api sessionChanged; then
    /opt/vyatta/sbin/my_discard
    sleep 2
  else
    date +%s >/run/vyos-uplink/undone
  fi
  cli-shell-api teardownSession
done
echo "undo ends $(date +%s)"
`;

export const directory = "sudo install -d -m 0700 -o vyos -g vyattacfg /run/vyos-uplink";
export const arm = (seconds: number, property = "--property=Nice=0"): string =>
  `sudo systemd-run --quiet --collect --unit=vyos-uplink-undo --on-active=${seconds} --timer-property=AccuracySec=1s ${property} --uid=vyos --gid=vyattacfg --property=UMask=0002 /bin/vbash /run/vyos-uplink/undo`;
export const isActive = "systemctl is-active vyos-uplink-undo.timer vyos-uplink-undo.service";

/** Takes the snapshot, writes the script and arms the timer. */
export async function armUndo(wire: Wire, seconds: number, property?: string): Promise<void> {
  const lines = [
    directory,
    "cli-shell-api showCfg --show-active-only >/run/vyos-uplink/before",
    `printf '%s' '${undoScript}' >/run/vyos-uplink/undo`,
    "chmod 0700 /run/vyos-uplink/undo",
    arm(seconds, property),
  ];
  for (const line of lines) {
    const { status, text } = await wire.run(line);
    if (status !== 0) throw new Error(`${line}: ${text}`);
  }
}
