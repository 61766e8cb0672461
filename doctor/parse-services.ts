/** What the router's programs print: version, clock, systemd's timers, the DHCPv6 client's log, files, pings and probes. Pure. */

import { type KernelRoute, parseRoutes } from "../vyos/kernel/network.ts";

export interface Timer {
  readonly unit: string;
  /** As systemd prints it. */
  readonly left: string;
}

export interface DhcpLog {
  /** unknown: the log says nothing about it any more. */
  readonly lease: "bound" | "soliciting" | "unknown";
  /** The log lines that say so, newest last. */
  readonly evidence: readonly string[];
  /** The last prefix that was delegated. */
  readonly delegated: string | undefined;
}

export interface Ping {
  readonly answered: boolean;
  /** What the program said when it got no answer. */
  readonly evidence: string;
}

/** Between the answers of two pings in one reading: the relay's, and another host's when the relay gave none. */
export const beyondMark = "== beyond the gateway ==";
/** Before the text of each file. */
export const fileMark = "== file";

export function parseVersion(json: string): string {
  const { version } = JSON.parse(json) as { version?: unknown };
  if (typeof version !== "string") throw new Error("no version");
  return version;
}

export function parseSeconds(text: string): number {
  if (!/^[0-9]{9,11}$/.test(text.trim())) throw new Error("no time");
  return Number(text.trim());
}

/** `ip -j route get A`. Without a route it prints `RTNETLINK answers: Network is unreachable` and fails. */
export function parseRouteGet({ output, status }: { output: string; status: number }): KernelRoute | null {
  if (status !== 0 && /unreachable|No route to host/i.test(output)) return null;
  const [route] = parseRoutes(output);
  if (route === undefined) throw new Error("no route in the answer");
  return route;
}

/** Each file behind a line that names it, and before an empty one. */
export function parseFiles(output: string): Map<string, string> {
  const parts = `\n${output}`.split(`\n${fileMark} `).slice(1);
  return new Map(
    parts.flatMap((part): [string, string][] => {
      const end = part.indexOf("\n");
      const [path, text] = [part.slice(0, end), part.slice(end + 1)];
      if (text.startsWith("sudo: ")) throw new Error("not allowed to look");
      return text.startsWith(`cat: ${path}: No such file`) ? [] : [[path, text]];
    }),
  );
}

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
export function parseDhcp(log: string): DhcpLog {
  const lines = log.split("\n").map((line) => line.trim());
  const telling = lines.filter((line) => bound.test(line) || asking.test(line));
  const last = telling.at(-1);
  const lease = last === undefined ? "unknown" : asking.test(last) ? "soliciting" : "bound";
  const delegated = lines
    .map((line) => prefix.exec(line)?.[1])
    .filter((text) => text !== undefined)
    .at(-1);
  return { lease, evidence: telling.slice(-3), delegated };
}

/** iputils ping. */
export function parsePing({ output }: { output: string }): Ping {
  const received = /([0-9]+) received/.exec(output)?.[1];
  const lines = output.split("\n").map((line) => line.trim());
  const reason = lines.find((line) =>
    /unreachable|too long|too big|not permitted|invalid|unknown/i.test(line),
  );
  if (received === undefined && reason === undefined) throw new Error("no ping");
  return { answered: Number(received ?? 0) > 0, evidence: reason ?? "no answer" };
}

/** `beyond`: whether another IPv6 host answered; undefined when it was not asked, for the relay had answered. */
export function parseRelayPing({
  output,
}: {
  output: string;
}): Ping & { readonly beyond: boolean | undefined } {
  const [relay = "", beyond] = output.split(beyondMark);
  return {
    ...parsePing({ output: relay }),
    beyond: beyond === undefined ? undefined : parsePing({ output: beyond }).answered,
  };
}

/** The probe prints `connected`, or why it is not; its last line counts. */
export function parseTcpProbe({ output }: { output: string }): Ping {
  const last = output.trim().split("\n").at(-1)?.trim() ?? "";
  if (last === "" || /command not found|No such file/.test(last)) throw new Error("no probe");
  return { answered: /^connected\b/.test(last), evidence: last };
}
