/** The recorded script of a whole change as one unit (transcripts/transaction.txt), with places where a test bends it. */
import type { Wire } from "./wire.ts";

export const folder = "/run/vyos-uplink/k2";
const unit = "vyos-uplink-change";

interface Bent {
  /** Instead of sourcing /etc/default/vyatta. */
  readonly environment?: string;
  /** Seconds that it waits for `keep`. */
  readonly wait?: number;
}

const script = ({ environment = "source /etc/default/vyatta", wait = 20 }: Bent): string => `#!/bin/vbash
D=$1
W=\${2:-${wait}}
${environment}
exec >>$D/log 2>&1
say() { echo "$(cut -d" " -f1 /proc/uptime) $*" >>$D/status; }
active() { cli-shell-api showCfg --show-active-only; }
put() {
  eval "$(cli-shell-api getSessionEnv $$)"; cli-shell-api setupSession
  cli-shell-api loadFile "$1" >$D/load.out 2>&1; say "loaded rc=$?"
  if cli-shell-api sessionChanged; then say committing; /opt/vyatta/sbin/my_commit </dev/null >>$D/commit.out 2>&1; say "commit rc=$?"; else say "no difference"; fi
  cli-shell-api sessionChanged && say "left in the session"
  cli-shell-api teardownSession; say "teardown rc=$?"
}
active >$D/now; cmp -s $D/now $D/before || { say "changed meanwhile"; exit 3; }
say start; put $D/wanted; active >$D/after; say "waiting $W s"
for i in $(seq $W); do [ -e $D/keep ] && { say kept; exit 0; }; sleep 1; done
say "no word: back"; put $D/before; active >$D/end; cmp -s $D/end $D/before && say "back: byte for byte" || say "NOT the same"
`;

export const start = (properties = "", command = `/bin/vbash ${folder}/change ${folder}`): string =>
  `sudo systemd-run --quiet --collect --unit=${unit} --uid=vyos --gid=vyattacfg --property=UMask=0002 ${properties} ${command}`;

/** Lays script, `before` and `wanted` on the router. */
export async function lay(wire: Wire, before: string, wanted: string, bent: Bent = {}): Promise<void> {
  await wire.run("sudo install -d -m 0770 -o vyos -g vyattacfg /run/vyos-uplink");
  await wire.run(`mkdir ${folder}`);
  for (const [name, text] of Object.entries({ before, wanted, change: script(bent) })) {
    const { status, text: said } = await wire.run(`printf '%s' '${text}' >${folder}/${name}`);
    if (status !== 0) throw new Error(`${name}: ${said}`);
  }
}

export const show = (properties: string): string => `systemctl show -p ${properties} ${unit}.service`;
