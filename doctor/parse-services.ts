/** systemd's timers, the DHCPv6 client and its log, pings and probes, as they print. Pure. */

import type { DhcpClient, Ping, Timer } from "./facts.ts";

/** Timers that put an old configuration back: our own, and VyOS's commit-confirm (python/vyos/config_mgmt.py). */
const guards = /(?:^|\s)((?:vyos-uplink-undo|commit-confirm)\.timer)(?:\s|$)/;

/** `systemctl list-timers --all`: NEXT (four words), LEFT, LAST, PASSED, UNIT, ACTIVATES; "-" or "n/a" when it is not armed. */
export function parseTimers(output: string): Timer[] {
  if (/System has not been booted|Failed to/.test(output)) throw new Error("no systemd");
  return output.split("\n").flatMap((line): Timer[] => {
    const unit = guards.exec(line)?.[1];
    if (unit === undefined || /^(?:-|n\/a)\s/.test(line.trim())) return [];
    const left = /^\S+ \S+ \S+ \S+\s+(.*?)(?: left)?\s{2,}/.exec(line.trim())?.[1];
    return [{ unit, left: left ?? "unknown" }];
  });
}

/** What dhcp6c (wide-dhcpv6, dhcp6c.c and dhcp6c_ia.c) logs when it has, asks for, or loses a lease. */
const bound = /got an expected reply, sleeping|(?:create|update) (?:a prefix|an address)/;
const asking = /send solicit to|state=SOLICIT|remove an IA|is invalidated|no responses were received/;
const prefix = /(?:create|update) a prefix ([0-9a-f:]+\/[0-9]{1,3})/;

/** The newest line that says either decides; a log that says neither leaves it unknown. */
export function parseDhcp(state: string, log: string): DhcpClient {
  const lines = log.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => bound.test(line) || asking.test(line));
  const last = telling.at(-1);
  const lease = last === undefined ? "unknown" : asking.test(last) ? "soliciting" : "bound";
  const delegated = lines
    .map((line) => prefix.exec(line)?.[1])
    .filter((text) => text !== undefined)
    .at(-1);
  return { state: state.trim().split("\n")[0] ?? "", lease, evidence: telling.slice(-3), delegated };
}

/** iputils ping. */
export function parsePing(output: string): Ping {
  const received = /([0-9]+) received/.exec(output)?.[1];
  const lines = output.split("\n").map((line) => line.trim());
  const reason = lines.find((line) =>
    /unreachable|too long|too big|not permitted|invalid|unknown/i.test(line),
  );
  if (received === undefined && reason === undefined) throw new Error("no ping");
  return { answered: Number(received ?? 0) > 0, evidence: reason ?? "no answer" };
}

/** The probe prints `connected`, or why it is not; its last line counts. */
export function parseTcpProbe(output: string): Ping {
  const last = output.trim().split("\n").at(-1)?.trim() ?? "";
  if (last === "" || /command not found|No such file/.test(last)) throw new Error("no probe");
  return { answered: /^connected\b/.test(last), evidence: last };
}
